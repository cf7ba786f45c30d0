import { z } from "zod";

import type { Values } from "../../../toolchain/plugins/properties.ts";
import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import { address, rangeOf } from "../ranges.ts";
import { requireApi } from "../references.ts";
import type { TestCloud } from "../test-cloud.ts";
import { api, inUse, SELF_LINK } from "./compute.ts";
import { computeName, deletionPolicy, flag, labels, names, project, region, text } from "./fields.ts";

const addressInputs = z.strictObject({
  address: z.ipv4().optional(),
  addressType: z.enum(["INTERNAL", "EXTERNAL"]).optional(),
  deletionPolicy,
  description: text,
  labels,
  name: computeName,
  network: text,
  networkTier: z.enum(["PREMIUM", "STANDARD"]).optional(),
  project,
  purpose: z.enum(["GCE_ENDPOINT", "SHARED_LOADBALANCER_VIP", "VPC_PEERING", "PRIVATE_SERVICE_CONNECT"]).optional(),
  region,
  subnetwork: text,
});

/** A reserved address. */
export const addressType = declare({
  api,
  inputs: addressInputs,
  defaults: { addressType: "EXTERNAL" },
  immutable: [
    ...["address", "addressType", "description", "name", "network", "networkTier", "project", "purpose", "region"],
    "subnetwork",
  ],
  computed: ["creationTimestamp", "labelFingerprint"],
  optional: ["address", "networkTier", "purpose", "subnetwork"],
  autoName: 255,
  labels: "labels",
  uses: { subnetwork: "compute/Subnetwork", network: "compute/Network" },
  id: "projects/{project}/regions/{region}/addresses/{name}",
  selfLink: SELF_LINK,
  problems({ addressType: kind, subnetwork, purpose, network }) {
    if (kind === "INTERNAL" || (subnetwork ?? purpose ?? network) === undefined) return [];
    return [{ property: "addressType", reason: "an external address has no subnetwork, network or purpose" }];
  },
  outputs(inputs, { cloud, before }) {
    const isInternal = inputs.addressType === "INTERNAL";
    return {
      address: inputs.address ?? before?.properties["address"] ?? free(inputs, cloud),
      ...(isInternal
        ? { purpose: inputs.purpose ?? "GCE_ENDPOINT" }
        : { networkTier: inputs.networkTier ?? "PREMIUM" }),
      creationTimestamp: before?.properties["creationTimestamp"] ?? new Date().toISOString(),
      labelFingerprint: "c3RhbmQtaW4=",
    };
  },
  inUse: inUse("address"),
});

/** An address that nothing has: inside the subnet, whose first two and last two are Google's; else one of documentation's. */
function free({ subnetwork, addressType: kind }: z.output<typeof addressInputs>, cloud: TestCloud): string {
  const taken = cloud.list("compute/Address").map(({ properties }) => properties["address"]);
  const place = subnetwork === undefined ? undefined : cloud.read("compute/Subnetwork", subnetwork);
  if (kind === "INTERNAL" && !place) throw new GoogleError(400, "An internal address needs a subnetwork.", "invalid");
  const { first, last } = rangeOf(place ? String(place.properties["ipCidrRange"]) : "203.0.113.0/24");
  for (let candidate = first + 2; candidate <= last - 2; candidate++) {
    if (!taken.includes(address(candidate))) return address(candidate);
  }
  throw new GoogleError(400, `No free address is left in ${String(place?.id)}`, "ipSpaceExhausted");
}

/** A rule that leads an address to something: here, to the service attachment of a producer (Private Service Connect). */
export const forwardingRule = declare({
  api,
  inputs: z.strictObject({
    allowGlobalAccess: flag,
    allowPscGlobalAccess: flag,
    deletionPolicy,
    description: text,
    ipAddress: text,
    labels,
    // The API's word for endpoints of Private Service Connect is none.
    loadBalancingScheme: z.enum(["", "INTERNAL", "INTERNAL_MANAGED"]).optional(),
    name: computeName,
    network: text,
    noAutomateDnsZone: flag,
    ports: names,
    project,
    recreateClosedPsc: flag,
    region,
    serviceDirectoryRegistrations: z.strictObject({ namespace: text, service: text }).optional(),
    subnetwork: text,
    target: text,
  }),
  defaults: { recreateClosedPsc: false },
  immutable: [
    ...["description", "ipAddress", "loadBalancingScheme", "name", "network", "noAutomateDnsZone", "ports", "project"],
    ...["region", "serviceDirectoryRegistrations", "subnetwork"],
  ],
  computed: ["creationTimestamp", "forwardingRuleId", "pscConnectionId", "pscConnectionStatus", "baseForwardingRule"],
  optional: ["ipAddress", "network", "serviceDirectoryRegistrations", "subnetwork"],
  isUnattributed: true,
  // `forwardingRuleCustomizeDiff` of the provider: from one producer to another.
  replacedBy: (before, after) => ([before, after].every(leadsToProducer) ? ["target"] : []),
  autoName: 255,
  labels: "labels",
  uses: { network: "compute/Network", subnetwork: "compute/Subnetwork", ipAddress: "compute/Address" },
  id: "projects/{project}/regions/{region}/forwardingRules/{name}",
  selfLink: SELF_LINK,
  problems({ target, loadBalancingScheme }) {
    if (!leadsToProducer({ target }) || loadBalancingScheme === "") return [];
    return [
      { property: "loadBalancingScheme", reason: 'it must be "" for a service attachment; its default is EXTERNAL' },
    ];
  },
  outputs({ target = "", ipAddress }, { cloud, before }) {
    // https://cloud.google.com/vpc/docs/configure-private-service-connect-services, "Before you begin".
    requireApi({ api: "servicedirectory.googleapis.com" }, cloud);
    const producer = cloud
      .list("sql/DatabaseInstance")
      .find(({ properties }) => properties["pscServiceAttachmentLink"] === target);
    if (!producer) throw new GoogleError(400, `Invalid value for field 'resource.target': '${target}'.`, "invalid");
    const reserved = ipAddress === undefined ? undefined : cloud.read("compute/Address", ipAddress);
    return {
      ipAddress: reserved?.properties["address"] ?? ipAddress,
      creationTimestamp: before?.properties["creationTimestamp"] ?? new Date().toISOString(),
      forwardingRuleId: 1,
      baseForwardingRule: "",
      pscConnectionId: before?.properties["pscConnectionId"] ?? String(Date.now()),
      pscConnectionStatus: allows(producer.properties, cloud.settings.project) ? "ACCEPTED" : "REJECTED",
    };
  },
});

/** Whether a rule's target is the service attachment of a producer; one that isn't known yet is none. */
function leadsToProducer({ target }: Values): boolean {
  return typeof target === "string" && target.includes("/serviceAttachments/");
}

/** Whether a Cloud SQL instance takes connections from the project. */
function allows(instance: object, consumer: string): boolean {
  const { settings } = instance as {
    settings?: { ipConfiguration?: { pscConfigs?: { allowedConsumerProjects?: string[] }[] } };
  };
  const configs = settings?.ipConfiguration?.pscConfigs ?? [];
  return configs.some(({ allowedConsumerProjects = [] }) => allowedConsumerProjects.includes(consumer));
}
