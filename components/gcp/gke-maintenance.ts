/** When GKE may update a cluster. */
export interface Maintenance {
  /** When it begins, UTC: `03:00`. */
  start: string;
  /** On which days of the week: `SA`. */
  days: ("MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")[];
}

export interface MaintenanceWindow {
  /** The first window, as RFC 3339. */
  startTime: string;
  endTime: string;
  /** RFC 5545: `FREQ=WEEKLY;BYDAY=SA,SU`. */
  recurrence: string;
}

/**
 * The window in the words of GKE's API, as long as GKE demands: 48 hours in any 32 days, 4 hours at once.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
 */
export function maintenanceWindow({ start, days }: Maintenance): MaintenanceWindow {
  const chosen = WEEK.filter((day) => days.includes(day));
  // Any 32 days hold each day of the week four times at least.
  const hours = Math.max(4, Math.ceil(48 / (4 * chosen.length)));
  const begin = new Date(`${FIRST_DAY}T${start}:00Z`);
  return {
    startTime: rfc3339(begin),
    endTime: rfc3339(new Date(begin.getTime() + hours * 3_600_000)),
    recurrence: `FREQ=WEEKLY;BYDAY=${chosen.join(",")}`,
  };
}

const WEEK = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/** Any day that is over: the window recurs from it on, and a date that moved would show as a change. */
const FIRST_DAY = "2026-01-01";

function rfc3339(date: Date): string {
  return date.toISOString().replace(".000", "");
}
