import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import type { TestCloud } from "../test-cloud.ts";
import { deletionPolicy, duration, flag, labels, matching, project } from "./fields.ts";
import { iamMember, isGranted } from "./iam.ts";
import { requireUse } from "./kms.ts";

const api = "secretmanager.googleapis.com";
const AGENT = "gcp-sa-secretmanager";

const customerManagedEncryption = z.strictObject({ kmsKeyName: z.string() }).optional();

const secretInputs = z.strictObject({
  annotations: z.record(z.string(), z.string()).optional(),
  deletionPolicy,
  deletionProtection: flag,
  expireTime: z.iso.datetime().optional(),
  labels,
  project,
  replication: z.strictObject({
    auto: z.strictObject({ customerManagedEncryption }).optional(),
    userManaged: z
      .strictObject({
        replicas: z.array(z.strictObject({ customerManagedEncryption, location: z.string() })).min(1),
      })
      .optional(),
  }),
  rotation: z
    .strictObject({ nextRotationTime: z.iso.datetime().optional(), rotationPeriod: duration.optional() })
    .optional(),
  secretId: matching(/^[a-zA-Z0-9_-]{1,255}$/, "it must have 1 to 255 letters, digits, _ and -"),
  tags: z.record(z.string(), z.string()).optional(),
  topics: z
    .array(z.strictObject({ name: matching(/^projects\/[^/]+\/topics\/[^/]+$/, "it must be projects/…/topics/…") }))
    .max(10)
    .optional(),
  ttl: duration.optional(),
  versionAliases: z.record(z.string(), z.string()).optional(),
  versionDestroyTtl: duration.optional(),
});

/** A secret without its value: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets. */
export const secret = declare({
  api,
  inputs: secretInputs,
  defaults: { deletionProtection: false },
  immutable: ["project", "replication.auto", "replication.userManaged.replicas.location", "secretId", "tags"],
  replacedBy: ({ replication: before }, { replication: after }) =>
    JSON.stringify(Object.keys(before as object)) === JSON.stringify(Object.keys(after as object))
      ? []
      : ["replication"],
  computed: ["createTime", "effectiveAnnotations", "name"],
  optional: ["expireTime"],
  labels: "labels",
  uses: { "topics.name": "pubsub/Topic" },
  id: "projects/{project}/secrets/{secretId}",
  protected:
    "cannot destroy secret manager secret without setting deletion_protection=false and running `terraform apply`",
  problems({ replication, rotation, topics, versionDestroyTtl, ttl, expireTime }) {
    const rules: [boolean, string, string][] = [
      [
        (replication.auto === undefined) === (replication.userManaged === undefined),
        "replication",
        "one of auto and userManaged, and only one, must be there",
      ],
      [rotation !== undefined && topics === undefined, "rotation", "a rotation needs topics"],
      [
        rotation !== undefined && Number.parseFloat(rotation.rotationPeriod ?? "3600s") < 3600,
        "rotation.rotationPeriod",
        "it must be an hour (3600s) at least",
      ],
      [
        rotation?.rotationPeriod !== undefined && rotation.nextRotationTime === undefined,
        "rotation.nextRotationTime",
        "a rotationPeriod needs one",
      ],
      [
        Number.parseFloat(versionDestroyTtl ?? "86400s") < 86_400,
        "versionDestroyTtl",
        "it must be a day (86400s) at least",
      ],
      [ttl !== undefined && expireTime !== undefined, "ttl", "only one of ttl and expireTime may be there"],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs({ replication, topics = [], rotation, secretId, annotations }, { cloud, before }) {
    const replicas = [...(replication.userManaged?.replicas ?? []), ...(replication.auto ? [replication.auto] : [])];
    for (const { customerManagedEncryption: key } of replicas) if (key) requireUse(cloud, key.kmsKeyName, AGENT);
    for (const { name } of topics) requirePublisher(cloud, name);
    const next = rotation?.nextRotationTime;
    // https://cloud.google.com/secret-manager/docs/secret-rotation
    if (!before && next !== undefined && Date.parse(next) < Date.now() + 300_000) {
      throw new GoogleError(400, "next_rotation_time must be at least 5 minutes in the future.", "badRequest");
    }
    return {
      createTime: before?.properties["createTime"] ?? new Date().toISOString(),
      effectiveAnnotations: annotations ?? {},
      name: `projects/${cloud.settings.projectNumber}/secrets/${secretId}`,
    };
  },
});

function requirePublisher(cloud: TestCloud, topic: string): void {
  const { projectNumber } = cloud.settings;
  const member = `serviceAccount:service-${projectNumber}@${AGENT}.iam.gserviceaccount.com`;
  const names = [topic, topic.split("/").at(-1) ?? ""];
  if (names.some((name) => isGranted(cloud, "pubsub/TopicIAMMember", name, "roles/pubsub.publisher", member))) return;
  throw new GoogleError(
    400,
    `The Secret Manager service identity ${member} does not have permission to publish to the topic '${topic}': 'pubsub.topics.publish'.`,
    "failedPrecondition",
  );
}

/** A value takes 64 KiB at most: https://cloud.google.com/secret-manager/quotas. */
const LONGEST = 65_536;

export const secretVersion = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy: z.enum(["DELETE", "DISABLE", "ABANDON", "PREVENT"]).optional(),
    enabled: flag,
    isSecretDataBase64: flag,
    project,
    secret: z.string(),
    secretData: z.string().min(1),
  }),
  defaults: { enabled: true },
  immutable: ["isSecretDataBase64", "project", "secret", "secretData"],
  computed: ["createTime", "name", "version"],
  secrets: ["secretData"],
  uses: { secret: "secretmanager/Secret" },
  partOf: "secret",
  id({ secret: of }, cloud) {
    const path = `projects/${cloud.settings.projectNumber}/secrets/${of.split("/").at(-1) ?? ""}/versions/`;
    const type = "secretmanager/SecretVersion";
    const numbers = [...cloud.list(type), ...cloud.tombstones(type)]
      .filter((version) => version.id.startsWith(path))
      .map((version) => Number(version.id.slice(path.length)));
    return `${path}${Math.max(0, ...numbers) + 1}`;
  },
  outputs({ secretData, isSecretDataBase64 = false }, { id, before }) {
    const bytes = Buffer.from(secretData, isSecretDataBase64 ? "base64" : "utf8").length;
    if (bytes > LONGEST) {
      throw new GoogleError(400, `The payload of ${bytes} bytes exceeds the limit of 65536 bytes.`, "badRequest");
    }
    return {
      createTime: before?.properties["createTime"] ?? new Date().toISOString(),
      name: id,
      version: id.split("/").at(-1),
    };
  },
  // A destroyed version keeps its number, as long as its secret is there.
  nameRests: () => Infinity,
});

export const secretIamMember = iamMember(api, ["secretId", "secretmanager/Secret"]);
