import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { clientSources } from "./client-access.ts";
import type { GcpPlace } from "./place.ts";

export interface FirewallArgs {
  place: GcpPlace;
  network: pulumi.Input<string>;
  /** Ranges of the nodes with all internal endpoints, and of the pods. */
  inside: string[];
  /** Ports of the models' providers besides 443. */
  providerPorts: number[];
  /** The load balancer's proxies and the ports of the pods that they call. Default: no load balancer. */
  clients?: { proxies: string; ports: number[] } | undefined;
}

/**
 * Nothing passes but what is named here, and what GKE lets in by rules of its own between nodes and pods. What is refused
 * is logged.
 *
 * Name resolution, time and the metadata server need no rule: Google Cloud never filters 169.254.169.254.
 */
export class Firewall extends pulumi.ComponentResource {
  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Firewall", name, {}, opts);
    const { inside, providerPorts, clients } = args;
    this.#rule("deny-ingress", args, { direction: "INGRESS", sourceRanges: [ANYWHERE], ...DENY });
    this.#rule("deny-egress", args, { direction: "EGRESS", destinationRanges: [ANYWHERE], ...DENY });
    // GKE makes the rules that let this in, and relies on outgoing connections being free. The control plane's endpoint
    // and those of Cloud SQL and Valkey are addresses of the nodes' range.
    this.#rule("allow-inside", args, {
      direction: "EGRESS",
      destinationRanges: inside,
      allows: [{ protocol: "all" }],
    });
    // Google's APIs answer at public addresses as well, and Google's ranges are no fixed list.
    this.#rule("allow-providers", args, {
      direction: "EGRESS",
      destinationRanges: [ANYWHERE],
      allows: [{ protocol: "tcp", ports: ports([443, ...providerPorts]) }],
    });
    if (clients) {
      this.#rule("allow-load-balancer", args, {
        direction: "INGRESS",
        sourceRanges: clientSources(clients.proxies),
        allows: [{ protocol: "tcp", ports: ports(clients.ports) }],
      });
    }
    this.registerOutputs();
  }

  #rule(what: string, { place, network }: FirewallArgs, rule: Omit<gcp.compute.FirewallArgs, "network">): void {
    new gcp.compute.Firewall(`${place.name}-${what}`, { network, priority: 1000, ...rule }, { parent: this });
  }
}

const ANYWHERE = "0.0.0.0/0";

/** The last of all rules but the implied ones, which are the same for ingress, but log nothing. */
const DENY = {
  priority: 65_534,
  denies: [{ protocol: "all" }],
  logConfig: { metadata: "INCLUDE_ALL_METADATA" },
};

function ports(numbers: number[]): string[] {
  return [...new Set(numbers)].sort((a, b) => a - b).map(String);
}
