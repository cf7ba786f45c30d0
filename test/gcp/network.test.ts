import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { secondaryRange } from "../../components/gcp/existing-network.ts";
import { Network, type NetworkArgs } from "../../components/gcp/network.ts";
import { dependenciesOf, only, place, registered } from "./mocks.ts";

const SUBNETWORK = "gcp:compute/subnetwork:Subnetwork";
const NETWORK = "gcp:compute/network:Network llm-gateway-test-network";

const args = (overrides: Partial<NetworkArgs> = {}): NetworkArgs => ({
  place: place(),
  nodes: "10.20.0.0/22",
  pods: "10.24.0.0/16",
  services: "10.25.0.0/20",
  natAddresses: 2,
  providerPorts: [],
  ...overrides,
});

/** What the network knows of itself, as those that use it see it. */
const outputs = (network: Network) =>
  pulumi.output({
    network: network.network,
    subnetwork: network.subnetwork,
    podRange: network.podRange,
    serviceRange: network.serviceRange,
    nodes: network.nodes,
    pods: network.pods,
    egressAddresses: network.egressAddresses,
  });

describe("a network of the stack's own", async () => {
  let seen: unknown;
  const resources = await registered(() => {
    const network = new Network("network", args({ clients: { proxies: "10.26.0.0/23", ports: [4000] } }));
    outputs(network).apply((value) => (seen = value));
    // Stands for the cluster.
    new gcp.compute.Instance(
      "node",
      { machineType: "e2-small", bootDisk: {}, networkInterfaces: [] },
      { dependsOn: network.ready },
    );
  });

  it("has no subnet that nobody asked for, and no address outside", () => {
    expect(only(resources, "gcp:compute/network:Network").inputs).toEqual({
      autoCreateSubnetworks: false,
      routingMode: "GLOBAL",
    });
    expect(only(resources, SUBNETWORK, "-nodes").inputs).toEqual({
      network: "{id of llm-gateway-test-network}",
      region: "europe-west1",
      ipCidrRange: "10.20.0.0/22",
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: "10.24.0.0/16" },
        { rangeName: "services", ipCidrRange: "10.25.0.0/20" },
      ],
      privateIpGoogleAccess: true,
      logConfig: { aggregationInterval: "INTERVAL_1_MIN", flowSampling: 0.1, metadata: "INCLUDE_ALL_METADATA" },
    });
  });

  it("calls out from static addresses, for its own subnet alone", () => {
    const addresses = resources.filter(({ type }) => type === "gcp:compute/address:Address");
    expect(addresses.map(({ name }) => name)).toEqual(["llm-gateway-test-egress-1", "llm-gateway-test-egress-2"]);
    expect(only(resources, "gcp:compute/routerNat:RouterNat").inputs).toMatchObject({
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: addresses.map(({ name }) => `{selfLink of ${name}}`),
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetworks: [{ name: "{id of llm-gateway-test-nodes}", sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
    });
  });

  it("lets ports grow with the load, within what Cloud NAT accepts", () => {
    const { inputs } = only(resources, "gcp:compute/routerNat:RouterNat");
    expect(inputs).toMatchObject({ enableDynamicPortAllocation: true, enableEndpointIndependentMapping: false });
    for (const ports of [inputs["minPortsPerVm"], inputs["maxPortsPerVm"]].map(Number)) {
      expect(Number.isInteger(Math.log2(ports))).toBe(true);
      expect(ports).toBeGreaterThanOrEqual(32);
      expect(ports).toBeLessThanOrEqual(65_536);
    }
  });

  it("has a subnet for the load balancer's proxies", () => {
    expect(only(resources, SUBNETWORK, "-proxies").inputs).toMatchObject({
      ipCidrRange: "10.26.0.0/23",
      purpose: "REGIONAL_MANAGED_PROXY",
      role: "ACTIVE",
    });
  });

  it("says what it is", () => {
    expect(seen).toEqual({
      network: "{id of llm-gateway-test-network}",
      subnetwork: "{id of llm-gateway-test-nodes}",
      podRange: "pods",
      serviceRange: "services",
      nodes: "10.20.0.0/22",
      pods: "10.24.0.0/16",
      egressAddresses: ["{address of llm-gateway-test-egress-1}", "{address of llm-gateway-test-egress-2}"],
    });
  });

  it("keeps its way out and its firewall until the nodes are gone, and each part until those that use it are", () => {
    const node = dependenciesOf(resources, only(resources, "gcp:compute/instance:Instance"));
    expect([...node]).toEqual(
      expect.arrayContaining([
        "gcp:compute/routerNat:RouterNat llm-gateway-test-nat",
        "gcp:compute/firewall:Firewall llm-gateway-test-deny-egress",
        "gcp:compute/firewall:Firewall llm-gateway-test-allow-inside",
      ]),
    );
    const nat = dependenciesOf(resources, only(resources, "gcp:compute/routerNat:RouterNat"));
    expect([...nat]).toEqual(
      expect.arrayContaining([
        NETWORK,
        `${SUBNETWORK} llm-gateway-test-nodes`,
        "gcp:compute/address:Address llm-gateway-test-egress-2",
        "gcp:compute/router:Router llm-gateway-test-router",
      ]),
    );
    for (const type of [SUBNETWORK, "gcp:compute/firewall:Firewall", "gcp:compute/router:Router"]) {
      for (const resource of resources.filter((each) => each.type === type)) {
        expect(dependenciesOf(resources, resource)).toContain(NETWORK);
      }
    }
  });

  it("waits for the APIs", async () => {
    const resources = await registered(() => {
      const api = new gcp.projects.Service("compute", { service: "compute.googleapis.com" });
      new Network("network", args({ place: place({ services: [api] }) }));
    });
    for (const resource of resources.filter(({ type }) => type.startsWith("gcp:compute/"))) {
      expect(dependenciesOf(resources, resource)).toContain("gcp:projects/service:Service compute");
    }
  });
});

