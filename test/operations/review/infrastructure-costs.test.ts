import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";
import * as yaml from "yaml";

import { costSection } from "../../../operations/review/infrastructure-costs.ts";
import { readPreview } from "../../../operations/review/preview.ts";
import { previewText, SQL, step } from "./previews.ts";

function rows(...steps: object[]): string[] {
  const [block] = costSection(readPreview(previewText(steps)).resources)?.blocks ?? [];
  return block?.kind === "table" ? block.rows.map((row) => row.join(" | ")) : [];
}

const server = (tier: string, availabilityType = "REGIONAL", diskSize = 50) => ({
  settings: { tier, availabilityType, diskSize },
});

it("a larger server and a second zone cost what docs/gcp.md says", () => {
  // $197 of the machine and $17 of the disk.
  expect(rows(step("update", SQL, "postgres", server("db-g1-small", "ZONAL", 10), server("db-custom-2-7680")))).toEqual(
    ["DatabaseInstance postgres | $27 | $214 | +$187", "together |  |  | +$187"],
  );
});

it("what comes and goes counts whole, and what has no known price is unknown", () => {
  const valkey = "gcp:memorystore/instance:Instance";
  expect(
    rows(step("create", valkey, "v", undefined, { nodeType: "STANDARD_SMALL", shardCount: 1, replicaCount: 1 })),
  ).toEqual(["Instance v | $0 | $208 | +$208", "together |  |  | +$208"]);
  expect(rows(step("delete", "gcp:container/cluster:Cluster", "c", {}))[0]).toBe("Cluster c | $73 | $0 | −$73");
  expect(rows(step("update", SQL, "p", server("db-custom-2-7680"), server("db-perf-optimized-N-2")))[0]).toContain(
    "unknown",
  );
});

it("no cost is shown where none changes, nor outside of Google Cloud", () => {
  expect(rows(step("update", SQL, "p", server("db-g1-small"), server("db-g1-small")))).toEqual([]);
  const gateway = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
  expect(rows(step("create", gateway, "clients", undefined, {}))).toEqual([]);
});

it("each part of the stack prod whose price is known is reckoned as in docs/gcp.md", async () => {
  const text = await readFile(join(import.meta.dirname, "../../program/prod.resources.yaml"), "utf8");
  const resources = yaml.parse(text) as { type: string; name: string; inputs: object }[];
  const together = rows(...resources.map(({ type, name, inputs }) => step("create", type, name, undefined, inputs))).at(
    -1,
  );
  // $786 of the table, without backups ($4), nodes of NAT ($4), certificates, secrets, DNS ($2), metrics ($21) and one address.
  expect(Number(together?.replace(/.*\+\$/, ""))).toBeGreaterThan(700);
  expect(Number(together?.replace(/.*\+\$/, ""))).toBeLessThan(786);
});
