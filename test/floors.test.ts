import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { beforeAll, expect, it } from "vitest";

const project = join(import.meta.dirname, "..");

/** A file that uses a value of another one, by folder and path of the other, and the rule that it breaks; "" for none. */
const USES: [folder: string, other: string, rule: string][] = [
  ["toolchain", "config/settings.ts", "toolchain-is-lowest"],
  ["providers/postgres", "toolchain/plugins/properties.ts", "toolchain-keeps-its-engines"],
  ["providers/postgres", "toolchain/postgres-tls.ts", ""],
  ["components", "toolchain/prisma/schema-models.ts", "toolchain-keeps-its-engines"],
  ["providers/litellm", "components/litellm.ts", "providers-run-in-processes-of-their-own"],
  ["providers/litellm", "config/settings.ts", "providers-run-in-processes-of-their-own"],
  ["providers/litellm", "config/litellm/key-names.ts", ""],
  ["config", "components/litellm.ts", "config-knows-settings-only"],
  ["config", "providers/litellm/client.ts", "config-knows-settings-only"],
  ["config/litellm", "config/settings.ts", "litellm-facts-are-leaves"],
  ["config/schema", "config/rules/rules.ts", "schema-knows-no-rules"],
  ["config/problems", "config/schema/schema.ts", "problems-know-no-settings"],
  ["config/rules", "config/settings.ts", "rules-know-no-program"],
  ["components", "operations/key.ts", "components-know-no-commands"],
  ["policy/rules", "components/litellm.ts", "policies-judge-from-outside"],
  ["policy/rules", "config/settings.ts", ""],
  ["components", "policy/rules.ts", "nobody-leans-on-policies"],
  ["operations", "test/config/stack.ts", "nobody-imports-tests"],
  ["operations", "config/settings.ts", ""],
];

const files: Record<string, string> = {
  "tsconfig.json": "{}",
  "components/a.ts": 'import type { B } from "./b.ts"; export interface A { b?: B }',
  "components/b.ts": 'import type { A } from "./a.ts"; export interface B { a?: A }',
  "config/types.ts": 'import type { One } from "../providers/litellm/client.ts"; export type Two = One;',
};
for (const [index, [folder, other]] of USES.entries()) {
  const up = "../".repeat(folder.split("/").length);
  files[other] = "export interface One { one: 1 } export const one = 1;";
  files[`${folder}/use-${index}.ts`] = `import { one } from "${up}${other}"; export const two = one;`;
}

/** The rules of .dependency-cruiser.mjs that the files break, by path of the file. */
let broken: Map<string, string[]>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "floors-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const args = ["--config", join(project, ".dependency-cruiser.mjs"), "--output-type", "json", "."];
  const { stdout } = await execa("depcruise", args, {
    cwd: folder,
    preferLocal: true,
    localDir: project,
    reject: false,
  });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  broken = new Map(Object.keys(files).map((name) => [name, []]));
  for (const { from, rule } of summary.violations) broken.get(from)?.push(rule.name);
  await rm(folder, { recursive: true });
});

it("the import check refuses a circle, of types too", () => {
  expect([broken.get("components/a.ts"), broken.get("components/b.ts")].flat()).toContain("no-circles");
});

it.each(USES.map(([folder, other, rule], index) => ({ folder, other, rule, index })))(
  "the import check says which floor a file of $folder breaks by a value of $other: $rule",
  ({ folder, rule, index }) => {
    expect(broken.get(`${folder}/use-${index}.ts`)).toEqual(rule === "" ? [] : [rule]);
  },
);

it("the import check lets settings know the types of what providers are given", () => {
  expect(broken.get("config/types.ts")).toEqual([]);
});
