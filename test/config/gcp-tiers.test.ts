import { describe, expect, it } from "vitest";

import { defaultConnections, tierOf } from "../../config/schema/gcp/tiers.ts";

describe("a machine type", () => {
  it.each([
    ["db-f1-micro", { memory: 0.6, edition: "ENTERPRISE", sharedCore: true, maxLogDays: 7 }],
    ["db-g1-small", { memory: 1.7, edition: "ENTERPRISE", sharedCore: true, maxLogDays: 7 }],
    ["db-custom-2-7680", { memory: 7.5, edition: "ENTERPRISE", sharedCore: false, maxLogDays: 7 }],
    ["db-perf-optimized-N-4", { memory: 32, edition: "ENTERPRISE_PLUS", sharedCore: false, maxLogDays: 35 }],
    ["db-perf-optimized-N-128", { memory: 864, edition: "ENTERPRISE_PLUS", sharedCore: false, maxLogDays: 35 }],
  ])("%s is known", (name, tier) => {
    expect(tierOf(name)).toEqual(tier);
  });

  it.each([
    ["one CPU", "db-custom-1-3840"],
    ["the most memory for its CPUs", "db-custom-2-13312"],
    ["the least memory for its CPUs", "db-custom-10-9216"],
    ["the most CPUs", "db-custom-96-638976"],
  ])("may have %s", (_title, name) => {
    expect(tierOf(name)).toBeDefined();
  });

  it.each([
    ["an odd number of CPUs", "db-custom-3-7680"],
    ["more CPUs than there are", "db-custom-98-368640"],
    ["no CPUs", "db-custom-0-3840"],
    ["less memory than the smallest", "db-custom-1-3584"],
    ["memory that is no step of 256 MB", "db-custom-2-7700"],
    ["too much memory for its CPUs", "db-custom-2-13568"],
    ["too little memory for its CPUs", "db-custom-10-8960"],
    ["a name of MySQL's", "db-n1-standard-1"],
    ["a number that is not sold", "db-perf-optimized-N-3"],
    ["more behind its name", "db-custom-2-7680-x"],
    ["no name", ""],
  ])("has not %s", (_title, name) => {
    expect(tierOf(name)).toBeUndefined();
  });
});

describe("the connections of a machine", () => {
  it.each([
    [0.6, 25],
    [1.7, 50],
    [3.75, 100],
    [5.75, 100],
    [6, 200],
    [7.25, 200],
    [7.5, 400],
    [15, 500],
    [30, 600],
    [60, 800],
    [119.75, 800],
    [120, 1000],
    [864, 1000],
  ])("of %d GB are %d", (memory, connections) => {
    expect(defaultConnections({ memory, edition: "ENTERPRISE", sharedCore: false, maxLogDays: 7 })).toBe(connections);
  });
});
