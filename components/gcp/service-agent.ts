import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";

/**
 * Where the accounts of Google's services are, by API: https://cloud.google.com/iam/docs/service-agents. Asked to make one,
 * Google doesn't always say which it is: https://github.com/hashicorp/terraform-provider-google/issues/18649.
 */
const DOMAINS = {
  "certificatemanager.googleapis.com": "gcp-sa-certificatemanager",
  "container.googleapis.com": "container-engine-robot",
  "monitoring.googleapis.com": "gcp-sa-monitoring-notification",
  "secretmanager.googleapis.com": "gcp-sa-secretmanager",
};

/** An API whose service acts with an account of its own. */
export type AgentApi = keyof typeof DOMAINS;

/**
 * The IAM member that one of Google's services is in the project: `serviceAccount:service-<number>@….iam.gserviceaccount.com`.
 * It exists once somebody has asked for it, and nothing can be granted to it before: what is granted to this waits for that.
 */
export function serviceAgent(
  name: string,
  { place, api }: { place: GcpPlace; api: AgentApi },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const identity = new gcp.projects.ServiceIdentity(
    name,
    { service: api },
    pulumi.mergeOptions(opts, { dependsOn: place.services }),
  );
  return pulumi
    .all([place.projectNumber, identity.id])
    .apply(([number]) => `serviceAccount:service-${number}@${DOMAINS[api]}.iam.gserviceaccount.com`);
}
