import { describe, expect, it } from "vitest";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { differences } from "./differences.ts";
import { allLabels } from "./labels.ts";
import { types } from "./resources/all.ts";

function changes(type: string, before: Values, after: Values) {
  const declared = types[type];
  if (!declared) throw new Error(`there is no type ${type}`);
  return differences(declared, before, after).map(
    ({ property, kind, replaces }) => `${kind} ${property}${replaces ? ": replace" : ""}`,
  );
}

describe("differences", () => {
  it.each([
    ["compute/Network", { name: "a" }, { name: "b" }, ["update name: replace"]],
    ["compute/Network", { routingMode: "GLOBAL" }, { routingMode: "REGIONAL" }, ["update routingMode"]],
    ["compute/Subnetwork", { ipCidrRange: "10.0.0.0/24" }, { ipCidrRange: "10.0.0.0/23" }, ["update ipCidrRange"]],
    [
      "compute/Subnetwork",
      { ipCidrRange: "10.0.0.0/23" },
      { ipCidrRange: "10.0.0.0/24" },
      ["update ipCidrRange: replace"],
    ],
    [
      "container/Cluster",
      { releaseChannel: { channel: "STABLE" } },
      { releaseChannel: { channel: "RAPID" } },
      ["update releaseChannel.channel"],
    ],
    [
      "container/Cluster",
      {},
      { ipAllocationPolicy: { clusterSecondaryRangeName: "p" } },
      ["add ipAllocationPolicy.clusterSecondaryRangeName: replace"],
    ],
    [
      "sql/DatabaseInstance",
      { settings: { tier: "db-g1-small" } },
      { settings: { tier: "db-custom-2-7680" } },
      ["update settings.tier"],
    ],
    [
      "sql/DatabaseInstance",
      { settings: { databaseFlags: [{ name: "a", value: "1" }] } },
      { settings: { databaseFlags: [{ name: "a", value: "2" }] } },
      ["update settings.databaseFlags[0].value"],
    ],
    ["secretmanager/SecretVersion", { secretData: "a" }, { secretData: "b" }, ["update secretData: replace"]],
    [
      "secretmanager/Secret",
      { replication: { auto: {} } },
      { replication: { userManaged: { replicas: [{ location: "a" }] } } },
      ["delete replication.auto: replace", "add replication.userManaged.replicas[0].location: replace"],
    ],
    ["kms/CryptoKey", { rotationPeriod: "86400s" }, { rotationPeriod: "172800s" }, ["update rotationPeriod"]],
    [
      "memorystore/Instance",
      { zoneDistributionConfig: { mode: "MULTI_ZONE" } },
      { zoneDistributionConfig: { mode: "SINGLE_ZONE" } },
      ["update zoneDistributionConfig.mode: replace"],
    ],
    ["compute/ForwardingRule", { target: "a" }, { target: "b" }, ["update target"]],
    [
      "compute/ForwardingRule",
      { target: "projects/p/regions/r/serviceAttachments/a" },
      { target: "projects/p/regions/r/serviceAttachments/b" },
      ["update target: replace"],
    ],
    // What Google's provider can't change, or leaves to fail, by its own schema.
    [
      "certificatemanager/CertificateIssuanceConfig",
      { effectiveLabels: { team: "a" } },
      { effectiveLabels: { team: "b" } },
      ["update effectiveLabels.team: replace"],
    ],
    ["compute/Address", { effectiveLabels: { team: "a" } }, { effectiveLabels: {} }, ["delete effectiveLabels.team"]],
    ["servicedirectory/Service", { namespace: "a" }, { namespace: "b" }, ["update namespace"]],
    ["logging/Metric", { name: "a" }, { name: "b" }, ["update name"]],
    [
      "logging/Metric",
      { metricDescriptor: { labels: [{ key: "a" }] } },
      { metricDescriptor: { labels: [{ key: "b" }] } },
      ["update metricDescriptor.labels[0].key: replace"],
    ],
    [
      "container/Cluster",
      { loggingConfig: { enableComponents: ["A", "B"] } },
      { loggingConfig: { enableComponents: ["B", "A"] } },
      ["update loggingConfig.enableComponents[0]", "update loggingConfig.enableComponents[1]"],
    ],
    ["sql/User", { type: "CLOUD_IAM_USER" }, {}, ["delete type: replace"]],
    ["sql/User", { type: "BUILT_IN" }, {}, []],
    // What it keeps when a program doesn't set it any more.
    ["compute/RouterNat", { natIps: ["a"], minPortsPerVm: 64 }, {}, []],
    ["sql/DatabaseInstance", { settings: { userLabels: { a: "b" }, diskType: "PD_SSD" } }, { settings: {} }, []],
    ["container/Cluster", { privateClusterConfig: { enablePrivateNodes: true }, subnetwork: "a" }, {}, []],
  ])("tells what a change of %s does", (type, before, after, expected) => {
    expect(changes(type, before, after)).toEqual(expected);
  });

  it("takes no notice of the order in sets, of what the API decides, and of disks that grew", () => {
    const sets = [
      { destinationRanges: ["10.0.0.0/8", "10.1.0.0/16"] },
      { destinationRanges: ["10.1.0.0/16", "10.0.0.0/8"] },
    ] as const;
    expect(changes("compute/Firewall", ...sets)).toEqual([]);
    expect(changes("compute/Address", { address: "10.0.0.2" }, {})).toEqual([]);
    const disk = (diskSize: number) => ({ settings: { diskAutoresize: true, diskSize } });
    expect(changes("sql/DatabaseInstance", disk(30), disk(20))).toEqual([]);
    expect(changes("sql/DatabaseInstance", disk(20), disk(30))).toEqual(["update settings.diskSize"]);
  });
});

describe("allLabels", () => {
  const config = { defaultLabels: { team: "ours", kind: "test" }, attribution: true, listsRegions: false };

  it("adds the provider's labels to types that have some, and lets the resource's own win", () => {
    const type = types["compute/Address"];
    if (!type) throw new Error("there is no address");
    expect(allLabels(type, { labels: { team: "mine" } }, config)["effectiveLabels"]).toEqual({
      team: "mine",
      kind: "test",
      "goog-pulumi-provisioned": "true",
    });
  });

  it("leaves out its own label where the provider does", () => {
    const type = types["compute/ForwardingRule"];
    if (!type) throw new Error("there is no rule");
    expect(allLabels(type, {}, config)["effectiveLabels"]).toEqual({ team: "ours", kind: "test" });
  });

  it("has nothing to add to types without labels, such as Cloud SQL's servers", () => {
    const type = types["sql/DatabaseInstance"];
    if (!type) throw new Error("there is no server");
    expect(allLabels(type, {}, config)).toEqual({});
  });
});