describe("a network without clients outside the cluster", () => {
  it("has no proxies and lets nothing in", async () => {
    const resources = await registered(() => new Network("network", args()));
    expect(resources.filter(({ type }) => type === SUBNETWORK).map(({ name }) => name)).toEqual([
      "llm-gateway-test-nodes",
    ]);
    const allowed = resources.filter(({ type, inputs }) => type.endsWith(":Firewall") && "allows" in inputs);
    expect(allowed.map(({ inputs }) => inputs["direction"])).toEqual(["EGRESS", "EGRESS"]);
  });
});

describe("a network of the user's own", () => {
  const existing = {
    project: "host-project",
    network: "shared",
    subnetwork: "research",
    podRange: "research-pods",
    serviceRange: "research-services",
  };
  const ranges = [
    { rangeName: "research-pods", ipCidrRange: "10.44.0.0/16" },
    { rangeName: "research-services", ipCidrRange: "10.45.0.0/20" },
  ];
  const asked: unknown[] = [];
  const subnet = (token: string, inputs: object) => {
    asked.push([token, inputs]);
    return { ipCidrRange: "10.40.0.0/20", secondaryIpRanges: ranges };
  };

  it("is left as it is, and known with its real ranges", async () => {
    let seen: unknown;
    const resources = await registered(
      () =>
        new Promise((known) => outputs(new Network("network", args({ existing }))).apply(known)).then(
          (value) => (seen = value),
        ),
      undefined,
      subnet,
    );
    expect(resources.map(({ type }) => type)).toEqual(["llm-gateway:gcp:Network"]);
    expect(asked).toEqual([
      [
        "gcp:compute/getSubnetwork:getSubnetwork",
        { project: "host-project", region: "europe-west1", name: "research" },
      ],
    ]);
    expect(seen).toEqual({
      network: "projects/host-project/global/networks/shared",
      subnetwork: "projects/host-project/regions/europe-west1/subnetworks/research",
      podRange: "research-pods",
      serviceRange: "research-services",
      nodes: "10.40.0.0/20",
      pods: "10.44.0.0/16",
      egressAddresses: [],
    });
  });

  it("is refused for a secondary range that it doesn't have", () => {
    expect(() => secondaryRange(ranges, "pods")).toThrow(
      'The subnet that `gcp.network.existing` names has no secondary range "pods"; write one of those that it has (research-pods, research-services) in `podRange`.',
    );
  });
});
