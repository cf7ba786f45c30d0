import { describe, expect, it } from "vitest";

import { UNKNOWN } from "../../toolchain/plugins/properties.ts";
import type { Values } from "../../toolchain/plugins/properties.ts";
import { types } from "./resources/all.ts";
import { failures, withDefaults } from "./schema.ts";

/** What is wrong with the inputs of a type, one `property: reason` each. */
function wrong(type: string, inputs: Values): string[] {
  const declared = types[type];
  if (!declared) throw new Error(`there is no type ${type}`);
  return failures(declared, withDefaults(declared, inputs)).map(({ property, reason }) => `${property}: ${reason}`);
}

const subnetwork = { name: "nodes", network: "net", ipCidrRange: "10.0.0.0/24" };
const server = { name: "sql", databaseVersion: "POSTGRES_16", settings: { tier: "db-custom-2-7680" } };
const cluster = { name: "gke", location: "europe-west1", enableAutopilot: true };
const secret = { secretId: "key", replication: { auto: {} } };

describe("failures", () => {
  it.each([
    ["compute/Subnetwork", subnetwork],
    ["compute/Subnetwork", { ...subnetwork, purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE" }],
    ["sql/DatabaseInstance", server],
    ["container/Cluster", cluster],
    ["secretmanager/Secret", secret],
    ["projects/IAMMember", { role: "roles/viewer", member: "group:team@example.com" }],
  ])("finds nothing wrong with a right %s", (type, inputs) => {
    expect(wrong(type, inputs)).toEqual([]);
  });

  it.each([
    [
      "an unknown property",
      "compute/Network",
      { name: "n", autoCreate: true },
      "autoCreate: there is no such property here",
    ],
    [
      "one deeper",
      "sql/DatabaseInstance",
      { ...server, settings: { tier: "db-g1-small", size: 1 } },
      "settings.size: there is no such",
    ],
    [
      "one in a list",
      "compute/Subnetwork",
      { ...subnetwork, secondaryIpRanges: [{ rangeName: "a", ipCidrRange: "10.1.0.0/16", x: 1 }] },
      "secondaryIpRanges[0].x: there is no",
    ],
    ["a missing property", "secretmanager/Secret", { secretId: "key" }, "replication: it is required"],
    [
      "a wrong value of an enumeration",
      "compute/RegionSslPolicy",
      { name: "tls", minTlsVersion: "1.2" },
      "minTlsVersion: Invalid option",
    ],
    ["a wrong type", "compute/Network", { name: "n", mtu: "1460" }, "mtu: Invalid input"],
    ["a name in capitals", "compute/Network", { name: "Net" }, 'this is "Net"'],
    [
      "a name that is too long",
      "compute/Firewall",
      { name: "f".repeat(64), network: "net", denies: [], sourceRanges: [] },
      "name: it must have 1 to 63",
    ],
    [
      "a cluster's name of 41 characters",
      "container/Cluster",
      { ...cluster, name: "c".repeat(41) },
      "name: it must have 1 to 40",
    ],
    [
      "a range that begins elsewhere",
      "compute/Subnetwork",
      { ...subnetwork, ipCidrRange: "10.0.0.1/24" },
      "does not begin with the first address",
    ],
    [
      "a label's key in capitals",
      "compute/Address",
      { name: "a", labels: { Team: "x" } },
      "labels.Team: a label's key must",
    ],
    [
      "a member without a kind",
      "projects/IAMMember",
      { role: "roles/viewer", member: "team@example.com" },
      "member: it must be an IAM member",
    ],
    [
      "rules across properties",
      "compute/Firewall",
      { name: "f", network: "net", direction: "EGRESS", sourceRanges: ["10.0.0.0/8"], denies: [{ protocol: "all" }] },
      "sourceRanges: egress has no source",
    ],
    [
      "backups that regional servers need",
      "sql/DatabaseInstance",
      { ...server, settings: { tier: "db-custom-2-7680", availabilityType: "REGIONAL" } },
      "settings.availabilityType: REGIONAL needs backups",
    ],
    [
      "a tier that there is not",
      "sql/DatabaseInstance",
      { ...server, settings: { tier: "db-custom-3-7680" } },
      "settings.tier: vCPUs must be 1 or an even number",
    ],
    [
      "a rotation without a topic",
      "secretmanager/Secret",
      { ...secret, rotation: { rotationPeriod: "86400s" } },
      "rotation: a rotation needs topics",
    ],
    [
      "a standard cluster",
      "container/Cluster",
      { ...cluster, enableAutopilot: false },
      "enableAutopilot: the stand-in makes Autopilot",
    ],
    [
      "too many ranges in a rule",
      "compute/RegionSecurityPolicy",
      {
        name: "p",
        rules: [
          {
            action: "allow",
            priority: 1,
            match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: Array(11).fill("10.0.0.0/8") } },
          },
        ],
      },
      "a rule takes 10 ranges at most",
    ],
  ])("finds %s", (_, type, inputs, problem) => {
    expect(wrong(type, inputs).join("\n")).toContain(problem);
  });

  it("lets pass what is not known yet, and still finds what is wrong beside it", () => {
    expect(wrong("compute/Subnetwork", { ...subnetwork, ipCidrRange: UNKNOWN })).toEqual([]);
    expect(wrong("sql/DatabaseInstance", { ...server, settings: UNKNOWN })).toEqual([]);
    expect(wrong("compute/Subnetwork", { ...subnetwork, ipCidrRange: UNKNOWN, mtu: 1 })).toHaveLength(1);
  });
});

describe("withDefaults", () => {
  it("fills in what is not set where its parent is there", () => {
    const type = types["compute/Subnetwork"];
    if (!type) throw new Error("there is no subnet");
    expect(withDefaults(type, subnetwork)).toEqual(subnetwork);
    expect(withDefaults(type, { ...subnetwork, logConfig: { flowSampling: 1 } })["logConfig"]).toEqual({
      aggregationInterval: "INTERVAL_5_SEC",
      filterExpr: "true",
      flowSampling: 1,
      metadata: "INCLUDE_ALL_METADATA",
    });
  });
});
