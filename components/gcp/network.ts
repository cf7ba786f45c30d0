import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { Egress } from "./egress.ts";
import { type ExistingNetwork, existingNetwork, type NetworkParts } from "./existing-network.ts";
import { Firewall } from "./firewall.ts";
import type { GcpPlace } from "./place.ts";

export interface NetworkArgs {
  place: GcpPlace;
  /** The user's own network, which then is left as it is. Default: one of the stack's own. */
  existing?: ExistingNetwork | undefined;
  /** Range of nodes and internal endpoints, such as `10.20.0.0/22`. */
  nodes: string;
  /** Range of pods. */
  pods: string;
  /** Range of Kubernetes Services. */
  services: string;
  /** How many static addresses connections to the internet come from. */
  natAddresses: number;
  /** Ports of the models' providers besides 443. */
  providerPorts: number[];
  /** The load balancer's way to the pods, if clients outside the cluster have one. */
  clients?: LoadBalancerClients | undefined;
}

export interface LoadBalancerClients {
  /** Range of the load balancer's proxies; an existing network must have a proxy-only subnet of this range. */
  proxies: string;
  /** The ports of the pods that it calls. */
  ports: number[];
}

/**
 * The network of everything: a subnet of private addresses, static addresses for calls to the internet, and a firewall
 * that lets pass what the gateway needs; or the user's own, of which it only knows the names.
 */
export class Network extends pulumi.ComponentResource {
  /** `projects/<project>/global/networks/<name>`. */
  readonly network: pulumi.Output<string>;
  /** `projects/<project>/regions/<region>/subnetworks/<name>`. */
  readonly subnetwork: pulumi.Output<string>;
  /** Names of the secondary ranges. */
  readonly podRange: pulumi.Output<string>;
  readonly serviceRange: pulumi.Output<string>;
  /** Ranges of addresses. */
  readonly nodes: pulumi.Output<string>;
  readonly pods: pulumi.Output<string>;
  /** Range of the load balancer's proxies; none without clients outside the cluster. */
  readonly proxies: string | undefined;
  /** Addresses that connections to the internet come from; unknown, so none, for the user's own network. */
  readonly egressAddresses: pulumi.Output<string[]>;
  /** What nodes need to work, and what must outlive them. */
  readonly ready: pulumi.Resource[];
  /** Where the load balancer's proxies are; what uses one depends on it. */
  readonly proxySubnet: pulumi.Resource[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Network", name, {}, opts);
    const { place, existing, clients } = args;
    this.proxies = clients?.proxies;
    const parts = existing
      ? existingNetwork(place, existing, { parent: this, dependsOn: place.services })
      : this.#own(args);
    this.network = parts.network;
    this.subnetwork = parts.subnetwork;
    this.podRange = parts.podRange;
    this.serviceRange = parts.serviceRange;
    this.nodes = parts.nodes;
    this.pods = parts.pods;
    this.egressAddresses = parts.egressAddresses;
    this.ready = parts.ready;
    this.proxySubnet = parts.proxySubnet;
    this.registerOutputs({ network: this.network, subnetwork: this.subnetwork, egressAddresses: this.egressAddresses });
  }

  #own({ place, nodes, pods, services, natAddresses, providerPorts, clients }: NetworkArgs): NetworkParts {
    const child = { parent: this, dependsOn: place.services };
    const network = new gcp.compute.Network(
      `${place.name}-network`,
      // Clients behind a VPN in another region find their way here, and answers theirs back.
      { autoCreateSubnetworks: false, routingMode: "GLOBAL" },
      child,
    );
    const subnetwork = new gcp.compute.Subnetwork(
      `${place.name}-nodes`,
      {
        network: network.id,
        region: place.region,
        ipCidrRange: nodes,
        secondaryIpRanges: [
          { rangeName: POD_RANGE, ipCidrRange: pods },
          { rangeName: SERVICE_RANGE, ipCidrRange: services },
        ],
        // Nodes without public addresses pull Google's images and call Google's APIs through this.
        privateIpGoogleAccess: true,
        logConfig: {
          aggregationInterval: "INTERVAL_1_MIN",
          flowSampling: FLOW_SAMPLING,
          metadata: "INCLUDE_ALL_METADATA",
        },
      },
      { parent: this },
    );
    const proxySubnet = clients && this.#proxySubnet(place, network, clients.proxies);
    const egress = new Egress(
      `${place.name}-egress`,
      { place, network: network.id, subnetwork: subnetwork.id, addresses: natAddresses },
      { parent: this },
    );
    const firewall = new Firewall(
      `${place.name}-firewall`,
      { place, network: network.id, inside: [nodes, pods], providerPorts, clients },
      { parent: this },
    );
    return {
      network: network.id,
      subnetwork: subnetwork.id,
      podRange: pulumi.output(POD_RANGE),
      serviceRange: pulumi.output(SERVICE_RANGE),
      nodes: pulumi.output(nodes),
      pods: pulumi.output(pods),
      egressAddresses: egress.addresses,
      ready: [egress, firewall],
      proxySubnet: proxySubnet ? [proxySubnet] : [],
    };
  }

  #proxySubnet(place: GcpPlace, network: gcp.compute.Network, range: string): gcp.compute.Subnetwork {
    return new gcp.compute.Subnetwork(
      `${place.name}-proxies`,
      {
        network: network.id,
        region: place.region,
        ipCidrRange: range,
        purpose: "REGIONAL_MANAGED_PROXY",
        role: "ACTIVE",
      },
      { parent: this },
    );
  }
}

const POD_RANGE = "pods";
const SERVICE_RANGE = "services";

/** The share of connections that is logged: enough to see who talks to whom, at a tenth of the cost. */
const FLOW_SAMPLING = 0.1;
