import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

const root = join(import.meta.dirname, "..");
const results = join(root, "node_modules", ".cache", "vitest.json");

/** Format, lint and types. @throws ExecaError at the first that does not hold. */
export async function checkSources(): Promise<void> {
  await execa("prettier", ["--check", "--log-level=warn", "."], { cwd: root, stdio: "inherit" });
  await execa("eslint", ["--cache", "--cache-location", "node_modules/.cache/eslint/", "."], {
    cwd: root,
    stdio: "inherit",
  });
  await execa("tsc", [], { cwd: root, stdio: "inherit" });
}

/** Runs vitest, and ends with one line that counts the tests. @throws ExecaError if one fails. */
export async function runTests(...args: string[]): Promise<void> {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  try {
    await execa("vitest", ["run", ...reporters, ...args], { cwd: root, stdio: "inherit" });
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
