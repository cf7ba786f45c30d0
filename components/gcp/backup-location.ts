/** Cloud SQL's multi-regions: https://cloud.google.com/sql/docs/postgres/backup-recovery/backups#backuplocations. */
const MULTI_REGIONS: Record<string, string> = { europe: "eu", us: "us", asia: "asia" };

/**
 * Where the backups of a server in a region are stored, so that they survive the loss of the region: in the multi-region of
 * its continent; undefined where there is none, for the one that is nearest, which Google chooses.
 */
export function backupLocation(region: string): string | undefined {
  const [continent = ""] = region.split("-");
  return MULTI_REGIONS[continent];
}
