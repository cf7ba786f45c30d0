import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare, type Request } from "../cloud-type.ts";
import { address, overlap, rangeOf } from "../ranges.ts";
import type { CloudObject, TestCloud } from "../test-cloud.ts";
import { isNamed } from "../test-cloud.ts";
import { api, inUse, SELF_LINK } from "./compute.ts";
import { cidr, computeName, deletionPolicy, flag, project, region, text } from "./fields.ts";

export const network = declare({
  api,
  inputs: z.strictObject({
    autoCreateSubnetworks: flag,
    deleteDefaultRoutesOnCreate: flag,
    deletionPolicy,
    description: text,
    mtu: z.int().min(1300).max(8896).optional(),
    name: computeName,
    networkFirewallPolicyEnforcementOrder: z.enum(["BEFORE_CLASSIC_FIREWALL", "AFTER_CLASSIC_FIREWALL"]).optional(),
    project,
    routingMode: z.enum(["REGIONAL", "GLOBAL"]).optional(),
  }),
  defaults: {
    autoCreateSubnetworks: true,
    deleteDefaultRoutesOnCreate: false,
    networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
  },
  immutable: ["autoCreateSubnetworks", "description", "name", "project"],
  computed: ["gatewayIpv4", "networkId"],
  optional: ["mtu", "routingMode"],
  autoName: 63,
  id: "projects/{project}/global/networks/{name}",
  selfLink: SELF_LINK,
  outputs: ({ mtu = 1460, routingMode = "REGIONAL" }) => ({ mtu, routingMode, gatewayIpv4: "", networkId: "1" }),
  inUse: inUse("network"),
});

const secondaryRange = z.strictObject({ rangeName: computeName, ipCidrRange: cidr });

const subnetworkInputs = z.strictObject({
  deletionPolicy,
  description: text,
  ipCidrRange: cidr,
  logConfig: z
    .strictObject({
      aggregationInterval: z
        .enum(["5_SEC", "30_SEC", "1_MIN", "5_MIN", "10_MIN", "15_MIN"].map((length) => `INTERVAL_${length}`))
        .optional(),
      filterExpr: text,
      flowSampling: z.number().min(0).max(1).optional(),
      metadata: z.enum(["EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA", "CUSTOM_METADATA"]).optional(),
      metadataFields: z.array(z.string()).optional(),
    })
    .optional(),
  name: computeName,
  network: z.string(),
  privateIpGoogleAccess: flag,
  project,
  purpose: z.enum(["PRIVATE", "REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY", "PRIVATE_SERVICE_CONNECT"]).optional(),
  region,
  role: z.enum(["ACTIVE", "BACKUP"]).optional(),
  secondaryIpRanges: z.array(secondaryRange).max(170).optional(),
  stackType: z.enum(["IPV4_ONLY", "IPV4_IPV6", "IPV6_ONLY"]).optional(),
});

