import { describe, expect, it } from "vitest";

import { type Maintenance, maintenanceWindow } from "../../components/gcp/gke-maintenance.ts";

describe("the maintenance window", () => {
  it.each<[Maintenance, string, string, string]>([
    [{ start: "03:00", days: ["SU", "SA"] }, "2026-01-01T03:00:00Z", "2026-01-01T09:00:00Z", "SA,SU"],
    [{ start: "22:30", days: ["WE"] }, "2026-01-01T22:30:00Z", "2026-01-02T10:30:00Z", "WE"],
    [
      { start: "00:00", days: ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] },
      "2026-01-01T00:00:00Z",
      "2026-01-01T04:00:00Z",
      "MO,TU,WE,TH,FR,SA,SU",
    ],
    [{ start: "03:00", days: ["SA", "SA"] }, "2026-01-01T03:00:00Z", "2026-01-01T15:00:00Z", "SA"],
  ])("of %o is from %s to %s", (maintenance, startTime, endTime, days) => {
    expect(maintenanceWindow(maintenance)).toEqual({ startTime, endTime, recurrence: `FREQ=WEEKLY;BYDAY=${days}` });
  });

  it("is as long as GKE demands: 48 hours in any 32 days, 4 at once", () => {
    const week = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
    for (let count = 1; count <= week.length; count++) {
      const { startTime, endTime } = maintenanceWindow({ start: "03:00", days: week.slice(0, count) });
      const hours = (Date.parse(endTime) - Date.parse(startTime)) / 3_600_000;
      const leastPerWeekday = Math.floor(32 / 7);
      expect(hours).toBeGreaterThanOrEqual(4);
      expect(hours * count * leastPerWeekday).toBeGreaterThanOrEqual(48);
    }
  });
});
