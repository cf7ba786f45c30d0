import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";
import * as z from "zod";

import { POD_METRICS } from "../../components/kubernetes/autoscaler.ts";
import type { Registered } from "../program/deploy.ts";

const text = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

describe("docs/comparison.md", async () => {
  const rows = (await text("docs/comparison.md"))
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\| (what +\||-+)/.test(line))
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));

  it.each(rows.map((row) => [row[0], row] as const))("proves what it says of: %s", async (_what, row) => {
    expect(row).toHaveLength(4);
    const [, , here = "", proof = ""] = row;
    if (!here.startsWith("yes")) {
      expect(proof).toBe("");
      return;
    }
    const [, file = "", title = ""] = /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(proof) ?? [];
    const titles = [...(await text(file)).matchAll(/\bit(?:\.each\([\s\S]*?\))?\(\s*(["'`])(.*?)\1,/g)].map(
      ([, , found]) => found,
    );
    expect(titles.filter((found) => found?.includes(title))).toHaveLength(1);
  });
});

const Role = z.object({
  rules: z.array(
    z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
});

const AdapterRules = z.object({ rules: z.array(z.object({ name: z.object({ as: z.string() }) })) });

describe("docs/kubernetes.md", () => {
  it("lets the deployer make every kind of object that the program makes", async () => {
    const [, example = ""] = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(await text("docs/kubernetes.md")) ?? [];
    const { rules } = Role.parse(yaml.parse(example));
    const made = [
      ...(yaml.parse(await text("test/program/kubernetes.resources.yaml")) as Registered[]),
      ...(yaml.parse(await text("test/kubernetes/options.resources.yaml")) as Registered[]),
    ];
    const kinds = new Set(
      made
        .filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith(":Namespace"))
        .map(({ inputs }) => `${String(inputs["apiVersion"])} ${String(inputs["kind"])}`),
    );
    const refused = [...kinds].filter((kind) => {
      const [version = "", name = ""] = kind.split(" ");
      const group = version.includes("/") ? version.split("/")[0] : "";
      const resource = `${name.toLowerCase().replace(/y$/, "ie")}s`;
      return !rules.some(
        ({ apiGroups, resources, verbs }) =>
          apiGroups.includes(group ?? "") && resources.includes(resource) && verbs.includes("create"),
      );
    });
    expect(kinds.size).toBeGreaterThan(8);
    expect(refused).toEqual([]);
  });

  it("has an adapter hand over the metrics that the autoscaler asks for", async () => {
    const [, example = ""] = /```yaml\n(rules:[\s\S]*?)```/.exec(await text("docs/kubernetes.md")) ?? [];
    const { rules } = AdapterRules.parse(yaml.parse(example));
    expect(rules.map(({ name }) => name.as)).toEqual(Object.values(POD_METRICS));
  });
});