export const subnetwork = declare({
  api,
  inputs: subnetworkInputs,
  defaults: {
    "logConfig.aggregationInterval": "INTERVAL_5_SEC",
    "logConfig.filterExpr": "true",
    "logConfig.flowSampling": 0.5,
    "logConfig.metadata": "INCLUDE_ALL_METADATA",
  },
  immutable: ["description", "name", "network", "project", "region"],
  // `resourceComputeSubnetworkSecondaryIpRangeSetStyleDiff` and `IsShrinkageIpCidr` of the provider.
  replacedBy({ ipCidrRange: before }, { ipCidrRange: after }) {
    if (typeof before !== "string" || typeof after !== "string" || before === after) return [];
    const [old, wanted] = [rangeOf(before), rangeOf(after)];
    return wanted.first <= old.first && wanted.last >= old.last ? [] : ["ipCidrRange"];
  },
  computed: ["gatewayAddress", "creationTimestamp", "fingerprint", "subnetworkId"],
  optional: ["privateIpGoogleAccess", "purpose", "secondaryIpRanges", "stackType"],
  sets: ["secondaryIpRanges"],
  autoName: 63,
  uses: { network: "compute/Network" },
  id: "projects/{project}/regions/{region}/subnetworks/{name}",
  selfLink: SELF_LINK,
  problems({ purpose, role, logConfig }) {
    const isProxy = isOfProxies({ purpose });
    return [
      ...(isProxy && role === undefined
        ? [{ property: "role", reason: "a proxy-only subnet needs ACTIVE or BACKUP" }]
        : []),
      ...(isProxy && logConfig ? [{ property: "logConfig", reason: "a proxy-only subnet has no flow logs" }] : []),
      ...(!isProxy && role !== undefined ? [{ property: "role", reason: "only proxy-only subnets have one" }] : []),
    ];
  },
  outputs(inputs, { cloud, id, before }) {
    refuseOverlaps(inputs, id, cloud);
    if (isOfProxies(inputs)) refuseProxies(inputs, id, { cloud, before });
    const { purpose = "PRIVATE", stackType = "IPV4_ONLY" } = inputs;
    return {
      purpose,
      stackType,
      privateIpGoogleAccess: inputs.privateIpGoogleAccess ?? false,
      gatewayAddress: address(rangeOf(inputs.ipCidrRange).first + 1),
      creationTimestamp: before?.properties["creationTimestamp"] ?? new Date().toISOString(),
      fingerprint: "c3RhbmQtaW4=",
      subnetworkId: 1,
    };
  },
  inUse: inUse("subnetwork"),
});

type Subnetwork = z.output<typeof subnetworkInputs>;

/** Ranges of a network never overlap, within a subnet and between subnets. */
function refuseOverlaps(inputs: Subnetwork, id: string, cloud: TestCloud): void {
  const others = othersIn(inputs.network, id, cloud);
  const taken = others.flatMap((other) => rangesOf(other.properties as Subnetwork).map((range) => ({ range, other })));
  const own = rangesOf(inputs);
  for (const [index, range] of own.entries()) {
    const conflict = taken.find((candidate) => overlap(rangeOf(candidate.range), rangeOf(range)))?.other;
    const inside = own.slice(0, index).some((earlier) => overlap(rangeOf(earlier), rangeOf(range)));
    if (!conflict && !inside) continue;
    const { name, region: place = "" } = (conflict?.properties ?? inputs) as Subnetwork;
    const where = `conflicts with existing subnetwork '${name}' in region '${place}'`;
    throw new GoogleError(
      400,
      `Invalid value for field 'resource.ipCidrRange': '${range}'. Invalid IPCidrRange: ${range} ${where}.`,
      "invalid",
    );
  }
}

function isOfProxies({ purpose }: Pick<Subnetwork, "purpose">): boolean {
  return purpose?.endsWith("MANAGED_PROXY") === true;
}

/** One is active in a network and region, and none grows: https://cloud.google.com/load-balancing/docs/proxy-only-subnets. */
function refuseProxies(inputs: Subnetwork, id: string, { cloud, before }: Pick<Request, "cloud" | "before">): void {
  const { purpose = "", role, ipCidrRange } = inputs;
  const isSame = ({ properties }: CloudObject) =>
    properties["purpose"] === purpose && properties["role"] === role && properties["region"] === inputs.region;
  const active = role === "ACTIVE" && othersIn(inputs.network, id, cloud).find(isSame);
  if (active) throw new GoogleError(400, `Subnetwork '${active.id}' of purpose ${purpose} is active.`, "invalid");
  if (before && before.properties["ipCidrRange"] !== ipCidrRange) {
    throw new GoogleError(400, `A subnetwork of purpose ${purpose} can't be expanded to '${ipCidrRange}'.`, "invalid");
  }
}

/** The other subnets of a network. */
function othersIn(name: string, id: string, cloud: TestCloud): CloudObject[] {
  const target = cloud.read("compute/Network", name);
  return cloud.list("compute/Subnetwork").filter((other) => other.id !== id && target && isIn(other, target));
}

function rangesOf({ ipCidrRange, secondaryIpRanges = [] }: Subnetwork): string[] {
  return [ipCidrRange, ...secondaryIpRanges.map((range) => range.ipCidrRange)];
}

function isIn({ properties }: CloudObject, target: CloudObject): boolean {
  return isNamed(target, String(properties["network"]));
}
