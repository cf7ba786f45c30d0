import { join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

const project = join(import.meta.dirname, "../../..");

/** What a program prints that Node.js runs with Pulumi's parts loaded late. */
async function printed(program: string): Promise<unknown> {
  const preload = import.meta.resolve("../../../toolchain/pulumi/late-parts.ts");
  const { stdout } = await execa("node", [`--import=${preload}`, "--eval", program], { cwd: project });
  return JSON.parse(stdout);
}

const LOADED = `const loaded = () => ["/typescript/lib/", "/automation/localWorkspace.js"].filter((part) =>
  Object.keys(require("node:module")._cache).some((file) => file.includes(part)));`;

it("loads Pulumi's SDK without TypeScript and the automation API", async () => {
  const loaded = await printed(`${LOADED} const pulumi = require("@pulumi/pulumi");
    console.log(JSON.stringify([typeof pulumi.Output, typeof pulumi.automation, loaded()]))`);
  expect(loaded).toEqual(["function", "object", []]);
});

it("loads the automation API for whoever asks for it", async () => {
  const loaded = await printed(`${LOADED} const { automation } = require("@pulumi/pulumi");
    console.log(JSON.stringify([typeof automation.LocalWorkspace.create, loaded()]))`);
  expect(loaded).toEqual(["function", ["/automation/localWorkspace.js"]]);
});

it("loads TypeScript for a program with functions in its state", async () => {
  const loaded = await printed(`${LOADED} const { serializeFunction } = require("@pulumi/pulumi").runtime;
    serializeFunction(() => 42).then(({ text }) => {
      console.log(JSON.stringify([text.includes("42"), loaded()]));
    })`);
  expect(loaded).toEqual([true, ["/typescript/lib/"]]);
});
