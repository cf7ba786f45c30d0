import { z } from "zod";

import { flag, labels, matching, text } from "./fields.ts";

const backupConfiguration = z.strictObject({
  backupRetentionSettings: z
    .strictObject({ retainedBackups: z.int().min(1).max(365), retentionUnit: z.enum(["COUNT"]).optional() })
    .optional(),
  enabled: flag,
  location: text,
  pointInTimeRecoveryEnabled: flag,
  startTime: matching(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "it must be a time of day, such as 03:00").optional(),
  // https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr: up to 7 days in Enterprise.
  transactionLogRetentionDays: z.int().min(1).max(35).optional(),
});

const ipConfiguration = z.strictObject({
  authorizedNetworks: z.array(z.strictObject({ name: text, value: z.string() })).optional(),
  enablePrivatePathForGoogleCloudServices: flag,
  ipv4Enabled: flag,
  privateNetwork: text,
  pscConfigs: z
    .array(z.strictObject({ allowedConsumerProjects: z.array(z.string()).optional(), pscEnabled: flag }))
    .optional(),
  serverCaMode: z.enum(["GOOGLE_MANAGED_INTERNAL_CA", "GOOGLE_MANAGED_CAS_CA", "CUSTOMER_MANAGED_CAS_CA"]).optional(),
  sslMode: z
    .enum(["ALLOW_UNENCRYPTED_AND_ENCRYPTED", "ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"])
    .optional(),
});

const insightsConfig = z.strictObject({
  queryInsightsEnabled: flag,
  queryPlansPerMinute: z.int().min(0).max(20).optional(),
  queryStringLength: z.int().min(256).max(4500).optional(),
  recordApplicationTags: flag,
  recordClientAddress: flag,
});

/** How a server of PostgreSQL is set up. */
export const settings = z.strictObject({
  activationPolicy: z.enum(["ALWAYS", "NEVER", "ON_DEMAND"]).optional(),
  availabilityType: z.enum(["REGIONAL", "ZONAL"]).optional(),
  backupConfiguration: backupConfiguration.optional(),
  connectorEnforcement: z.enum(["NOT_REQUIRED", "REQUIRED"]).optional(),
  databaseFlags: z
    .array(z.strictObject({ name: matching(/^[a-z_.]+$/, "it must be a flag"), value: z.string() }))
    .optional(),
  deletionProtectionEnabled: flag,
  diskAutoresize: flag,
  diskAutoresizeLimit: z.int().min(0).optional(),
  diskSize: z.int().min(10).max(65_536).optional(),
  diskType: z.enum(["PD_SSD", "PD_HDD", "HYPERDISK_BALANCED"]).optional(),
  edition: z.enum(["ENTERPRISE", "ENTERPRISE_PLUS"]).optional(),
  finalBackupConfig: z.strictObject({ enabled: flag, retentionDays: z.int().min(1).max(365).optional() }).optional(),
  insightsConfig: insightsConfig.optional(),
  ipConfiguration: ipConfiguration.optional(),
  locationPreference: z.strictObject({ secondaryZone: text, zone: text }).optional(),
  maintenanceWindow: z
    .strictObject({
      day: z.int().min(1).max(7).optional(),
      hour: z.int().min(0).max(23).optional(),
      updateTrack: z.enum(["canary", "stable", "week5"]).optional(),
    })
    .optional(),
  passwordValidationPolicy: z
    .strictObject({
      complexity: z.enum(["COMPLEXITY_DEFAULT"]).optional(),
      disallowUsernameSubstring: flag,
      enablePasswordPolicy: z.boolean(),
      minLength: z.int().optional(),
    })
    .optional(),
  retainBackupsOnDelete: flag,
  tier: matching(
    /^db-(f1-micro|g1-small|custom-[0-9]+-[0-9]+|perf-optimized-N-[0-9]+|c4a-highmem-[0-9]+)$/,
    "it must be a tier, such as db-custom-2-7680",
  ),
  userLabels: labels,
});
