import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import type { TestCloud } from "../test-cloud.ts";
import { isNamed } from "../test-cloud.ts";
import { deletionPolicy, flag, labels, matching, project } from "./fields.ts";

const api = "dns.googleapis.com";

const domain = matching(
  /^([a-z0-9_*]([-a-z0-9]{0,61}[a-z0-9])?\.)+$/,
  "it must be a domain with a dot at its end, such as example.com.",
);

export const managedZone = declare({
  api,
  inputs: z.strictObject({
    cloudLoggingConfig: z.strictObject({ enableLogging: z.boolean() }).optional(),
    deletionPolicy,
    description: z.string().max(1024).optional(),
    dnsName: domain,
    forceDestroy: flag,
    labels,
    name: matching(
      /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
      "it must have 1 to 63 lower-case letters, digits and hyphens, and begin with a letter",
    ),
    privateVisibilityConfig: z
      .strictObject({
        networks: z
          .array(
            z.strictObject({
              networkUrl: matching(
                /projects\/[^/]+\/global\/networks\/[^/]+$/,
                "it must be the id or self-link of a network",
              ),
            }),
          )
          .optional(),
      })
      .optional(),
    project,
    visibility: z.enum(["private", "public"]).optional(),
  }),
  defaults: { description: "Managed by Pulumi", forceDestroy: false, visibility: "public" },
  immutable: ["dnsName", "name", "project", "visibility"],
  computed: ["creationTime", "managedZoneId", "nameServers"],
  optional: ["cloudLoggingConfig"],
  sets: ["privateVisibilityConfig.networks"],
  autoName: 255,
  labels: "labels",
  uses: { "privateVisibilityConfig.networks.networkUrl": "compute/Network" },
  id: "projects/{project}/managedZones/{name}",
  problems: ({ visibility, privateVisibilityConfig }) =>
    visibility === "private" || privateVisibilityConfig === undefined
      ? []
      : [{ property: "privateVisibilityConfig", reason: "only private zones have networks" }],
  outputs({ dnsName, privateVisibilityConfig }, { cloud, id, before }) {
    const networks = privateVisibilityConfig?.networks?.map(({ networkUrl }) => networkUrl) ?? [];
    const rival = cloud
      .list("dns/ManagedZone")
      .find(
        (zone) =>
          zone.id !== id && zone.properties["dnsName"] === dnsName && sharesNetwork(zone.properties, networks, cloud),
      );
    if (rival) {
      throw new GoogleError(
        400,
        `The zone '${dnsName}' overlaps with '${String(rival.properties["name"])}' in a network.`,
        "invalid",
      );
    }
    return {
      creationTime: before?.properties["creationTime"] ?? new Date().toISOString(),
      managedZoneId: "1",
      nameServers: ["ns-gcp-private.googledomains.com."],
    };
  },
  beforeDelete({ id, properties }, cloud) {
    const records = cloud
      .list("dns/RecordSet")
      .filter((record) => isIn(record.properties["managedZone"], { id, properties }));
    if (records.length === 0 || properties["forceDestroy"] === true) return;
    throw new GoogleError(
      400,
      `The resource named '${String(properties["name"])}' cannot be deleted because it contains one or more 'resource records'.`,
      "containerNotEmpty",
    );
  },
});

function sharesNetwork(zone: object, networks: string[], cloud: TestCloud): boolean {
  const { privateVisibilityConfig: config } = zone as {
    privateVisibilityConfig?: { networks?: { networkUrl: string }[] };
  };
  const known = networks.map((name) => cloud.read("compute/Network", name)?.id ?? name);
  return (
    config?.networks?.some(({ networkUrl }) =>
      known.includes(cloud.read("compute/Network", networkUrl)?.id ?? networkUrl),
    ) === true
  );
}

function isIn(zone: unknown, object: { id: string; properties: Record<string, unknown> }): boolean {
  return typeof zone === "string" && isNamed({ type: "dns/ManagedZone", ...object }, zone);
}

export const recordSet = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    managedZone: z.string(),
    name: domain,
    project,
    rrdatas: z.array(z.string()).min(1),
    ttl: z.int().min(0).optional(),
    type: z.enum(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"]),
  }),
  immutable: ["managedZone", "name", "project"],
  computed: [],
  uses: { managedZone: "dns/ManagedZone" },
  partOf: "managedZone",
  id: "projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
  problems: ({ type, rrdatas }) =>
    type === "A" && !rrdatas.every((data) => z.ipv4().safeParse(data).success)
      ? [{ property: "rrdatas", reason: "an A record has IPv4 addresses" }]
      : [],
  outputs({ name, managedZone: zone }, { cloud }) {
    const dnsName = String(cloud.read("dns/ManagedZone", zone)?.properties["dnsName"]);
    if (name === dnsName || name.endsWith(`.${dnsName}`)) return {};
    throw new GoogleError(400, `The record '${name}' is not in the zone '${dnsName}'.`, "invalid");
  },
});
