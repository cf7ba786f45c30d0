import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";

/**
 * The IAM member that a workload's pods are, by their Kubernetes service account:
 * https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#kubernetes-resources-iam-policies.
 *
 * @param pool The cluster's pool of identities; IAM refuses members of one that isn't there yet.
 */
export function workloadPrincipal(
  place: GcpPlace,
  pool: pulumi.Input<string>,
  namespace: pulumi.Input<string>,
  serviceAccount: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.interpolate`principal://iam.googleapis.com/projects/${place.projectNumber}/locations/global/workloadIdentityPools/${pool}/subject/ns/${namespace}/sa/${serviceAccount}`;
}
