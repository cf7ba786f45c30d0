import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it, vi } from "vitest";

import type { TestStack } from "../toolchain/plugins/stack.ts";
import { gatewayBehindProxy } from "./gateway-behind-proxy.ts";
import { keysProgram, keyStack } from "./key-stack.ts";

// Each test brings a stack up several times.
vi.setConfig({ testTimeout: 240_000 });

const { gateway, proxy } = await gatewayBehindProxy();

/** So many keys, and how they are called. */
function keys(prefix: string, count: number, settings: object = {}): Record<string, object> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(2, "0")}`);
  return Object.fromEntries(names.map((name) => [name, { alias: name, maxBudget: 5, ...settings }]));
}

/** Replaces the program by one with these keys, which reaches LiteLLM through the proxy that lets calls go wrong. */
async function program(stack: TestStack, wanted: Record<string, object>): Promise<void> {
  await stack.program(keysProgram({ ...gateway.access, gatewayAccess: { url: proxy.url } }, wanted));
}

const values = async (stack: TestStack) =>
  JSON.parse(await stack.succeeds("stack", "output", "values", "--show-secrets", "--json")) as Record<string, string>;
const aliases = async (prefix: string) => (await gateway.keys(prefix)).map(({ key_alias }) => key_alias);
const budgets = async (prefix: string) => {
  const infos = await Promise.all((await gateway.keys(prefix)).map(({ token }) => gateway.info(token)));
  return infos.map((info) => info["max_budget"]);
};

/** The properties of the set that the next update changes, as a preview without `--diff` shows them. */
async function changed(stack: TestStack): Promise<string | undefined> {
  return /litellm:VirtualKeys\s+keys\s+update\s+\[diff: ([^\]]*)\]/.exec(await stack.succeeds("preview"))?.[1];
}

it("a set of keys shows which keys change, to nobody but their users", async () => {
  const stack = await keyStack();
  const wanted = keys("shown", 5);
  await program(stack, wanted);
  proxy.next();
  await stack.up();
  // Each key is made by one call; then all are looked at in one list.
  expect(await proxy.calls(6)).toEqual([...Array<string>(5).fill("POST /key/generate"), "GET /key/list"]);
  const made = await values(stack);
  for (const key of Object.values(made)) expect(await gateway.chat(key)).toBe(200);
  const state = await stack.exported();
  for (const key of Object.values(made)) expect(state).not.toContain(key);

  const { "shown-03": leaving, ...others } = wanted;
  await program(stack, { ...others, "shown-01": { ...wanted["shown-01"], maxBudget: 7 }, "shown-05": leaving ?? {} });
  expect(await stack.plan()).toEqual({ keys: "update", "shown-03-user": "delete", "shown-05-user": "create" });
  expect(await changed(stack)).toBe("+shown-05-shown-03~shown-01");
  const warning = "warning: Virtual keys that are deleted, as they left the settings: `shown-03`.";
  const diff = await stack.succeeds("preview", "--diff");
  expect(diff).toMatch(/~ shown-01\s*: \{\s*~ maxBudget: 5 => 7\s*\}/);
  expect(diff).not.toMatch(/[~+-] shown-0[024]/);
  expect(diff).toContain(warning);
  // In the preview and in the update, each time where it comes up and at the end.
  expect((await stack.succeeds("up", "--yes")).split(warning)).toHaveLength(1 + 4);
  expect(await gateway.chat(made["shown-03"] ?? "")).toBe(401);
  expect(await values(stack)).toMatchObject({ "shown-01": made["shown-01"], "shown-00": made["shown-00"] });
  expect(await stack.plan()).toEqual({});

  // What deletes them all makes no call for any, even without the program that made them.
  await writeFile(join(stack.folder, "index.ts"), "throw new Error('must not run')");
  await stack.succeeds("refresh", "--yes", "--skip-preview");
  proxy.next();
  await stack.delete();
  expect(await proxy.calls(0)).toEqual([]);
});

it("a set of keys finds in a refresh what was changed outside, key by key", async () => {
  const stack = await keyStack();
  await program(stack, keys("drift", 6));
  await stack.up();
  const made = await values(stack);
  const change = (path: string, body: object) => gateway.call("POST", path, body);
  await change("/key/delete", { key_aliases: ["drift-02"] });
  await change("/key/update", { key: made["drift-04"], max_budget: 1000 });
  proxy.next();
  await stack.succeeds("refresh", "--yes", "--skip-preview");
  expect(await proxy.calls(2)).toEqual(["GET /key/list", "GET /key/info"]);
  expect(await changed(stack)).toBe("+drift-02~drift-04");
  await stack.up();
  expect(await values(stack)).toEqual(made);
  expect(await budgets("drift")).toEqual(Array(6).fill(5));
  expect(await gateway.chat(made["drift-02"] ?? "")).toBe(200);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a set of keys keeps what succeeds when a key fails, and goes on from there", async () => {
  const stack = await keyStack();
  await gateway.call("POST", "/key/generate", { key: "sk-of-somebody-else", key_alias: "partial-01" });
  await program(stack, keys("partial", 4));
  const failure = await stack.fails("up", "--yes", "--skip-preview");
  expect(failure).toContain("`partial-01`: LiteLLM has another key with this alias");
  expect(failure).not.toContain("`partial-02`");
  expect(await aliases("partial")).toEqual(["partial-00", "partial-01", "partial-02", "partial-03"]);
  expect(await stack.exported()).not.toMatch(/"sk-/);

  await gateway.call("POST", "/key/delete", { keys: ["sk-of-somebody-else"] });
  proxy.next();
  await stack.up();
  expect(await proxy.calls(2)).toEqual(["POST /key/generate", "GET /key/list"]);
  for (const key of Object.values(await values(stack))) expect(await gateway.chat(key)).toBe(200);
  expect(await stack.plan()).toEqual({});

  // An update as well: somebody else has the alias that a key is to get.
  await gateway.call("POST", "/key/generate", { key: "sk-of-somebody-else", key_alias: "somebody" });
  const wanted = keys("partial", 4, { maxBudget: 6 });
  await program(stack, { ...wanted, "partial-01": { alias: "partial-02" } });
  expect(await stack.fails("preview")).toContain("`partial-02`: its alias `partial-02` is that of `partial-01` too");
  await program(stack, { ...wanted, "partial-01": { alias: "somebody" } });
  expect(await stack.fails("up", "--yes", "--skip-preview")).toContain("`partial-01`: LiteLLM has another key");
  expect(await budgets("partial")).toEqual([6, 5, 6, 6]);
  await program(stack, wanted);
  proxy.next();
  await stack.up();
  expect(await proxy.calls(2)).toEqual(["POST /key/update", "GET /key/info"]);
  expect(await budgets("partial")).toEqual([6, 6, 6, 6]);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a set of keys goes on after it was killed while it made or raised many keys", async () => {
  const stack = await keyStack();
  const kill = async (calls: number) => {
    proxy.next();
    const update = stack.start("up", "--yes", "--skip-preview");
    await proxy.calls(calls);
    update.kill("SIGKILL");
    await update;
    await stack.succeeds("cancel", "--yes");
  };
  await program(stack, keys("many", 50));
  await kill(25);
  expect((await aliases("many")).length).toBeGreaterThan(20);
  expect((await aliases("many")).length).toBeLessThan(50);
  await stack.up();
  const made = await values(stack);
  expect(await aliases("many")).toEqual(Object.keys(made));
  for (const key of Object.values(made)) expect(await gateway.chat(key)).toBe(200);
  expect(await stack.plan()).toEqual({});

  await program(stack, keys("many", 50, { maxBudget: 6 }));
  await kill(25);
  expect(new Set(await budgets("many"))).toEqual(new Set([5, 6]));
  await stack.up();
  expect(await budgets("many")).toEqual(Array(50).fill(6));
  expect(await values(stack)).toEqual(made);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a set of keys leaves each alias to one of two stacks that make the same keys at once", async () => {
  const stacks = [await keyStack(), await keyStack()];
  for (const stack of stacks) await program(stack, keys("twice", 10));
  const ends = await Promise.all(stacks.map((stack) => stack.start("up", "--yes", "--skip-preview")));
  expect(await aliases("twice")).toEqual(Object.keys(keys("twice", 10)));
  // Each alias was lost by one of them, which says so.
  const lost = ends.map(({ all }) => [...new Set(all.match(/twice-\d\d(?=[^:]*: LiteLLM has another key)/g))]);
  expect(lost.flat().sort()).toEqual(Object.keys(keys("twice", 10)));
  for (const [index, { exitCode }] of ends.entries()) expect(exitCode === 0).toBe(lost[index]?.length === 0);
  for (const stack of stacks) await stack.delete();
});
