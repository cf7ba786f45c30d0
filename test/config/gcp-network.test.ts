import { describe, expect, it } from "vitest";

import { isPrivate, isRange, overlap } from "../../config/schema/gcp/ranges.ts";
import { access, existing, problems as problemsOfGcp } from "./gcp-stack.ts";

/** The problems of a stack on gcp with these settings of its network, and others of gcp. */
function problems(network: object, others: object = {}): string[] {
  return problemsOfGcp({ network, ...others }).map((line) => line.replace("gcp.network.", ""));
}

describe("the ranges of a network", () => {
  it.each([
    ["nodes", "10.20.0.0/27", "/26"],
    ["pods", "10.24.0.0/22", "/21"],
    ["services", "10.25.0.0/28", "/27"],
    ["proxies", "10.26.0.0/27", "/26"],
  ])("are large enough for %s", (name, range, least) => {
    expect(problems({ [name]: range })).toEqual([
      `${name}: "${range}" is too small; write a range of ${least} or larger`,
    ]);
    expect(problems({ [name]: range.replace(/\/\d+/, least) })).toEqual([]);
  });

  it("are not too large for GKE", () => {
    expect(problems({ services: "10.96.0.0/15" })).toEqual([
      'services: "10.96.0.0/15" is too large for GKE; write a range of /16 or smaller',
    ]);
  });

  it("share no address with each other", () => {
    expect(problems({ pods: "10.20.0.0/16" })).toEqual([
      'pods: "10.20.0.0/16" overlaps gcp.network.nodes, 10.20.0.0/22; write ranges that share no address',
    ]);
    expect(problems({ nodes: "10.25.0.0/24", services: "10.25.0.0/20", proxies: "10.25.1.0/24" })).toEqual([
      'proxies: "10.25.1.0/24" overlaps gcp.network.services, 10.25.0.0/20; write ranges that share no address',
      'services: "10.25.0.0/20" overlaps gcp.network.nodes, 10.25.0.0/24; write ranges that share no address',
    ]);
  });

  it("share no address with what every node has", () => {
    expect(problems({ pods: "172.16.0.0/14" })).toEqual([
      `pods: "172.16.0.0/14" overlaps 172.17.0.0/16, that of Docker's bridge on nodes; write another`,
    ]);
  });

  it("may be of any kind that nobody on the Internet has", () => {
    expect(problems({ nodes: "192.168.0.0/22", pods: "240.0.0.0/14", services: "100.64.0.0/20" })).toEqual([]);
  });
});

describe("a network that is there", () => {
  it("has ranges of its own", () => {
    expect(problems({ existing })).toEqual([]);
    const own = "is for a network that the stack makes, but `existing` names one of yours; leave out one of them";
    expect(problems({ existing, nodes: "10.0.0.0/22", pods: "10.1.0.0/16", services: "10.2.0.0/20" })).toEqual([
      `nodes: "10.0.0.0/22" ${own}`,
      `pods: "10.1.0.0/16" ${own}`,
      `services: "10.2.0.0/20" ${own}`,
    ]);
    expect(problems({ existing, natAddresses: 2 })).toEqual([`natAddresses: 2 ${own}`]);
  });

  it("says where the load balancer's calls come from", () => {
    expect(problems({ existing }, { access })).toEqual([
      "proxies is missing; write the range of your network's proxy-only subnet, which the load balancer of gcp.access calls from",
    ]);
    // The defaults of the network that the stack would make take no addresses here.
    expect(problems({ existing, proxies: "10.24.0.0/23" }, { access })).toEqual([]);
    expect(problems({ existing, proxies: "10.24.0.0/27" }, { access })).toEqual([
      'proxies: "10.24.0.0/27" is too small; write a range of /26 or larger',
    ]);
  });
});

describe("isRange", () => {
  it.each(["10.0.0.0/8", "0.0.0.0/0", "255.255.255.255/32", "192.168.4.0/22"])("takes %s", (text) => {
    expect(isRange(text)).toBe(true);
  });

  it.each([
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.1/8",
    "10.0.0/8",
    "/8",
    "::/0",
    "10.0.0.0/",
  ])("refuses %s", (text) => {
    expect(isRange(text)).toBe(false);
  });
});

describe("isPrivate", () => {
  it.each(["10.0.0.0/8", "172.31.0.0/16", "192.168.255.0/24", "100.127.0.0/16", "198.19.0.0/16", "250.0.0.0/8"])(
    "takes %s",
    (range) => {
      expect(isPrivate(range)).toBe(true);
    },
  );

  it.each(["0.0.0.0/0", "8.0.0.0/7", "11.0.0.0/8", "172.32.0.0/16", "192.0.0.0/8", "100.128.0.0/16", "224.0.0.0/4"])(
    "refuses %s",
    (range) => {
      expect(isPrivate(range)).toBe(false);
    },
  );
});

describe("overlap", () => {
  it.each([
    ["10.0.0.0/8", "10.255.255.0/24", true],
    ["10.255.255.0/24", "10.0.0.0/8", true],
    ["10.0.0.0/24", "10.0.0.0/24", true],
    ["10.0.0.0/24", "10.0.1.0/24", false],
    ["240.0.0.0/4", "223.255.255.0/24", false],
  ])("of %s and %s is %s", (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
  });
});
