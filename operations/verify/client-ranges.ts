import * as z from "zod";

import type { ClusterAccess } from "../../providers/access/access.ts";
import { eventually, row, type Patience, type Row } from "./result-row.ts";

const conditions = z
  .array(z.object({ type: z.string(), status: z.string(), reason: z.string(), message: z.string().default("") }))
  .default([]);

/**
 * What GKE says of its policies: https://github.com/GoogleCloudPlatform/gke-gateway-api. It writes conditions itself, and
 * may write them for each Gateway as well.
 */
const policies = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        targetRef: z.object({ name: z.string() }),
        default: z.object({ securityPolicy: z.string().default("") }).default({ securityPolicy: "" }),
      }),
      status: z
        .object({ conditions, ancestors: z.array(z.object({ conditions })).default([]) })
        .default({ conditions: [], ancestors: [] }),
    }),
  ),
});

type Policy = z.output<typeof policies>["items"][number];

/**
 * The load balancer of platform gcp: that it lets in nobody but the allowed ranges. `up` waits for the load balancer, but
 * GKE ties the ranges to it by a policy that nothing waits for, and without it the whole network gets in.
 *
 * @param who Calls it: clients, administrators.
 * @param access The Service behind the load balancer.
 */
export function clientRangesRow(who: string, access: ClusterAccess, patience: Patience): Promise<Row> {
  return row(`${who} are let in from the allowed ranges alone`, async () => {
    const look = await lookIn(access);
    let policy: Policy | undefined;
    // Right after `up` it may take GKE a moment.
    const attached = await eventually(patience, async () => {
      policy = await look();
      return policy && isAttached(policy) ? policy : undefined;
    });
    if (attached) return `Cloud Armor's policy ${attached.spec.default.securityPolicy} is attached`;
    throw new Error(policy ? notAttached(access, policy) : missing(access));
  });
}

/** Looks for the policy that ties allowed ranges to the Service. */
async function lookIn(access: ClusterAccess): Promise<() => Promise<Policy | undefined>> {
  // Only those who need it pay for the Kubernetes client.
  const [{ CustomObjectsApi }, { clusterOf }] = await Promise.all([
    import("@kubernetes/client-node"),
    import("../../providers/access/service-pod.ts"),
  ]);
  const api = clusterOf(access).makeApiClient(CustomObjectsApi);
  const { namespace, service } = access;
  const kind = { group: "networking.gke.io", version: "v1", plural: "gcpbackendpolicies" };
  return async () => {
    const answer: unknown = await api.listNamespacedCustomObject({ ...kind, namespace }).catch((error: unknown) => {
      throw new Error(unanswered(namespace, error), { cause: error });
    });
    return policies
      .parse(answer)
      .items.find(({ spec }) => spec.targetRef.name === service && spec.default.securityPolicy !== "");
  };
}

function attachments({ status }: Policy) {
  return [status, ...status.ancestors].flatMap((place) => place.conditions).filter(({ type }) => type === "Attached");
}

function isAttached(policy: Policy): boolean {
  const all = attachments(policy);
  return all.length > 0 && all.every(({ status }) => status === "True");
}

function notAttached({ namespace }: ClusterAccess, policy: Policy): string {
  const { name } = policy.metadata;
  const refusal = attachments(policy).find(({ status }) => status !== "True");
  const reason = refusal ? `: ${[refusal.reason, refusal.message].filter(Boolean).join(", ")}` : " yet";
  return `GKE has not attached the GCPBackendPolicy ${name}${reason}, so every address of the network may get in. \`kubectl -n ${namespace} describe gcpbackendpolicy ${name}\` says more.`;
}

function missing({ namespace, service }: ClusterAccess): string {
  return `No GCPBackendPolicy of the namespace ${namespace} ties allowed ranges to the Service ${service}, so every address of the network gets in: run \`pulumi refresh\`, then \`pulumi up\`.`;
}

function unanswered(namespace: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? `answered ${String(error.code)}` : String(error);
  return `The cluster can't be asked for GCPBackendPolicies (${code}). Can you run \`kubectl -n ${namespace} get gcpbackendpolicies\`?`;
}
