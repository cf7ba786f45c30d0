import { setTimeout as sleep } from "node:timers/promises";

import { expect, it, vi } from "vitest";

import type { TestStack } from "../toolchain/plugins/stack.ts";
import { gatewayBehindProxy } from "./gateway-behind-proxy.ts";
import { keysProgram, keyStack } from "./key-stack.ts";

// Each test brings a stack up several times.
vi.setConfig({ testTimeout: 240_000 });

const { gateway, proxy } = await gatewayBehindProxy();

/** In milliseconds. */
const HOUR = 3_600_000;

type Keys = Record<string, object>;

/** A set with a key `team`, and one of which each change fails as long as somebody has the alias that it is to get. */
async function failingSet(prefix: string) {
  const stack = await keyStack();
  const program = async (settings: object, { fails = false } = {}) => {
    const failing = { alias: fails ? `${prefix}-of-somebody` : `${prefix}-failing` };
    await write(stack, { team: { alias: prefix, ...settings }, failing });
  };
  await program({});
  await stack.up();
  await gateway.call("POST", "/key/generate", { key: `sk-of-somebody-${prefix}`, key_alias: `${prefix}-of-somebody` });
  return { stack, program, first: (await values(stack))["team"] ?? "" };
}

async function write(stack: TestStack, keys: Keys): Promise<void> {
  await stack.program(keysProgram({ ...gateway.access, gatewayAccess: { url: proxy.url } }, keys));
}

const values = async (stack: TestStack) =>
  JSON.parse(await stack.succeeds("stack", "output", "values", "--show-secrets", "--json")) as Record<string, string>;
const aliases = async (prefix: string) => (await gateway.keys(prefix)).map(({ key_alias }) => key_alias);
const expiry = async (alias: string) => (await gateway.keys(alias))[0]?.expires?.getTime() ?? 0;
const FAILURE = "`failing`: LiteLLM has another key with this alias, which is not of this set";

it("a set of keys gives back no key that leaked, though its replacement is reverted", async () => {
  const { stack, program, first: leaked } = await failingSet("leaked");
  await program({ generation: 2, overlap: "0s" }, { fails: true });
  const failure = await stack.fails("up", "--yes", "--skip-preview");
  expect(failure).toContain(FAILURE);
  expect(failure).not.toContain("`team`: ");
  expect(await gateway.chat(leaked)).toBe(401);

  await program({});
  const message = "`team`: `generation` can't go back from 2 to 1: a key that was replaced does not come back.";
  const preview = await stack.fails("preview");
  expect(preview).toContain(message);
  expect(preview).not.toContain("    at ");
  expect(await stack.fails("up", "--yes", "--skip-preview")).toContain(message);
  expect(await gateway.chat(leaked)).toBe(401);

  // Nor when its project leaves, and returns as it was at first.
  await write(stack, {});
  await stack.up();
  expect(await stack.plan()).toEqual({});
  await program({});
  expect(await stack.fails("preview")).toContain("its value does not come back: write `generation: 3` for a new one.");
  await write(stack, { team: { alias: "leaked", generation: 3 } });
  await stack.up();
  expect([await gateway.chat(leaked), await gateway.chat((await values(stack))["team"] ?? "")]).toEqual([401, 200]);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a set of keys leaves each key its time when it is replaced twice while another one fails", async () => {
  const { stack, program, first } = await failingSet("twice");
  await program({ generation: 2 }, { fails: true });
  await stack.fails("up", "--yes", "--skip-preview");
  const until = await expiry("twice-g1");
  expect(until - Date.now()).toBeGreaterThan(24 * HOUR - 60_000);

  await program({ generation: 3 }, { fails: true });
  expect(await stack.succeeds("preview")).toContain("that are replaced by new ones: `team`. The old ones work until ");
  await stack.fails("up", "--yes", "--skip-preview");
  expect(await aliases("twice-g")).toEqual(["twice-g1", "twice-g2"]);
  expect(await gateway.chat(first)).toBe(200);

  await program({ generation: 3 });
  await stack.up();
  expect(await aliases("twice")).toEqual(["twice", "twice-failing", "twice-g1", "twice-g2", "twice-of-somebody"]);
  expect(Math.abs((await expiry("twice-g1")) - until)).toBeLessThan(5000);
  expect(await gateway.chat(first)).toBe(200);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a set of keys swaps the aliases of keys, also after it was killed half-way", async () => {
  const stack = await keyStack();
  const [one, two] = [{ alias: "swap-1" }, { alias: "swap-2" }];
  await write(stack, { a: one, b: two });
  await stack.up();
  const tokens = await gateway.keys("swap");
  await write(stack, { a: two, b: one });
  proxy.next("none", "none", "reply hangs");
  const update = stack.start("up", "--yes", "--skip-preview");
  await proxy.calls(3);
  update.kill("SIGKILL");
  await update;
  await stack.succeeds("cancel", "--yes");
  proxy.next();
  await stack.up();
  expect((await gateway.keys("swap")).map(({ token }) => token)).toEqual(tokens.map(({ token }) => token).reverse());
  expect(await aliases("renamed")).toEqual([]);
  for (const key of Object.values(await values(stack))) expect(await gateway.chat(key)).toBe(200);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a set of keys takes over a key in place of its own, and lets go of it with an overlap", async () => {
  const byHand = "sk-of-somebody-before-the-disaster";
  await gateway.call("POST", "/key/generate", { key: byHand, key_alias: "restored-by-hand" });
  const stack = await keyStack();
  await write(stack, { team: { alias: "restored" } });
  await stack.up();
  const own = (await values(stack))["team"] ?? "";

  await write(stack, { team: { alias: "restored", adopt: "restored-by-hand" } });
  expect(await stack.succeeds("preview")).toContain("Virtual keys that are replaced by new ones: `team`.");
  await stack.up();
  expect(await aliases("restored")).toEqual(["restored", "restored-g1"]);
  expect([await gateway.chat(byHand), await gateway.chat(own)]).toEqual([200, 200]);
  expect(await values(stack)).toEqual({ team: "" });
  expect(await stack.plan()).toEqual({});

  await write(stack, { team: { alias: "restored" } });
  expect(await stack.fails("preview")).toContain("write `generation: 2` for a new one");
  await write(stack, { team: { alias: "restored", generation: 2 } });
  await stack.up();
  expect(await aliases("restored")).toEqual(["restored", "restored-g1", "restored-g1-2"]);
  expect(await gateway.chat(byHand)).toBe(200);
  expect(await gateway.chat((await values(stack))["team"] ?? "")).toBe(200);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a set of keys keeps to a plan, and keeps the keys when somebody has the set replaced", async () => {
  const stack = await keyStack();
  const duration = { alias: "planned", duration: "90d" };
  await write(stack, { team: duration });
  await stack.up();
  await write(stack, { team: { ...duration, generation: 2 } });
  // Moments are full hours: an update in the next one has others than its plan.
  const left = HOUR - (Date.now() % HOUR);
  if (left < 60_000) await sleep(left);
  await stack.succeeds("preview", "--save-plan", "plan.json");
  await stack.succeeds("up", "--yes", "--skip-preview", "--plan", "plan.json");
  const key = (await values(stack))["team"] ?? "";
  expect(await gateway.chat(key)).toBe(200);

  const [urn = ""] = /urn:[^"]*litellm:VirtualKeys::keys/.exec(await stack.exported()) ?? [];
  await stack.succeeds("up", "--yes", "--skip-preview", "--replace", urn);
  expect(await gateway.chat(key)).toBe(200);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});
