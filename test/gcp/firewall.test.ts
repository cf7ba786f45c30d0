import { BlockList } from "node:net";

import { describe, expect, it } from "vitest";

import { Firewall } from "../../components/gcp/firewall.ts";
import { place, registered, type RegisteredWithOptions } from "./mocks.ts";

const resources = await registered(
  () =>
    new Firewall("firewall", {
      place: place(),
      network: "network",
      inside: ["10.20.0.0/22", "10.24.0.0/16"],
      providerPorts: [8443, 443],
      clients: { proxies: "10.26.0.0/23", ports: [4000, 9099] },
    }),
);
const rules = resources.filter(({ type }) => type === "gcp:compute/firewall:Firewall");

interface Match {
  protocol: string;
  ports?: string[];
}

/** Whether the rules let a packet pass: https://cloud.google.com/firewall/docs/firewalls#priority_order_for_firewall_rules. */
function passes(direction: "INGRESS" | "EGRESS", address: string, protocol: string, port: number): boolean {
  const matches = ({ inputs }: RegisteredWithOptions) => {
    const ends = inputs[direction === "INGRESS" ? "sourceRanges" : "destinationRanges"] as string[];
    const kinds = (inputs["allows"] ?? inputs["denies"]) as Match[];
    return (
      inputs["direction"] === direction &&
      ends.some((range) => isIn(address, range)) &&
      kinds.some(
        (kind) =>
          kind.protocol === "all" || (kind.protocol === protocol && (!kind.ports || kind.ports.includes(String(port)))),
      )
    );
  };
  const [first] = rules
    .filter(matches)
    .sort(
      (a, b) =>
        Number(a.inputs["priority"]) - Number(b.inputs["priority"]) ||
        Number("allows" in a.inputs) - Number("allows" in b.inputs),
    );
  if (!first) throw new Error("no rule decides");
  return "allows" in first.inputs;
}

function isIn(address: string, range: string): boolean {
  const [network = "", length] = range.split("/");
  const list = new BlockList();
  list.addSubnet(network, Number(length), "ipv4");
  return list.check(address, "ipv4");
}

describe("the firewall", () => {
  it.each([
    ["the control plane's endpoint, or Cloud SQL's", "10.20.0.5", "tcp", 5432],
    ["the control plane's tunnel", "10.20.0.5", "tcp", 8132],
    ["a kubelet", "10.20.1.7", "tcp", 10_250],
    ["another node's pod, by name resolution", "10.24.3.4", "udp", 53],
    ["Google's APIs by Private Google Access", "199.36.153.8", "tcp", 443],
    ["a provider", "104.18.7.192", "tcp", 443],
    ["a provider with a port of its own", "203.0.113.9", "tcp", 8443],
  ])("lets nodes and pods call %s", (_, address, protocol, port) => {
    expect(passes("EGRESS", address, protocol, port)).toBe(true);
  });

  it.each([
    ["the internet without TLS", "104.18.7.192", "tcp", 80],
    ["mail servers", "203.0.113.9", "tcp", 25],
    ["name servers elsewhere", "8.8.8.8", "udp", 53],
    ["HTTP/3 of a provider", "104.18.7.192", "udp", 443],
    ["databases in other networks", "10.99.0.4", "tcp", 5432],
  ])("lets nobody call %s", (_, address, protocol, port) => {
    expect(passes("EGRESS", address, protocol, port)).toBe(false);
  });

  it.each([
    ["the load balancer's proxies, at the gateway's port", "10.26.1.2", 4000, true],
    ["the load balancer's proxies, at the administrators' port", "10.26.1.2", 9099, true],
    ["Google's health checks, at the gateway's port", "35.191.10.3", 4000, true],
    ["the load balancer's proxies, at another port", "10.26.1.2", 10_250, false],
    ["a client beside the load balancer", "10.8.0.20", 4000, false],
    ["the internet", "203.0.113.9", 4000, false],
  ])("decides about %s", (_, address, port, expected) => {
    expect(passes("INGRESS", address, "tcp", port)).toBe(expected);
  });

  it("logs what it refuses, both ways, after every other rule", () => {
    const denials = rules.filter(({ inputs }) => "denies" in inputs);
    expect(denials.map(({ inputs }) => inputs["direction"]).sort()).toEqual(["EGRESS", "INGRESS"]);
    for (const { inputs } of denials) {
      expect(inputs).toMatchObject({ priority: 65_534, logConfig: { metadata: "INCLUDE_ALL_METADATA" } });
    }
  });
});
