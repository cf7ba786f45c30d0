import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { table } from "../../bench/table.ts";
import { gatewayOf, layout } from "../../bench/scale/layout.ts";
import { sizesFor, workerConnections } from "../../config/schema/capacity.ts";
import { defaultConnections, tierOf } from "../../config/schema/gcp/tiers.ts";

const DEMAND = { projects: 10_000, rps: 10_000 };

describe("10,000 projects and 10,000 requests per second over several gateways", () => {
  it.each([4, 8, 10])("fit %i gateways, each within what its server accepts", (gateways) => {
    const stacks = layout(DEMAND, gateways);
    expect(stacks.flatMap(({ projects }) => projects)).toHaveLength(DEMAND.projects);
    for (const { projects, rps, connections, accepted } of stacks) {
      expect(Math.abs(projects.length / (DEMAND.projects / gateways) - 1)).toBeLessThan(0.1);
      expect(rps).toBeLessThan(5_000);
      expect(connections).toBeLessThanOrEqual(accepted);
    }
  });

  it("move to one gateway more only those projects that it takes", () => {
    const [before, after] = [4, 5].map((count) => Array.from({ length: count }, (_, index) => `prod-${index + 1}`));
    const projects = Array.from({ length: DEMAND.projects }, (_, index) => `project-${index + 1}`);
    const moved = projects.filter((one) => gatewayOf(one, before ?? []) !== gatewayOf(one, after ?? []));
    expect(moved.every((one) => gatewayOf(one, after ?? []) === "prod-5")).toBe(true);
    expect(moved.length / projects.length).toBeCloseTo(1 / 5, 1);
  });
});

describe("docs/scale.md", () => {
  it("shows the sizes and the layout that the code works out", async () => {
    const document = await readFile(join(import.meta.dirname, "../../docs/scale.md"), "utf8");
    expect(document).toContain(sizes([10, 100, 300, 1_000, 3_000, 5_000, 10_000]));
    expect(document).toContain(layouts([4, 8, 10]));
  });
});

function sizes(loads: number[]): string {
  const rows = loads.map((rps) => {
    const { replicas, maxReplicas, tier, diskSize, nodeType } = sizesFor(rps);
    const machine = tierOf(tier);
    const connections = workerConnections(machine ? defaultConnections(machine) : 0, maxReplicas);
    const numbers = [rps, replicas, maxReplicas, connections].map((number) => number.toLocaleString("en"));
    return [...numbers, `\`${tier}\``, `${diskSize.toLocaleString("en")} GB`, `\`${nodeType}\``];
  });
  return table(["`rps`", "pods", "pods at most", "connections each", "Cloud SQL", "disk", "Valkey"], rows);
}

function layouts(counts: number[]): string {
  const rows = counts.map((count) => {
    const stacks = layout(DEMAND, count);
    const largest = (of: (stack: (typeof stacks)[number]) => number) =>
      Math.max(...stacks.map(of)).toLocaleString("en");
    return [
      String(count),
      largest(({ projects }) => projects.length),
      largest(({ rps }) => rps),
      largest(({ pods }) => pods),
      `${largest(({ connections }) => connections)} of ${largest(({ accepted }) => accepted)}`,
    ];
  });
  return table(["gateways", "projects", "requests/s", "pods at most", "connections"], rows);
}
