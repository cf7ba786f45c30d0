import * as z from "zod";

import { between, privateRange, projectId, resourceName } from "./fields.ts";

const existing = z.strictObject({
  project: projectId()
    .optional()
    .describe("The project that it belongs to: the host project of a Shared VPC. Default: `project`."),
  network: resourceName().describe("Its name."),
  subnetwork: resourceName().describe("Name of its subnet in `region`, with Private Google Access and a way out."),
  podRange: resourceName().describe("Name of the subnet's secondary range for pods."),
  serviceRange: resourceName().describe("Name of the subnet's secondary range for Services of the cluster."),
});

/** The network that everything is in. */
export const network = z.strictObject({
  existing: existing
    .optional()
    .describe(
      "A network of yours, such as a Shared VPC, with firewall rules and Cloud NAT of its own. Default: none; the stack makes one.",
    ),
  nodes: privateRange().default("10.20.0.0/22").describe("Addresses of nodes and of internal endpoints."),
  pods: privateRange()
    .default("10.24.0.0/16")
    .describe("Addresses of pods; each node takes 64 or more. Nobody can change them without a new cluster."),
  services: privateRange()
    .default("10.25.0.0/20")
    .describe("Addresses of Services of the cluster. Nobody can change them without a new cluster."),
  proxies: privateRange()
    .default("10.26.0.0/23")
    .describe(
      "Addresses that the internal load balancer of `access` calls from. To change them, take out `access`, run `up`, and add it again. With `existing`: those of its proxy-only subnet, which must exist.",
    ),
  // Cloud NAT takes 300 addresses at most: https://cloud.google.com/nat/quota.
  natAddresses: between(1, 300)
    .default(1)
    .describe("How many static public addresses calls to the models' providers come from, for their allowlists."),
});
