import { randomUUID } from "node:crypto";

import { Refusal, type StandIn } from "../test-internet.ts";
import { type AccessKey, signerOf } from "./aws-signature.ts";

/** A role of AWS, and what whoever assumes it has to know. */
export interface Role {
  arn: string;
  externalId: string;
}

/**
 * AWS's Security Token Service in one region, which lends out keys to who may assume the role
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
 *
 * @param keys Those who may. The keys that it lends are added to `lent`.
 */
export function sts(
  region: string,
  role: Role,
  keys: Record<string, AccessKey>,
  lent: Record<string, AccessKey>,
): StandIn {
  return (asked) => {
    signerOf(asked, "sts", region, keys);
    const form = new URLSearchParams(asked.body);
    if (form.get("Action") !== "AssumeRole") throw new Refusal(400, "InvalidAction");
    if (form.get("RoleArn") !== role.arn || form.get("ExternalId") !== role.externalId) {
      throw new Refusal(403, "AccessDenied");
    }
    const session = form.get("RoleSessionName") ?? "";
    const key = `ASIA${randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase()}`;
    const [secret, sessionToken] = [randomUUID(), `token-of-${session}-${randomUUID()}`];
    lent[key] = { secret, sessionToken };
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const content = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <AssumedRoleUser>
    <Arn>${role.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${session}</Arn>
    <AssumedRoleId>AROA:${session}</AssumedRoleId>
  </AssumedRoleUser>
  <Credentials>
    <AccessKeyId>${key}</AccessKeyId>
    <SecretAccessKey>${secret}</SecretAccessKey>
    <SessionToken>${sessionToken}</SessionToken>
    <Expiration>${expiration}</Expiration>
  </Credentials>
</AssumeRoleResult></AssumeRoleResponse>`;
    return { type: "text/xml", content };
  };
}
