import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";

/** What those who use a network need to know of it, whoever made it. */
export interface NetworkParts {
  network: pulumi.Output<string>;
  subnetwork: pulumi.Output<string>;
  podRange: pulumi.Output<string>;
  serviceRange: pulumi.Output<string>;
  nodes: pulumi.Output<string>;
  pods: pulumi.Output<string>;
  egressAddresses: pulumi.Output<string[]>;
  ready: pulumi.Resource[];
  proxySubnet: pulumi.Resource[];
}

/** A network of the user's own. */
export interface ExistingNetwork {
  /** The project that it belongs to, such as the host project of a Shared VPC. Default: the stack's project. */
  project?: string | undefined;
  network: string;
  subnetwork: string;
  /** Names of the subnet's secondary ranges. */
  podRange: string;
  serviceRange: string;
}

interface SecondaryRange {
  rangeName: string;
  ipCidrRange: string;
}

/**
 * What the stack needs to know of the user's own network. No subnet, route or firewall rule of it is made or changed: with clients
 * outside the cluster, a private zone of the stack is bound to it, and its project grants a role to Cloud Monitoring.
 */
export function existingNetwork(
  place: GcpPlace,
  existing: ExistingNetwork,
  opts: pulumi.InvokeOutputOptions,
): NetworkParts {
  const { region } = place;
  const { project = place.project, network, subnetwork, podRange, serviceRange } = existing;
  // Its real ranges: those of the settings are for a network of the stack's own.
  const found = gcp.compute.getSubnetworkOutput({ project, region, name: subnetwork }, opts);
  return {
    network: pulumi.output(`projects/${project}/global/networks/${network}`),
    subnetwork: pulumi.output(`projects/${project}/regions/${region}/subnetworks/${subnetwork}`),
    podRange: pulumi.output(podRange),
    serviceRange: pulumi.output(serviceRange),
    nodes: found.ipCidrRange,
    pods: found.secondaryIpRanges.apply((ranges) => secondaryRange(ranges, podRange)),
    egressAddresses: pulumi.output([]),
    ready: [],
    proxySubnet: [],
  };
}

/**
 * Addresses of the secondary range with this name.
 *
 * @throws pulumi.RunError if there is none.
 */
export function secondaryRange(ranges: SecondaryRange[], name: string): string {
  const range = ranges.find(({ rangeName }) => rangeName === name);
  if (range) return range.ipCidrRange;
  const names = ranges.map(({ rangeName }) => rangeName).join(", ") || "none";
  throw new pulumi.RunError(
    `The subnet that \`gcp.network.existing\` names has no secondary range "${name}"; write one of those that it has (${names}) in \`podRange\`.`,
  );
}
