import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { caCertificate } from "../certificate-authority.ts";
import { declare } from "../cloud-type.ts";
import { address, rangeOf } from "../ranges.ts";
import type { TestCloud } from "../test-cloud.ts";
import { isNamed } from "../test-cloud.ts";
import { computeName, deletionPolicy, flag, labels, matching, project, text } from "./fields.ts";

/** Lets a service make endpoints in a network: https://cloud.google.com/vpc/docs/configure-service-connection-policies. */
export const serviceConnectionPolicy = declare({
  api: "networkconnectivity.googleapis.com",
  inputs: z.strictObject({
    deletionPolicy,
    description: text,
    labels,
    location: z.string(),
    name: computeName,
    network: matching(/^projects\/[^/]+\/global\/networks\/[^/]+$/, "it must be projects/…/global/networks/…"),
    project,
    pscConfig: z.strictObject({ limit: text, subnetworks: z.array(z.string()).min(1) }).optional(),
    serviceClass: z.enum(["gcp-memorystore", "gcp-memorystore-redis", "google-cloud-sql"]),
  }),
  immutable: ["location", "name", "network", "project", "serviceClass"],
  computed: ["createTime", "etag", "infrastructure", "pscConnections", "updateTime"],
  autoName: 255,
  labels: "labels",
  uses: { network: "compute/Network", "pscConfig.subnetworks": "compute/Subnetwork" },
  id: "projects/{project}/locations/{location}/serviceConnectionPolicies/{name}",
  outputs({ network, serviceClass, location }, { cloud, id, before }) {
    const rival = policies(cloud, network, serviceClass, location).find((policy) => policy.id !== id);
    if (rival) {
      throw new GoogleError(
        409,
        `A service connection policy for ${serviceClass} already exists: ${rival.id}`,
        "alreadyExists",
      );
    }
    const createTime = before?.properties["createTime"] ?? new Date().toISOString();
    return { createTime, etag: "c3RhbmQtaW4=", infrastructure: "PSC", pscConnections: [], updateTime: createTime };
  },
  beforeDelete({ id, properties }, cloud) {
    const network = cloud.read("compute/Network", String(properties["network"]));
    const users = cloud
      .list("memorystore/Instance")
      .filter((instance) => network && endpointsOf(instance.properties).some((end) => isNamed(network, end.network)));
    const [user] = users;
    if (user) {
      throw new GoogleError(
        400,
        `The service connection policy '${id}' is in use by '${user.id}'.`,
        "failedPrecondition",
      );
    }
  },
});

function policies(cloud: TestCloud, network: string, serviceClass: string, location: string) {
  const target = cloud.read("compute/Network", network);
  return cloud.list("networkconnectivity/ServiceConnectionPolicy").filter(({ properties }) => {
    const isThere = properties["serviceClass"] === serviceClass && properties["location"] === location;
    return isThere && target !== undefined && isNamed(target, String(properties["network"]));
  });
}

function endpointsOf(properties: object): { network: string }[] {
  return (properties as { desiredAutoCreatedEndpoints?: { network: string }[] }).desiredAutoCreatedEndpoints ?? [];
}

