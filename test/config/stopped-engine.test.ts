import { join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

const project = join(import.meta.dirname, "../..");

/** What a program ends with, and what it says, whose SDK reports an error that nobody catches. */
async function ended(error: object): Promise<[number | undefined, string]> {
  // The SDK listens before the program begins.
  const program = `
    process.on("unhandledRejection", ({ message }) => { console.log(message); process.exit(1); });
    await import("./config/problems/stopped-engine.ts");
    Promise.reject(Object.assign(new Error(), ${JSON.stringify(error)}));`;
  const { exitCode, stdout } = await execa("node", ["--input-type=module", "--eval", program], {
    cwd: project,
    reject: false,
  });
  return [exitCode, stdout];
}

it.each([
  { code: 14, details: "resource monitor shut down while sending resource outputs", message: "14 UNAVAILABLE: …" },
  { code: 14, message: "failed to register new resource litellm [local:Service]: Resource monitor is terminating" },
  { code: 1, details: "resource monitor shut down while waiting on step's done channel" },
])("a program whose engine has stopped ends without a word of it: $message $details", async (error) => {
  expect(await ended(error)).toEqual([32, ""]);
});

it.each([
  { message: "the program's own" },
  { code: 14, details: "connection refused", message: "14 UNAVAILABLE: connection refused" },
  { code: 2, details: "resource monitor shut down", message: "of another code" },
])("a program with another error says so: $message", async (error) => {
  expect(await ended(error)).toEqual([1, error.message]);
});
