import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { setCallLimits } from "../../providers/litellm/call-limits.ts";
import { type Inputs, provider, type State } from "../../providers/litellm/virtual-key.ts";
import { documented, unvaried, UPDATE } from "./documented.ts";
import { type Fault, FaultyProxy } from "./faulty-proxy.ts";
import { TestGateway } from "./gateway.ts";
import { SCENARIOS, startOperation } from "./killed.ts";
import { operate } from "./operation.ts";

let gateway: TestGateway;
let proxy: FaultyProxy;

/** What happens, what is seen of it, and how it ends. */
const rows: [fault: string, seen: string, end: string][] = [];

beforeAll(async () => {
  gateway = await TestGateway.start();
  proxy = await FaultyProxy.start(gateway.url);
});

afterAll(async () => {
  await proxy.end();
  await gateway.delete();
});

beforeEach(() => {
  proxy.next();
});

afterEach(() => {
  setCallLimits();
});

let count = 0;

/** A key of a name of its own. */
function newKey(settings: Partial<Inputs> = {}): Inputs {
  const name = `fault-${String((count += 1)).padStart(3, "0")}`;
  const access = { gateway: { url: proxy.url }, masterKey: gateway.masterKey };
  return { ...access, alias: name, key: `sk-of-the-key-${name}`, maxBudget: 5, ...settings };
}

async function made(inputs: Inputs): Promise<State> {
  return (await provider.create(inputs)).outs as State;
}

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
  expect(text).not.toMatch(/sk-[a-z-]{6}/);
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
    expect(await stored(inputs.alias)).toEqual([[inputs.alias, 5]]);

    // Its time is the same for every call: once is enough.
    if (plan[0] === "hangs") plan.pop();
    proxy.next(...plan);
    const { outs } = await provider.update(state.token, state, { ...inputs, maxBudget: 6 });
    expect(await stored(inputs.alias)).toEqual([[inputs.alias, 6]]);

    proxy.next(...plan);
    await provider.delete(state.token, outs as State);
    expect(await stored(inputs.alias)).toEqual([]);
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
      const { outs } = await operate(operation);
      expect(await stored(inputs.alias)).toEqual(end(inputs.alias));
      if (outs) expect(await gateway.chat(outs.key)).toBe(200);
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
    for (const { alias } of all) expect(await stored(alias)).toEqual([[alias, 5]]);
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
    expect(await stored(inputs.alias)).toEqual([[inputs.alias, 5]]);
    rows.push(["the database is down for longer than 90 seconds", seen, "the next run goes on"]);
  });

  it("the alias is taken", async () => {
    const inputs = newKey();
    const other = await made(inputs);
    const seen = await message(made({ ...inputs, key: `${inputs.key}-of-another-stack` }));
    expect(seen).toContain("LiteLLM has another key with the alias `research-team`, which is not of this stack");
    expect(await stored(inputs.alias)).toEqual([[inputs.alias, 5]]);
    await provider.delete(other.token, other);
    await made({ ...inputs, key: `${inputs.key}-of-another-stack` });
    rows.push([
      "another stack, or somebody, has a key with the alias",
      seen,
      "the next run goes on once the alias is free",
    ]);
  });

  it("eight stacks make a key with one alias at once", async () => {
    const inputs = newKey();
    const stacks = Array.from({ length: 8 }, (_, stack) => ({ ...inputs, key: `${inputs.key}-of-stack-${stack}` }));
    const results = await Promise.allSettled(stacks.map(made));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await stored(inputs.alias)).toEqual([[inputs.alias, 5]]);
    rows.push([
      "eight stacks make a key with one alias at once",
      "the same, in seven of them",
      "the oldest key stays, alone",
    ]);
  });

  it("the key is deleted outside", async () => {
    const inputs = newKey();
    const state = await made(inputs);
    await gateway.call("POST", "/key/delete", { keys: [state.token] });
    expect(await provider.read(state.token, state)).toEqual({});
    // Without a refresh too.
    await provider.update(state.token, state, { ...inputs, maxBudget: 7 });
    expect(await stored(inputs.alias)).toEqual([[inputs.alias, 7]]);
    expect(await gateway.chat(inputs.key)).toBe(200);
    rows.push([
      "a key is deleted outside",
      "a refresh shows it; the preview makes it anew",
      "the same key works again",
    ]);
  });

  it("the key is blocked outside", async () => {
    const inputs = newKey();
    const state = await made(inputs);
    await gateway.call("POST", "/key/block", { key: state.token });
    expect(await gateway.chat(inputs.key)).toBe(401);
    const { props } = await provider.read(state.token, state);
    expect(props).toMatchObject({ blocked: true });
    await provider.update(state.token, props as State, inputs);
    expect(await gateway.chat(inputs.key)).toBe(200);
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
    const [gone = ""] = await Promise.all(
      Array.from({ length: 20 }, () => message(provider.delete(state.token, state))),
    );
    // Together, not each in turn.
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(gone).toContain("`pulumi state delete`");
    const whole = "the next run goes on; destroying a whole stack makes no call per key";
    rows.push(["the gateway is gone before its keys", gone, whole]);

    setCallLimits();
    gateway.masterKey = "sk-another-master-of-the-test";
    await gateway.startProxy();
    const changed = await message(provider.delete(state.token, state));
    expect(changed).toContain("run `pulumi up`, which gives the new one to all");
    expect(changed).not.toContain("pulumi state delete");
    const { masterKey } = gateway;
    const { outs } = await provider.update(state.token, state, { ...inputs, masterKey });
    await provider.delete(state.token, outs as State);
    expect(await stored(inputs.alias)).toEqual([]);
    rows.push(["the master key changed between `up` and `destroy`", changed, "`up`, then `destroy`"]);
  });
});

it("is what docs/virtual-keys.md says of faults", async () => {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const lines = rows.map((row) => `| ${row.map(cell).join(" | ")} |`);
  const { written, expected } = await documented(
    "faults",
    ["| what happens | what is seen | how it ends |", "| --- | --- | --- |", ...lines].join("\n"),
  );
  expect(written, UPDATE).toBe(expected);
});
