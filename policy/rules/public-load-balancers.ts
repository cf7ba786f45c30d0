import { isIPv6 } from "node:net";

import { isPrivate, prefixLength } from "../../config/schema/gcp/ranges.ts";
import { at, entries, isMapping, isNone, type Resource, UNKNOWN } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** What makes a Service's load balancer internal, by cloud. */
const INTERNAL: [annotation: string, value: string][] = [
  ["networking.gke.io/load-balancer-type", "Internal"],
  ["cloud.google.com/load-balancer-type", "Internal"],
  ["service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"],
  ["service.beta.kubernetes.io/aws-load-balancer-internal", "true"],
  ["service.beta.kubernetes.io/azure-load-balancer-internal", "true"],
  ["service.beta.kubernetes.io/openstack-internal-load-balancer", "true"],
  ["service.beta.kubernetes.io/oci-load-balancer-internal", "true"],
];

/** By the last part of a resource's type. */
const FAULTS: Record<string, (resource: Resource) => string[]> = {
  ForwardingRule: scheme,
  GlobalForwardingRule: scheme,
  Service: ({ inputs }) => {
    const type = at(inputs, "spec.type");
    const faults = entries(at(inputs, "spec.externalIPs")).length > 0 ? ["remove spec.externalIPs"] : [];
    if (type === "NodePort") faults.push("set spec.type to ClusterIP, since a node may have a public address");
    if (type === "LoadBalancer" && !isInternal(inputs)) {
      faults.push(
        "add the annotation that makes load balancers internal in your cloud (kubernetes.access.loadBalancer.annotations), or name private ranges in spec.loadBalancerSourceRanges",
      );
    }
    return faults.map((remedy) => `The Service may be reached from the Internet: ${remedy}.`);
  },
  Ingress: ({ inputs }) =>
    /internal/i.test(
      `${text(at(inputs, "spec.ingressClassName"))} ${text(annotation(inputs, "kubernetes.io/ingress.class"))}`,
    )
      ? []
      : ["The Ingress may be reached from the Internet: use an internal class."],
  Gateway: ({ inputs }) => {
    const name = at(inputs, "spec.gatewayClassName");
    return /external|gxlb/.test(text(name))
      ? [
          `The Gateway is reached from the Internet: its class, ${text(name)}, makes public load balancers. Use an internal one, such as gke-l7-rilb.`,
        ]
      : [];
  },
};

export const publicLoadBalancers: Rule = {
  why: "Load balancers are internal, since whoever reaches the gateway can try keys, and those who may use it are inside the network.",
  source: "https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing",
  types:
    /^(gcp:compute\/(forwardingRule:ForwardingRule|globalForwardingRule:GlobalForwardingRule)|kubernetes:(core\/v1:Service|networking\.k8s\.io\/v1:Ingress|gateway\.networking\.k8s\.io\/v\w+:Gateway))$/,
  judge: () => (resource) => FAULTS[resource.type.split(":").at(-1) ?? ""]?.(resource) ?? [],
};

/** One without a scheme is external; one of Private Service Connect has an empty one. */
function scheme({ inputs }: Resource): string[] {
  const scheme = at(inputs, "loadBalancingScheme");
  const isPublic = scheme === undefined || text(scheme).startsWith("EXTERNAL");
  return isPublic ? ["The load balancer is public: set loadBalancingScheme to INTERNAL or INTERNAL_MANAGED."] : [];
}

function isInternal(inputs: Record<string, unknown>): boolean {
  const ranges = at(inputs, "spec.loadBalancerSourceRanges");
  if (ranges === UNKNOWN || at(inputs, "metadata.annotations") === UNKNOWN) return true;
  const closed = entries(ranges);
  if (closed.length > 0 && closed.every((range) => isInside(String(range)))) return true;
  return INTERNAL.some(([name, value]) => !isNone(annotation(inputs, name), value));
}

function annotation(inputs: Record<string, unknown>, name: string): unknown {
  const annotations = at(inputs, "metadata.annotations");
  return isMapping(annotations) ? annotations[name] : annotations;
}

/** Whether nobody on the Internet has an address of a range; of IPv6, by RFC 4193. */
function isInside(range: string): boolean {
  const [address = ""] = range.split("/");
  return isIPv6(address) ? /^f[cd]/i.test(address) && prefixLength(range) >= 7 : isPrivate(range);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
