import { setTimeout as sleep } from "node:timers/promises";

import { expect, it } from "vitest";

import type { TestStack } from "../toolchain/plugins/stack.ts";
import { gatewayBehindProxy } from "./gateway-behind-proxy.ts";
import { KEYLESS, keyProgram, keyStack } from "./key-stack.ts";

/** How long a replaced key stays valid here: longer than an update takes on a busy machine. */
const OVERLAP = 30;

const { gateway, proxy } = await gatewayBehindProxy();

const value = async (stack: TestStack) =>
  (JSON.parse(await stack.succeeds("stack", "output", "values", "--show-secrets", "--json")) as { team: string }).team;
const aliases = async (prefix: string) => (await gateway.keys(prefix)).map(({ key_alias }) => key_alias);

it("a stack with keys replaces a key with an overlap, and at once after a leak", { timeout: 240_000 }, async () => {
  const stack = await keyStack();
  const settings = { alias: "rotated", models: ["gpt-4o"], maxBudget: 50 };
  const program = (more: object) => stack.program(keyProgram(gateway.access, { ...settings, ...more }));

  await program({});
  await stack.up();
  const first = await value(stack);
  expect(await gateway.chat(first)).toBe(200);

  // A change of its settings is one update, which none of its users sees.
  await program({ maxBudget: 60 });
  expect(await stack.plan()).toEqual({ keys: "update" });

  await program({ generation: 2, overlap: `${OVERLAP}s` });
  expect(await stack.plan()).toEqual({ keys: "update", "team-user": "replace" });
  expect(await stack.succeeds("preview")).toContain(
    "Virtual keys that are replaced by new ones: `team`. The old ones work until ",
  );
  await stack.up();
  const replaced = Date.now();
  const second = await value(stack);
  expect(second).not.toBe(first);
  expect([await gateway.chat(first), await gateway.chat(second)]).toEqual([200, 200]);
  expect(await aliases("rotated")).toEqual(["rotated", "rotated-g1"]);
  expect(await stack.plan()).toEqual({});

  // LiteLLM ends the old key by itself; the update after that deletes it.
  await sleep(Math.max(0, OVERLAP * 1000 + 1000 - (Date.now() - replaced)));
  expect([await gateway.chat(first), await gateway.chat(second)]).toEqual([401, 200]);
  expect(await stack.plan()).toEqual({ keys: "update" });
  await stack.up();
  expect(await aliases("rotated")).toEqual(["rotated"]);
  expect(await stack.plan()).toEqual({});

  await program({ generation: 3, overlap: "0s" });
  await stack.up();
  const third = await value(stack);
  expect([await gateway.chat(second), await gateway.chat(third)]).toEqual([401, 200]);
  expect(await aliases("rotated")).toEqual(["rotated"]);

  await program({ generation: 2 });
  expect(await stack.fails("preview")).toContain("`generation` can't go back from 3 to 2");

  // Nothing stays behind, not even keys that are still valid.
  await program({ generation: 4 });
  await stack.up();
  expect(await aliases("rotated")).toEqual(["rotated", "rotated-g3"]);
  const state = await stack.exported();
  for (const key of [first, second, third]) expect(state).not.toContain(key);
  await stack.program(KEYLESS);
  await stack.up();
  expect(await aliases("rotated")).toEqual([]);
  await stack.delete();
});

it("a stack with keys goes on with a replacement that was killed in the middle", { timeout: 240_000 }, async () => {
  const stack = await keyStack();
  const access = { ...gateway.access, gatewayAccess: { url: proxy.url } };
  await stack.program(keyProgram(access, { alias: "killed" }));
  await stack.up();
  const first = await value(stack);
  await stack.program(keyProgram(access, { alias: "killed", generation: 2 }));

  // The new key is made, and nobody hears of it.
  proxy.next("none", "none", "reply hangs");
  const update = stack.start("up", "--yes", "--skip-preview");
  await proxy.calls(3);
  update.kill("SIGKILL");
  await update;
  expect(await gateway.chat(first)).toBe(200);

  await stack.succeeds("cancel", "--yes");
  proxy.next();
  await stack.up();
  expect(await aliases("killed")).toEqual(["killed", "killed-g1"]);
  expect(await gateway.chat(await value(stack))).toBe(200);
  expect(await stack.plan()).toEqual({});
  await stack.delete();
});

it("a stack with keys takes over a key that exists", { timeout: 240_000 }, async () => {
  const byHand = "sk-of-somebody-who-made-it-by-hand";
  await gateway.call("POST", "/key/generate", { key: byHand, key_alias: "by-hand", max_budget: 1, rpm_limit: 3 });
  const [made] = await gateway.keys("by-hand");
  const stack: TestStack = await keyStack();
  const settings = { alias: "adopted", maxBudget: 20, adopt: "by-hand" };
  const program = (more: object) => stack.program(keyProgram(gateway.access, { ...settings, ...more }));

  await program({ adopt: "by-nobody" });
  expect(await stack.fails("up", "--yes", "--skip-preview")).toContain(
    "LiteLLM has no key with the alias or hash `by-nobody`, which `adopt` names",
  );

  await program({});
  expect(await stack.succeeds("preview", "--diff")).toMatch(/adopt\s*: "by-nobody" => "by-hand"/);
  await stack.up();
  expect(await gateway.info(made?.token ?? "")).toMatchObject({
    key_alias: "adopted",
    max_budget: 20,
    rpm_limit: null,
  });
  expect(await gateway.chat(byHand)).toBe(200);
  expect(await value(stack)).toBe("");
  expect(await stack.plan()).toEqual({});

  await program({ generation: 2 });
  await stack.up();
  expect(await gateway.chat(await value(stack))).toBe(200);
  expect(await gateway.chat(byHand)).toBe(200);
  expect(await aliases("adopted")).toEqual(["adopted", "adopted-g1"]);
  await stack.delete();
});

it("a stack with keys warns of a key that expires soon", { timeout: 240_000 }, async () => {
  const stack = await keyStack();
  await stack.program(keyProgram(gateway.access, { alias: "short-lived", duration: "3d" }));
  expect(await stack.up()).toContain("The key `team` expires in 3 days");
  expect(await stack.succeeds("preview")).toContain("The key `team` expires in 3 days");
  await stack.program(keyProgram(gateway.access, { alias: "short-lived", duration: "90d" }));
  expect(await stack.up()).not.toContain("expires in");
  await stack.delete();
});
