import { join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

const project = join(import.meta.dirname, "../../..");

/** What a program prints that Node.js runs with the SDK made to do less. */
async function printed(program: string, env: Record<string, string> = {}): Promise<unknown> {
  const preload = import.meta.resolve("../../../toolchain/pulumi/lean-sdk.ts");
  const { stdout } = await execa("node", [`--import=${preload}`, "--eval", program], { cwd: project, env });
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

/** The severities of what reaches the engine: 0 is a message for those who debug Pulumi, 2 a warning. */
const SEVERITIES = `const pulumi = require("@pulumi/pulumi");
  const severities = [];
  const engine = { log: (request, done) => { severities.push(request.getSeverity()); done(); } };
  require("@pulumi/pulumi/runtime/settings.js").getEngine = () => engine;
  Promise.all([pulumi.log.debug("a secret"), pulumi.log.warn("a warning")]).then(() =>
    console.log(JSON.stringify(severities)));`;

it("tells the engine nothing that only those want to know who debug Pulumi", async () => {
  expect(await printed(SEVERITIES)).toEqual([2]);
  expect(await printed(SEVERITIES, { LLM_GATEWAY_DEBUG: "true" })).toEqual([0, 2]);
});

it("starts no debugger for a program without functions in its state, and looks no lines up", async () => {
  const loaded = await printed(`require("source-map-support/register");
    require("@pulumi/pulumi/runtime/closure/v8Hooks.js").isInitializedAsync().then(() => {
      const files = Object.keys(require("node:module")._cache);
      console.log(JSON.stringify(files.filter((file) => /source-map-support.js|source-map.js/.test(file))));
    })`);
  expect(loaded).toEqual([]);
});
