import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { setCallLimits } from "../../providers/litellm/retry-budget.ts";
import type { KeyInputs, KeySet } from "../../providers/litellm/key-set.ts";
import { provider } from "../../providers/litellm/virtual-keys.ts";
import { documented, unvaried, UPDATE } from "./documented.ts";
import type { Fault } from "./faulty-proxy.ts";
import { gatewayBehindProxy } from "./gateway-behind-proxy.ts";
import { SCENARIOS, startOperation } from "./killed.ts";
import { oneKey, settingsOf, valueOf, withSettings } from "./one-key.ts";
import { operate, wantedOf } from "./operation.ts";

const { gateway, proxy } = await gatewayBehindProxy();

/** What happens, what is seen of it, and how it ends. */
const rows: [fault: string, seen: string, end: string][] = [];

beforeEach(() => {
  proxy.next();
});

afterEach(() => {
  setCallLimits();
});

let count = 0;
/** A key with an alias of its own. */
function newKey(settings: Partial<KeyInputs> = {}): KeySet {
  const alias = `fault-${String((count += 1)).padStart(3, "0")}`;
  const access = { gatewayAccess: { url: proxy.url }, masterKey: gateway.masterKey };
  return oneKey(access, { alias, maxBudget: 5, ...settings });
}

/** The same key as another stack would make it. */
function ofStack(stack: string, inputs: KeySet): KeySet {
  return { ...inputs, keySeed: `seed of stack ${stack}` };
}

async function made(inputs: KeySet): Promise<KeySet> {
  return (await provider.create(inputs)).outs as KeySet;
}

async function updated(state: KeySet, inputs: KeySet): Promise<KeySet> {
  return (await provider.update("", state, inputs)).outs as KeySet;
}

const aliasOf = (inputs: KeySet) => settingsOf(inputs).alias;

/** The settings that matter here of all keys with an alias that begins like this. */
async function stored(prefix: string): Promise<unknown[]> {
  const keys = await gateway.keys(prefix);
  const infos = await Promise.all(keys.map(({ token }) => gateway.info(token)));
  return infos.map((info) => [info["key_alias"], info["max_budget"]]);
}

/** The message of a failure. */
async function message(failing: Promise<unknown>): Promise<string> {
  const error: unknown = await failing.then(
    () => expect.unreachable("it succeeded"),
    (reason: unknown) => reason,
  );
  const text = error instanceof Error ? error.message : String(error);
  expect(text).not.toMatch(/sk-\w{6}/);
  return unvaried(text);
}

describe("passing faults", () => {
  const faults: [string, Fault[]][] = [
    ["the answer to a call gets lost after LiteLLM acted on it", ["reply lost"]],
    ["LiteLLM, or what is in front of it, answers 500", [{ status: 500, body: "{}" }]],
    ["… 503", [{ status: 503, body: "upstream connect error" }]],
    ["… 429", [{ status: 429, body: "{}" }]],
    ["… 200 with something that is not LiteLLM's", [{ status: 200, body: "<html>Welcome</html>" }]],
    ["a call is never answered", ["hangs"]],
  ];

  it.for(faults)("%s: the call is tried again", async ([name, plan]) => {
    const inputs = newKey();
    proxy.next(...plan);
    const state = await made(inputs);
    expect(await stored(aliasOf(inputs))).toEqual([[aliasOf(inputs), 5]]);

    // Its time is the same for every call: once is enough.
    if (plan[0] === "hangs") plan.pop();
    proxy.next(...plan);
    const raised = await updated(state, withSettings(inputs, { maxBudget: 6 }));
    expect(await stored(aliasOf(inputs))).toEqual([[aliasOf(inputs), 6]]);

    proxy.next(...plan);
    await provider.delete("", raised);
    expect(await stored(aliasOf(inputs))).toEqual([]);
    rows.push([name, "nothing", "the call is tried again at once"]);
  });
});

it.for(Object.keys(SCENARIOS))("our process is killed at any call of: %s", async (name) => {
  const { prepare, end } = SCENARIOS[name] ?? expect.unreachable(name);
  const rehearsal = await prepare(gateway, newKey());
  proxy.next();
  await operate(rehearsal);
  const calls = (await proxy.calls(1)).length;

  for (const fault of ["hangs", "reply hangs"] as const) {
    for (let call = 0; call < calls; call += 1) {
      const inputs = newKey();
      const operation = await prepare(gateway, inputs);
      proxy.next(...Array<Fault>(call).fill("none"), fault);
      const killed = startOperation(operation);
      await proxy.calls(call + 1);
      killed.kill("SIGKILL");
      await killed;

      proxy.next();
      await operate(operation);
      expect(await stored(aliasOf(inputs))).toEqual(end(aliasOf(inputs)));
      const wanted = wantedOf(operation);
      if (wanted) expect(await gateway.chat(valueOf(wanted))).toBe(200);
    }
  }
  const fault = `our process is killed during: ${name}, before or after any of its ${calls} calls`;
  rows.push([fault, "nothing", "the next run ends it"]);
});