const time = z.strictObject({
  hours: z.int().min(0).max(23).optional(),
  minutes: z.int().optional(),
  seconds: z.int().optional(),
  nanos: z.int().optional(),
});
const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/** A server of Valkey: https://cloud.google.com/memorystore/docs/valkey/reference/rest/v1/projects.locations.instances. */
export const instance = declare({
  api: "memorystore.googleapis.com",
  inputs: z.strictObject({
    authorizationMode: z.enum(["AUTH_DISABLED", "IAM_AUTH"]).optional(),
    deletionPolicy,
    deletionProtectionEnabled: flag,
    desiredAutoCreatedEndpoints: z.array(z.strictObject({ network: z.string(), projectId: z.string() })).optional(),
    engineConfigs: z.record(z.string(), z.string()).optional(),
    engineVersion: matching(/^VALKEY_[0-9]+_[0-9]+$/, "it must be a version, such as VALKEY_8_0").optional(),
    instanceId: matching(
      /^[a-z](?:[-a-z0-9]{2,61}[a-z0-9])$/,
      "it must have 4 to 63 lower-case letters, digits and hyphens, and begin with a letter",
    ),
    kmsKey: text,
    labels,
    location: z.string(),
    maintenancePolicy: z
      .strictObject({
        weeklyMaintenanceWindows: z
          .array(z.strictObject({ day: z.enum(DAYS), startTime: time }))
          .max(1)
          .optional(),
      })
      .optional(),
    mode: z.enum(["CLUSTER", "CLUSTER_DISABLED"]).optional(),
    nodeType: z
      .enum([
        "SHARED_CORE_NANO",
        "HIGHMEM_MEDIUM",
        "HIGHMEM_XLARGE",
        "STANDARD_SMALL",
        "CUSTOM_MICRO",
        "CUSTOM_MINI",
        "HIGHCPU_MEDIUM",
        "STANDARD_LARGE",
        "HIGHMEM_2XLARGE",
      ])
      .optional(),
    persistenceConfig: z.strictObject({ mode: z.enum(["DISABLED", "RDB", "AOF"]).optional() }).optional(),
    project,
    replicaCount: z.int().min(0).max(5).optional(),
    serverCaMode: z
      .enum(["GOOGLE_MANAGED_PER_INSTANCE_CA", "GOOGLE_MANAGED_SHARED_CA", "CUSTOMER_MANAGED_CAS_CA"])
      .optional(),
    shardCount: z.int().min(1),
    transitEncryptionMode: z.enum(["TRANSIT_ENCRYPTION_DISABLED", "SERVER_AUTHENTICATION"]).optional(),
    zoneDistributionConfig: z
      .strictObject({ mode: z.enum(["MULTI_ZONE", "SINGLE_ZONE"]).optional(), zone: text })
      .optional(),
  }),
  defaults: { deletionProtectionEnabled: true },
  immutable: [
    ...["authorizationMode", "desiredAutoCreatedEndpoints", "instanceId", "kmsKey", "location", "mode", "project"],
    ...["serverCaMode", "transitEncryptionMode", "zoneDistributionConfig"],
  ],
  computed: [
    "createTime",
    "discoveryEndpoints",
    "endpoints",
    "managedServerCas",
    "name",
    "nodeConfigs",
    "pscAutoConnections",
    "state",
    "uid",
    "updateTime",
  ],
  optional: [
    ...["authorizationMode", "engineVersion", "mode", "nodeType", "persistenceConfig", "replicaCount", "serverCaMode"],
    ...["transitEncryptionMode", "zoneDistributionConfig"],
  ],
  labels: "labels",
  uses: { "desiredAutoCreatedEndpoints.network": "compute/Network", kmsKey: "kms/CryptoKey" },
  id: "projects/{project}/locations/{location}/instances/{instanceId}",
  problems: ({ mode, shardCount }) =>
    mode === "CLUSTER_DISABLED" && shardCount !== 1
      ? [{ property: "shardCount", reason: "without cluster mode it must be 1" }]
      : [],
  outputs(inputs, { cloud, id, before }) {
    const createTime = before?.properties["createTime"] ?? new Date().toISOString();
    const connections = (inputs.desiredAutoCreatedEndpoints ?? []).flatMap(({ network, projectId }) => {
      const [policy] = policies(cloud, network, "gcp-memorystore", inputs.location);
      if (!policy) {
        throw new GoogleError(
          400,
          `No service connection policy for gcp-memorystore in ${inputs.location} and the network ${network}.`,
          "failedPrecondition",
        );
      }
      const base = rangeOf(subnetRange(policy.properties, cloud)).last;
      return ["CONNECTION_TYPE_PRIMARY", "CONNECTION_TYPE_READER"].map((connectionType, index) => ({
        connectionType,
        forwardingRule: `${id}/forwardingRules/${index}`,
        ipAddress: address(base - 20 - index),
        network,
        port: 6379,
        projectId,
        pscConnectionId: String(index + 1),
        serviceAttachment: `projects/memorystore-tp/regions/${inputs.location}/serviceAttachments/${inputs.instanceId}`,
      }));
    });
    return {
      createTime,
      discoveryEndpoints: [],
      endpoints: [{ connections: connections.map((pscAutoConnection) => ({ pscAutoConnection })) }],
      managedServerCas: [{ caCerts: [{ certificates: [caCertificate(cloud)] }] }],
      name: id,
      nodeConfigs: [{ sizeGb: 1.4 }],
      pscAutoConnections: connections,
      state: "ACTIVE",
      uid: "00000000-0000-4000-8000-000000000000",
      updateTime: createTime,
    };
  },
  beforeDelete({ id, properties }) {
    if (properties["deletionProtectionEnabled"] !== true) return;
    throw new GoogleError(
      400,
      `The instance ${id} is protected: disable deletion protection before you delete it.`,
      "failedPrecondition",
    );
  },
});

function subnetRange(policy: object, cloud: TestCloud): string {
  const { pscConfig } = policy as { pscConfig?: { subnetworks: string[] } };
  const subnetwork = cloud.read("compute/Subnetwork", pscConfig?.subnetworks[0] ?? "");
  // That of another project's network can't be known here.
  return (subnetwork?.properties as { ipCidrRange?: string } | undefined)?.ipCidrRange ?? "10.255.0.0/24";
}
