/** Cloud SQL's multi-regions: https://cloud.google.com/sql/docs/postgres/backup-recovery/backups#backuplocations. */
const MULTI_REGIONS: Record<string, string> = { europe: "eu", us: "us", asia: "asia" };

/**
 * Where the backups of a server in a region are kept, so that they survive the loss of the region: in the multi-region of
 * its continent, or where there is none, in the region itself.
 */
export function backupLocation(region: string): string {
  const [continent = region] = region.split("-");
  return MULTI_REGIONS[continent] ?? region;
}