describe("lasting faults", () => {
  it("the proxy restarts in the middle of many creates", async () => {
    const all = Array.from({ length: 16 }, () => newKey());
    const creating = all.map(made);
    await proxy.calls(5);
    await gateway.stopProxy();
    await gateway.startProxy();
    await Promise.all(creating);
    for (const inputs of all) expect(await stored(aliasOf(inputs))).toEqual([[aliasOf(inputs), 5]]);
    rows.push(["the proxy restarts while 16 keys are made at once", "nothing", "all 16 are there, once each"]);
  });

  it("the database is down", async () => {
    const inputs = newKey();
    await gateway.postgres.stop();
    setCallLimits(JSON.stringify({ management: { patience: 1 } }));
    const seen = await message(made(inputs));
    expect(seen).toMatch(/LiteLLM answered 5\d\d to POST/);
    await gateway.postgres.start();
    setCallLimits();
    await made(inputs);
    expect(await stored(aliasOf(inputs))).toEqual([[aliasOf(inputs), 5]]);
    rows.push(["the database is down for longer than 90 seconds", seen, "the next run goes on"]);
  });

  it("the alias is taken", async () => {
    const inputs = newKey();
    const other = await made(inputs);
    const seen = await message(made(ofStack("other", inputs)));
    expect(seen).toContain("LiteLLM has another key with this alias, which is not of this set");
    expect(await stored(aliasOf(inputs))).toEqual([[aliasOf(inputs), 5]]);
    await provider.delete("", other);
    await made(ofStack("other", inputs));
    rows.push([
      "another stack, or somebody, has a key with the alias",
      seen,
      "the next run goes on once the alias is free",
    ]);
  });

  it("eight stacks make a key with one alias at once", async () => {
    const inputs = newKey();
    const stacks = Array.from({ length: 8 }, (_, stack) => ofStack(String(stack), inputs));
    const results = await Promise.allSettled(stacks.map(made));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await stored(aliasOf(inputs))).toEqual([[aliasOf(inputs), 5]]);
    rows.push([
      "eight stacks make a key with one alias at once",
      "the same, in seven of them",
      "the oldest key stays, alone",
    ]);
  });

  it("the key is deleted outside", async () => {
    const inputs = newKey();
    const state = await made(inputs);
    await gateway.call("POST", "/key/delete", { keys: [settingsOf(state).token] });
    const { props, inputs: seen } = await provider.read("", state);
    for (const set of [props, seen]) expect(set).not.toHaveProperty("team");
    // Without a refresh too.
    await updated(state, withSettings(inputs, { maxBudget: 7 }));
    expect(await stored(aliasOf(inputs))).toEqual([[aliasOf(inputs), 7]]);
    expect(await gateway.chat(valueOf(inputs))).toBe(200);
    rows.push(["a key is deleted outside", "a refresh shows it; the preview recreates it", "the same key works again"]);
  });

  it("the key is blocked outside", async () => {
    const inputs = newKey();
    const state = await made(inputs);
    await gateway.call("POST", "/key/block", { key: settingsOf(state).token });
    expect(await gateway.chat(valueOf(inputs))).toBe(401);
    const { props } = await provider.read("", state);
    expect(settingsOf(props)).toMatchObject({ blocked: true });
    await updated(props as KeySet, inputs);
    expect(await gateway.chat(valueOf(inputs))).toBe(200);
    rows.push(["a key is blocked outside", "a refresh shows `blocked`", "the next update unblocks it"]);
  });

  it("the master key is wrong", async () => {
    const seen = await message(made({ ...newKey(), masterKey: "sk-wrong-master-key" }));
    expect(seen).toContain("it does not accept the master key");
    rows.push(["the master key is wrong", seen, "the next run with the right one goes on"]);
  });

  it("the proxy is down, and comes back with another master key", async () => {
    const inputs = newKey();
    const state = await made(inputs);
    await gateway.stopProxy();
    setCallLimits(JSON.stringify({ management: { patience: 1 } }));
    const down = await message(made(newKey()));
    expect(down).toContain("LiteLLM can't be reached at http://127.0.0.1:4000 for POST /key/generate");
    rows.push(["the proxy is down for longer than 90 seconds", down, "the next run goes on"]);

    const started = Date.now();
    const [gone = ""] = await Promise.all(Array.from({ length: 20 }, () => message(provider.delete("", state))));
    // Together, not each in turn.
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(gone).toContain("`pulumi state delete`");
    const whole = "the next run goes on; destroying a whole stack makes no call per key";
    rows.push(["the gateway is gone before its keys", gone, whole]);

    setCallLimits();
    gateway.masterKey = "sk-another-master-of-the-test";
    await gateway.startProxy();
    const changed = await message(provider.delete("", state));
    expect(changed).toContain("run `pulumi up`, which gives the new one to all");
    expect(changed).not.toContain("pulumi state delete");
    const { masterKey } = gateway;
    await provider.delete("", await updated(state, { ...inputs, masterKey }));
    expect(await stored(aliasOf(inputs))).toEqual([]);
    rows.push(["the master key changed between `up` and `destroy`", changed, "`up`, then `destroy`"]);
  });
});

it("the table of faults is what docs/virtual-keys.md says", async () => {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const lines = rows.map((row) => `| ${row.map(cell).join(" | ")} |`);
  const { written, expected } = await documented(
    "faults",
    ["| what happens | what is seen | how it ends |", "| --- | --- | --- |", ...lines].join("\n"),
  );
  expect(written, UPDATE).toBe(expected);
});
