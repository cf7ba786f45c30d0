import { at, isNone } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const backups: Rule = {
  why: "In production, the database is backed up each day and any moment of the last days can be brought back, since a wrong migration is not in last night's backup only.",
  source: "https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr",
  types: /^gcp:sql\/databaseInstance:DatabaseInstance$/,
  judge:
    () =>
    ({ inputs }) => [
      ...(isNone(at(inputs, "settings.backupConfiguration.enabled"), true)
        ? ["The database has no backups: set settings.backupConfiguration.enabled to true."]
        : []),
      ...(isNone(at(inputs, "settings.backupConfiguration.pointInTimeRecoveryEnabled"), true)
        ? [
            "No moment between two backups can be brought back: set llm-gateway:gcp.postgres.logDays to 1 or more, or highAvailability to true.",
          ]
        : []),
    ],
};
