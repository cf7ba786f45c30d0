import { afterAll, beforeAll, expect, it } from "vitest";

import type { SecretStackOutputs } from "../../operations/stack-outputs.ts";
import { processesOf } from "../../providers/local/process-table.ts";
import { Checkout, signalGroup } from "./checkout.ts";

// One stack whose every `up` is interrupted; each test goes on where the one before it ended.

let checkout: Checkout;

beforeAll(async () => {
  checkout = await Checkout.make();
});

afterAll(() => checkout.remove());

/** Resolves once the script has printed the text. */
function printed(script: ReturnType<Checkout["launch"]>, text: string): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    script.all.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(text)) resolve();
    });
    script.all.on("end", () => {
      reject(new Error(`The script ended without printing "${text}":\n${output}`));
    });
  });
}

/** Every key that LiteLLM has, and every process of LiteLLM: what an interruption could leave one too many of. */
async function inventory(): Promise<{ aliases: string[]; proxies: number }> {
  const { gateway, masterKey } = await checkout.outputs<SecretStackOutputs>();
  const response = await fetch(`${gateway.url}/key/list?size=100&return_full_object=true`, {
    headers: { authorization: `Bearer ${masterKey}` },
  });
  const { keys } = (await response.json()) as { keys: { key_alias: string }[] };
  const processes = await processesOf(checkout.service("litellm"));
  return { aliases: keys.map((key) => key.key_alias).sort(), proxies: processes.length };
}

const aliases = ["pool-general", "pool-gpu-workers", "research-team", "sagewai-admin", "support-bot"];

it("the next `npm start` finishes what kill -9 interrupted while LiteLLM was starting", async () => {
  const first = checkout.launch("start");
  first.catch(() => undefined);
  await printed(first, "local:Service litellm creating");
  await new Promise((resolve) => setTimeout(resolve, 3000));
  signalGroup(first, "SIGKILL");
  await first.catch(() => undefined);
  const output = await checkout.npm("start");
  expect(output).toContain("LiteLLM   http://127.0.0.1:");
  expect(output).not.toContain("pending operations");
  expect(await checkout.preview()).toEqual([]);
  // The proxy and its query engine, and no second pair.
  expect(await inventory()).toEqual({ aliases, proxies: 2 });
}, 300_000);

it("`npm start` finishes what Ctrl-C interrupted", async () => {
  await checkout.edit((config) => {
    config["llm-gateway:litellm"] = { port: checkout.ports.litellm, requestTimeout: 500 };
  });
  const interrupted = checkout.launch("start");
  interrupted.catch(() => undefined);
  await printed(interrupted, "local:Service litellm updating");
  signalGroup(interrupted, "SIGINT");
  const { exitCode } = await interrupted.catch((error: unknown) => error as { exitCode?: number });
  expect(exitCode).not.toBe(0);
  await checkout.npm("start");
  expect(await checkout.preview()).toEqual([]);
  expect(await inventory()).toEqual({ aliases, proxies: 2 });
});

it("two first starts at once do no harm to each other", async () => {
  await checkout.npm("down");
  const both = await Promise.all([checkout.npm("start"), checkout.npm("start")]);
  for (const output of both) expect(output).toContain("LiteLLM   http://127.0.0.1:");
  expect(await checkout.preview()).toEqual([]);
  expect(await inventory()).toEqual({ aliases, proxies: 2 });
}, 300_000);

it("`npm start` names every mistake in the settings at once, without a stack trace, and changes nothing", async () => {
  const before = await inventory();
  await checkout.edit((config) => {
    config["llm-gateway:projects"] = {
      "research-team": { models: ["gpt-4o", "gpt-5o"], budget: -1, budgetDuration: "30x" },
    };
    config["llm-gateway:routing"] = { strategy: "fastest" };
  });
  const output = await checkout.fail("start");
  expect(output).toContain("The settings of this stack have 4 problems:");
  expect(output).toContain('llm-gateway:projects.research-team.budgetDuration: "30x" is not a duration');
  expect(output).toContain("llm-gateway:projects.research-team.budget: -1");
  expect(output).toContain('llm-gateway:projects.research-team.models[1]: "gpt-5o" is not a model of this gateway');
  expect(output).toContain('llm-gateway:routing.strategy: "fastest"');
  expect(output).not.toMatch(/^\s+at /m);
  expect(await inventory()).toEqual(before);
});

it("`npm run down` destroys a stack whose services are dead already", async () => {
  for (const { pid } of await processesOf(checkout.service("litellm"))) process.kill(pid, "SIGKILL");
  await checkout.npm("down");
  expect(await processesOf(checkout.service("sagewai-admin"))).toEqual([]);
});
