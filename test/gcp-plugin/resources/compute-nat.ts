import { z } from "zod";

import { declare } from "../cloud-type.ts";
import { api, SELF_LINK } from "./compute.ts";
import { cidr, computeName, deletionPolicy, flag, names, project, region, text } from "./fields.ts";

export const router = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    description: text,
    name: computeName,
    network: z.string(),
    project,
    region,
  }),
  immutable: ["name", "network", "project", "region"],
  computed: ["creationTimestamp"],
  autoName: 63,
  uses: { network: "compute/Network" },
  id: "projects/{project}/regions/{region}/routers/{name}",
  selfLink: SELF_LINK,
  outputs: (_, { before }) => ({
    creationTimestamp: before?.properties["creationTimestamp"] ?? new Date().toISOString(),
  }),
});

const ports = z
  .int()
  .refine((value) => Number.isInteger(Math.log2(value)), "it must be a power of two")
  .optional();

export const routerNat = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    enableDynamicPortAllocation: flag,
    enableEndpointIndependentMapping: flag,
    endpointTypes: z
      .array(z.enum(["ENDPOINT_TYPE_VM", "ENDPOINT_TYPE_SWG", "ENDPOINT_TYPE_MANAGED_PROXY_LB"]))
      .optional(),
    logConfig: z
      .strictObject({ enable: z.boolean(), filter: z.enum(["ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"]) })
      .optional(),
    maxPortsPerVm: ports,
    minPortsPerVm: ports,
    name: computeName,
    natIpAllocateOption: z.enum(["MANUAL_ONLY", "AUTO_ONLY"]).optional(),
    natIps: names,
    project,
    region,
    router: z.string(),
    sourceSubnetworkIpRangesToNat: z.enum([
      "ALL_SUBNETWORKS_ALL_IP_RANGES",
      "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES",
      "LIST_OF_SUBNETWORKS",
    ]),
    subnetworks: z
      .array(
        z.strictObject({
          name: z.string(),
          secondaryIpRangeNames: names,
          sourceIpRangesToNats: z.array(z.enum(["ALL_IP_RANGES", "LIST_OF_SECONDARY_IP_RANGES", "PRIMARY_IP_RANGE"])),
        }),
      )
      .optional(),
    type: z.enum(["PUBLIC", "PRIVATE"]).optional(),
  }),
  defaults: { type: "PUBLIC" },
  immutable: ["endpointTypes", "name", "project", "region", "router", "type"],
  computed: [],
  optional: [
    ...["enableDynamicPortAllocation", "enableEndpointIndependentMapping", "endpointTypes", "minPortsPerVm", "natIps"],
  ],
  sets: ["natIps", "subnetworks"],
  autoName: 63,
  uses: { router: "compute/Router", natIps: "compute/Address", "subnetworks.name": "compute/Subnetwork" },
  partOf: "router",
  id: "{project}/{region}/{router}/{name}",
  problems(inputs) {
    const { minPortsPerVm = 64, maxPortsPerVm = 65_536, natIpAllocateOption, natIps = [], subnetworks } = inputs;
    const isList = inputs.sourceSubnetworkIpRangesToNat === "LIST_OF_SUBNETWORKS";
    const isDynamic = inputs.enableDynamicPortAllocation === true;
    const rules: [boolean, string, string][] = [
      [
        isDynamic && inputs.enableEndpointIndependentMapping === true,
        "enableEndpointIndependentMapping",
        "it excludes dynamic port allocation",
      ],
      [!isDynamic && inputs.maxPortsPerVm !== undefined, "maxPortsPerVm", "it needs dynamic port allocation"],
      [minPortsPerVm > maxPortsPerVm, "maxPortsPerVm", "it must be at least minPortsPerVm"],
      [isDynamic && (minPortsPerVm < 32 || minPortsPerVm > 32_768), "minPortsPerVm", "it must be 32 to 32768"],
      [natIpAllocateOption === "MANUAL_ONLY" && natIps.length === 0, "natIps", "MANUAL_ONLY needs addresses"],
      [isList !== (subnetworks !== undefined), "subnetworks", "LIST_OF_SUBNETWORKS, and nothing else, has a list"],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs: ({ endpointTypes = ["ENDPOINT_TYPE_VM"] }) => ({ endpointTypes }),
});

const traffic = z.array(z.strictObject({ protocol: z.string(), ports: names })).optional();
const ranges = z.array(cidr).max(5000).optional();

export const firewall = declare({
  api,
  inputs: z.strictObject({
    allows: traffic,
    deletionPolicy,
    denies: traffic,
    description: text,
    destinationRanges: ranges,
    direction: z.enum(["INGRESS", "EGRESS"]).optional(),
    disabled: flag,
    logConfig: z.strictObject({ metadata: z.enum(["EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA"]) }).optional(),
    name: computeName,
    network: z.string(),
    priority: z.int().min(0).max(65_535).optional(),
    project,
    sourceRanges: ranges,
    sourceServiceAccounts: names,
    sourceTags: names,
    targetServiceAccounts: names,
    targetTags: names,
  }),
  defaults: { priority: 1000 },
  immutable: ["direction", "name", "project"],
  computed: ["creationTimestamp"],
  optional: ["destinationRanges", "direction"],
  sets: ["allows", "denies", "destinationRanges", "sourceRanges", "sourceTags", "targetTags"],
  autoName: 255,
  uses: { network: "compute/Network" },
  id: "projects/{project}/global/firewalls/{name}",
  selfLink: SELF_LINK,
  problems({
    allows,
    denies,
    direction = "INGRESS",
    sourceRanges,
    sourceTags,
    sourceServiceAccounts,
    destinationRanges,
  }) {
    const hasSource = [sourceRanges, sourceTags, sourceServiceAccounts].some((source) => source !== undefined);
    const rules: [boolean, string, string][] = [
      [
        (allows === undefined) === (denies === undefined),
        "allows",
        "one of allows and denies, and only one, must be there",
      ],
      [
        direction === "INGRESS" && !hasSource,
        "sourceRanges",
        "ingress needs sourceRanges, sourceTags or sourceServiceAccounts",
      ],
      [direction === "EGRESS" && hasSource, "sourceRanges", "egress has no source"],
      [
        direction === "INGRESS" && destinationRanges !== undefined,
        "destinationRanges",
        "the stand-in takes them for egress alone",
      ],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs: ({ direction = "INGRESS" }, { before }) => ({
    direction,
    creationTimestamp: before?.properties["creationTimestamp"] ?? new Date().toISOString(),
  }),
});
