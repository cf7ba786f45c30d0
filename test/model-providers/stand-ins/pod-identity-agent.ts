import { json } from "../../security/answers/provider-answer.ts";
import { Refusal, type StandIn } from "../test-internet.ts";
import type { AccessKey } from "./aws-signature.ts";
import { lend } from "./sts.ts";

/**
 * The agent of EKS Pod Identity on a pod's node, which lends keys of the role that the pod's service account is associated with
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
 *
 * @param trusts Whether a token is the pod's.
 * @param lent The keys that it lends are added to these.
 */
export function podIdentityAgent(trusts: (token: string) => boolean, lent: Record<string, AccessKey>): StandIn {
  return ({ method, path, headers }) => {
    if (method !== "GET" || path !== "/v1/credentials") throw new Refusal(404, "Not found.");
    if (!trusts(headers.authorization ?? "")) throw new Refusal(400, "Service account token is invalid.");
    const { id, secret, sessionToken, expiration } = lend("eks-llm-gateway", lent);
    return json({
      ...{ AccessKeyId: id, SecretAccessKey: secret, Token: sessionToken },
      ...{ AccountId: "123456789012", Expiration: expiration.replace(/\.\d+Z$/, "Z") },
    });
  };
}
