import { describe, expect, it } from "vitest";

import { nextReminder } from "../../components/gcp/rotation-reminder.ts";

describe("the next reminder", () => {
  const at = (now: string, days = 90) => nextReminder(days, new Date(now));

  it("is the same in every run until it is due", () => {
    expect(at("2026-11-24T09:00:00Z")).toBe("2026-12-03T00:00:00Z");
    expect(at("2026-12-02T23:49:00Z")).toBe("2026-12-03T00:00:00Z");
  });

  it("is then where Secret Manager puts it by itself: as many days later", () => {
    expect(at("2026-12-03T00:00:01Z")).toBe("2027-03-03T00:00:00Z");
    expect(Date.parse("2027-03-03T00:00:00Z") - Date.parse("2026-12-03T00:00:00Z")).toBe(90 * 24 * 3600 * 1000);
  });

  it("is never so soon that Secret Manager refuses it, but an hour later then, and never left out", () => {
    expect(at("2026-12-02T23:51:00Z")).toBe("2026-12-03T01:00:00Z");
    expect(at("2026-12-03T00:00:00Z")).toBe("2026-12-03T01:00:00Z");
  });

  it("comes each day if the settings say so", () => {
    expect(at("2026-11-24T09:00:00Z", 1)).toBe("2026-11-25T00:00:00Z");
  });
});
