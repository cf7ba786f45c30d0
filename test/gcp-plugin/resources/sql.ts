import { createHash } from "node:crypto";

import { z } from "zod";

import type { Values } from "../../../toolchain/plugins/properties.ts";
import { GoogleError } from "../api-error.ts";
import { postgresAuthorities } from "../certificate-authority.ts";
import { declare } from "../cloud-type.ts";
import { deletionPolicy, flag, matching, project, region, text } from "./fields.ts";
import { settings } from "./sql-settings.ts";

const api = "sqladmin.googleapis.com";

const DAY = 86_400_000;

/** A server of PostgreSQL: https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances. */
export const databaseInstance = declare({
  api,
  inputs: z.strictObject({
    databaseVersion: matching(/^POSTGRES_[0-9]+$/, "the stand-in makes PostgreSQL alone, such as POSTGRES_16"),
    deletionPolicy,
    deletionProtection: flag,
    encryptionKeyName: text,
    finalBackupDescription: text,
    maintenanceVersion: text,
    // With the project's id and a colon, up to 98 characters.
    name: matching(
      /^[a-z](?:[-a-z0-9]{0,96}[a-z0-9])?$/,
      "it must have lower-case letters, digits and hyphens, and begin with a letter",
    ),
    project,
    region,
    settings,
  }),
  defaults: {
    deletionProtection: true,
    "settings.activationPolicy": "ALWAYS",
    "settings.availabilityType": "ZONAL",
    "settings.diskAutoresize": true,
    "settings.diskAutoresizeLimit": 0,
    "settings.ipConfiguration.ipv4Enabled": true,
  },
  immutable: ["encryptionKeyName", "name", "project", "region"],
  // `diskSizeCutomizeDiff` of the provider: what grew by itself.
  suppressed: (before, after) =>
    settingsOf(after)?.diskAutoresize === true && diskOf(after) < diskOf(before) ? ["settings.diskSize"] : [],
  computed: [
    "connectionName",
    "dnsName",
    "firstIpAddress",
    "instanceType",
    "ipAddresses",
    "privateIpAddress",
    "pscServiceAttachmentLink",
    "publicIpAddress",
    "serverCaCerts",
    "serviceAccountEmailAddress",
  ],
  optional: [
    "maintenanceVersion",
    "encryptionKeyName",
    "settings.connectorEnforcement",
    "settings.diskSize",
    "settings.diskType",
    "settings.insightsConfig",
    "settings.userLabels",
    "settings.edition",
    "settings.ipConfiguration",
    "settings.backupConfiguration",
    "settings.locationPreference",
  ],
  sets: ["settings.databaseFlags"],
  secrets: ["serverCaCerts"],
  autoName: 255,
  uses: { encryptionKeyName: "kms/CryptoKey", "settings.ipConfiguration.privateNetwork": "compute/Network" },
  id: "{name}",
  protected:
    "Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion",
  nameRests: () => 7 * DAY,
  resting: (id) =>
    new GoogleError(
      409,
      `The instance or operation is not in an appropriate state to handle the request: the name ${id} is unavailable because it was used recently; a name can't be used again until one week after the deletion.`,
      "instanceAlreadyExists",
    ),
  problems({ settings: { tier, edition, availabilityType, backupConfiguration: backup, ipConfiguration: ip } }) {
    const isPlus = edition === "ENTERPRISE_PLUS";
    const [, cpus = "2", memory = "7680"] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
    const logDays = backup?.transactionLogRetentionDays ?? 1;
    const rules: [boolean, string, string][] = [
      [isPlus !== /perf|c4a/.test(tier), "settings.tier", `${tier} is not of the edition ${edition ?? "ENTERPRISE"}`],
      // https://cloud.google.com/sql/docs/postgres/create-instance#machine-types
      [
        Number(memory) % 256 !== 0 || Number(memory) < 3840,
        "settings.tier",
        "memory must be a multiple of 256 MB, 3840 at least",
      ],
      [Number(cpus) !== 1 && Number(cpus) % 2 === 1, "settings.tier", "vCPUs must be 1 or an even number"],
      [
        Number(memory) / Number(cpus) < 921.6 || Number(memory) / Number(cpus) > 6656,
        "settings.tier",
        "it takes 0.9 to 6.5 GB for each vCPU",
      ],
      [
        !isPlus && logDays > 7,
        "settings.backupConfiguration.transactionLogRetentionDays",
        "ENTERPRISE keeps 7 days at most",
      ],
      [
        (backup?.backupRetentionSettings?.retainedBackups ?? 7) < logDays,
        "settings.backupConfiguration",
        "there must be as many backups as days of logs",
      ],
      [
        availabilityType === "REGIONAL" && !(backup?.enabled === true && backup.pointInTimeRecoveryEnabled === true),
        "settings.availabilityType",
        "REGIONAL needs backups and point-in-time recovery",
      ],
      [
        ip?.ipv4Enabled === false &&
          ip.privateNetwork === undefined &&
          ip.pscConfigs?.some(({ pscEnabled }) => pscEnabled) !== true,
        "settings.ipConfiguration",
        "at least one way to connect must be enabled",
      ],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs(inputs, { cloud, config, before }) {
    const { project: id, projectNumber } = cloud.settings;
    const { name, region: place = config.region ?? "" } = inputs;
    if (id.length + 1 + name.length > 98) {
      throw new GoogleError(400, `Invalid value for the name: ${id}:${name} has more than 98 characters.`, "invalid");
    }
    const digest = createHash("sha256").update(`${id}:${name}`).digest("hex");
    const isPsc = inputs.settings.ipConfiguration?.pscConfigs?.some(({ pscEnabled }) => pscEnabled) === true;
    const attachment = `projects/${digest.slice(0, 12)}-tp/regions/${place}/serviceAttachments/a-${digest.slice(0, 12)}-psc-service-attachment-${digest.slice(12, 28)}`;
    const { edition = "ENTERPRISE", diskSize: wanted = 10, diskAutoresize } = inputs.settings;
    const diskSize = Math.max(wanted, diskOf(before?.properties));
    if (diskSize > wanted && diskAutoresize !== true) {
      throw new GoogleError(400, "Invalid request: Disk size can not decrease.", "invalid");
    }
    return {
      connectionName: `${id}:${place}:${name}`,
      dnsName: isPsc ? `${digest.slice(0, 12)}.${digest.slice(12, 24)}.${place}.sql.goog.` : "",
      firstIpAddress: "",
      instanceType: "CLOUD_SQL_INSTANCE",
      ipAddresses: [],
      maintenanceVersion: before?.properties["maintenanceVersion"] ?? `${inputs.databaseVersion}_9.R20260801.01_05`,
      privateIpAddress: "",
      pscServiceAttachmentLink: isPsc ? attachment : "",
      publicIpAddress: "",
      // The one that signs now, and no other.
      serverCaCerts: postgresAuthorities(cloud).slice(0, 1),
      serviceAccountEmailAddress: `p${projectNumber}-${digest.slice(0, 6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
      settings: { edition, diskSize, connectorEnforcement: "NOT_REQUIRED", version: 1 },
    };
  },
  beforeDelete({ properties }) {
    if (settingsOf(properties)?.deletionProtectionEnabled !== true) return;
    throw new GoogleError(
      400,
      "The instance is protected. Please disable the deletion protection and try again. To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false.",
      "invalidRequest",
    );
  },
});

function settingsOf(properties: Values | undefined): z.output<typeof settings> | undefined {
  return properties?.["settings"] as z.output<typeof settings> | undefined;
}

function diskOf(properties: Values | undefined): number {
  return settingsOf(properties)?.diskSize ?? 0;
}

export const user = declare({
  api,
  inputs: z.strictObject({
    databaseRoles: z.array(z.string()).optional(),
    deletionPolicy: z.enum(["ABANDON"]).optional(),
    instance: z.string(),
    name: z.string().min(1).max(63),
    password: z.string().min(1).optional(),
    project,
    type: z.enum(["BUILT_IN", "CLOUD_IAM_USER", "CLOUD_IAM_SERVICE_ACCOUNT", "CLOUD_IAM_GROUP"]).optional(),
  }),
  immutable: ["instance", "name", "project", "type"],
  suppressed: ({ type: before = "BUILT_IN" }, { type: after = "BUILT_IN" }) => (before === after ? ["type"] : []),
  computed: ["iamEmail", "sqlServerUserDetails"],
  secrets: ["password"],
  autoName: 255,
  uses: { instance: "sql/DatabaseInstance" },
  partOf: "instance",
  id: "{name}//{instance}",
  // The API sets the password of one that exists.
  idempotent: true,
  problems: ({ type = "BUILT_IN", password }) =>
    type === "BUILT_IN" && password === undefined
      ? [{ property: "password", reason: "a BUILT_IN user needs one" }]
      : [],
  outputs: () => ({ iamEmail: "", sqlServerUserDetails: [] }),
});
