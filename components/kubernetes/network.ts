import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Role } from "../platform.ts";
import { PART_OF, type PodRole, ROLE, selector } from "./labels.ts";

type PolicySpec = types.input.networking.v1.NetworkPolicySpec;
type Ingress = types.input.networking.v1.NetworkPolicyIngressRule;
type Egress = types.input.networking.v1.NetworkPolicyEgressRule;
type Peer = types.input.networking.v1.NetworkPolicyPeer;

/** The endpoints outside a stack's own pods. */
export interface NetworkEndpoints {
  /** The services' ports by role. */
  ports: Record<"gateway" | "admin", number>;
  /** Who may call the gateway from elsewhere. */
  clients: Endpoints;
  /** Who may read the gateway's metrics. */
  scrapers: Endpoints;
  /** Where names are resolved besides the cluster's own DNS pods. */
  resolvers: Endpoints;
  /** Where administrators' requests come from that come by no port-forward. */
  administrators: Endpoints;
  /** The PostgreSQL server; undefined for one that is a pod of the stack. */
  postgres: ServerEndpoint | undefined;
  /** The replica of the PostgreSQL server that the gateway reads from, if there is one. */
  readReplica: ServerEndpoint | undefined;
  /** The Redis server with its Sentinels, if there is one. */
  redis: ServerEndpoint | undefined;
  /** What tells pods the credentials of their own identity in a cloud, if they have one. */
  identity: ServerEndpoint | undefined;
  /** TCP ports of the models' providers. */
  providerPorts: number[];
  /** Namespaces of model servers in the same cluster, by name. */
  modelNamespaces: string[];
  /** Where else the gateway calls, if the settings name something. */
  others: ServerEndpoint | undefined;
}

export interface ServerEndpoint {
  ports: number[];
  addresses: Endpoints;
  /** A name that it is called by and no DNS knows, and the address that it stands for. */
  alias?: { name: pulumi.Input<string>; address: pulumi.Input<string> } | undefined;
}

/** Ranges of addresses, and namespaces by their labels. */
export interface Endpoints {
  cidrs: pulumi.Input<string>[];
  namespaces: Record<string, string>[];
}

export interface Traffic {
  /** The port that it listens on. */
  port?: number | undefined;
  /** The port that it shows its metrics on. */
  metricsPort?: number | undefined;
  /** The port that it takes administrators' requests on. */
  adminPort?: number | undefined;
  accepts: (PodRole | "clients")[];
  calls: (Role | "postgres" | "readReplica" | "redis" | "identity" | "providers")[];
}

/** Where PostgreSQL listens when it is a pod of the stack. */
export const POSTGRES_PORT = 5432;

/** What the pods of a workload may send and receive; all the rest is refused. */
export function policySpec(name: string, traffic: Traffic, network: NetworkEndpoints): PolicySpec {
  const { port, metricsPort, adminPort, accepts, calls } = traffic;
  const from = accepts.flatMap((caller) => (caller === "clients" ? peersOf(network.clients) : pods(caller)));
  return {
    podSelector: { matchLabels: selector(name) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      ...letIn(from, port),
      ...letIn(peersOf(network.scrapers), metricsPort),
      ...letIn(peersOf(network.administrators), adminPort),
    ],
    egress: [dns(network.resolvers), ...calls.flatMap((destination) => to(destination, network))],
  };
}

function letIn(from: Peer[], port: number | undefined): Ingress[] {
  // A rule without peers would let in everyone, one without ports to every port.
  return from.length > 0 && port !== undefined ? [{ from, ports: [tcp(port)] }] : [];
}

function to(destination: Traffic["calls"][number], network: NetworkEndpoints): Egress[] {
  switch (destination) {
    case "providers":
      return [
        { to: [anywhereOutside(4), anywhereOutside(6)], ports: network.providerPorts.map(tcp) },
        ...network.modelNamespaces.map(anyPortIn),
        ...(server(network.others) ?? []),
      ];
    case "postgres":
      return server(network.postgres) ?? [{ to: pods("postgres"), ports: [tcp(POSTGRES_PORT)] }];
    case "readReplica":
    case "redis":
    case "identity":
      return server(network[destination]) ?? [];
    case "worker":
      return [];
    default:
      return [{ to: pods(destination), ports: [tcp(network.ports[destination])] }];
  }
}

function server(server: ServerEndpoint | undefined): Egress[] | undefined {
  return server && [{ to: peersOf(server.addresses), ports: server.ports.map(tcp) }];
}

function dns(resolvers: Endpoints): Egress {
  return {
    to: [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
      ...peersOf(resolvers),
    ],
    ports: [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ],
  };
}

/** Everywhere but the metadata services of clouds, which hand a machine's credentials to whoever asks. */
function anywhereOutside(version: 4 | 6): Peer {
  return version === 4
    ? { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }
    : { ipBlock: { cidr: "::/0", except: ["fe80::/10", "fd00:ec2::254/128"] } };
}

/**
 * Every TCP port of a namespace's pods: a policy looks at the pod's own port, and which one is behind that of a Service, only
 * the cluster knows. Many networks don't count pods among ranges of addresses
 * (https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based).
 */
function anyPortIn(namespace: string): Egress {
  return { to: peersOf({ cidrs: [], namespaces: [{ "kubernetes.io/metadata.name": namespace }] }), ports: [ANY_TCP] };
}

const ANY_TCP = { protocol: "TCP" };

function pods(role: PodRole): Peer[] {
  return [{ podSelector: { matchLabels: { ...PART_OF, [ROLE]: role } } }];
}

function peersOf({ cidrs, namespaces }: Endpoints): Peer[] {
  return [
    ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ...namespaces.map((matchLabels) => ({ namespaceSelector: { matchLabels } })),
  ];
}

function tcp(port: number) {
  return { protocol: "TCP", port };
}
