import { BlockList, isIPv4 } from "node:net";

import * as z from "zod";

import type { Registered } from "../program/deploy.ts";

/** One end of a connection: a pod, or an address outside the cluster. */
export type End = { labels: Record<string, string>; namespace: Record<string, string> } | { address: string };

const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) });
const peerSchema = z.union([
  z.strictObject({ ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).default([]) }) }),
  z.strictObject({ podSelector: selector.optional(), namespaceSelector: selector.optional() }),
]);
const portsSchema = z
  .array(z.strictObject({ port: z.number().optional(), protocol: z.enum(["TCP", "UDP"]) }))
  .default([]);
const policySchema = z.object({
  metadata: z.object({ namespace: z.string() }),
  // Strict: a part of a policy that this evaluator doesn't know must not pass for one that allows nothing.
  spec: z.strictObject({
    podSelector: z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) }),
    policyTypes: z.array(z.enum(["Ingress", "Egress"])),
    ingress: z.array(z.strictObject({ from: z.array(peerSchema).default([]), ports: portsSchema })).default([]),
    egress: z.array(z.strictObject({ to: z.array(peerSchema).default([]), ports: portsSchema })).default([]),
  }),
});

type Policy = z.output<typeof policySchema>;
type Peer = z.output<typeof peerSchema>;

/** Tells who can talk to whom, by the rules of https://kubernetes.io/docs/concepts/services-networking/network-policies/. */
export class PolicyEvaluator {
  readonly #policies: Policy[];

  constructor(resources: Registered[]) {
    this.#policies = resources
      .filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy")
      .map(({ inputs }) => policySchema.parse(inputs));
  }

  /** Both ends must allow a connection. */
  allows(from: End, to: End, port: number, protocol: "TCP" | "UDP" = "TCP"): boolean {
    return (
      this.#allows("Egress", from, to, port, protocol, ({ spec }) =>
        spec.egress.map(({ to, ports }) => ({ peers: to, ports })),
      ) &&
      this.#allows("Ingress", to, from, port, protocol, ({ spec }) =>
        spec.ingress.map(({ from, ports }) => ({ peers: from, ports })),
      )
    );
  }

  #allows(
    type: "Ingress" | "Egress",
    pod: End,
    other: End,
    port: number,
    protocol: string,
    rulesOf: (policy: Policy) => { peers: Peer[]; ports: z.output<typeof portsSchema> }[],
  ): boolean {
    if ("address" in pod) return true;
    const selecting = this.#policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.namespace["kubernetes.io/metadata.name"] &&
        spec.policyTypes.includes(type) &&
        matches(spec.podSelector.matchLabels, pod.labels),
    );
    // Nobody restricts a pod that no policy selects.
    if (selecting.length === 0) return true;
    return selecting.some((policy) =>
      rulesOf(policy).some(
        ({ peers, ports }) =>
          (ports.length === 0 || ports.some((open) => (open.port ?? port) === port && open.protocol === protocol)) &&
          (peers.length === 0 || peers.some((peer) => isPeer(peer, other, policy.metadata.namespace))),
      ),
    );
  }
}

function isPeer(peer: Peer, end: End, namespace: string): boolean {
  if ("ipBlock" in peer) {
    return (
      "address" in end &&
      isIn(peer.ipBlock.cidr, end.address) &&
      !peer.ipBlock.except.some((cidr) => isIn(cidr, end.address))
    );
  }
  if ("address" in end) return false;
  const inNamespace = peer.namespaceSelector
    ? matches(peer.namespaceSelector.matchLabels, end.namespace)
    : end.namespace["kubernetes.io/metadata.name"] === namespace;
  return inNamespace && matches(peer.podSelector?.matchLabels ?? {}, end.labels);
}

function matches(wanted: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function isIn(cidr: string, address: string): boolean {
  const [network = "", length] = cidr.split("/");
  if (isIPv4(network) !== isIPv4(address)) return false;
  const family = isIPv4(network) ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return list.check(address, family);
}
