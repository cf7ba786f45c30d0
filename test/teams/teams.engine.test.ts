import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { tokenOf } from "../../providers/litellm/key-value.ts";
import { AttackedGateway } from "../security/attacked-gateway.ts";
import { pathOf } from "../security/proxy-routes.ts";
import type { TestStack } from "../toolchain/plugins/stack.ts";
import { FaultyProxy } from "../virtual-keys/faulty-proxy.ts";
import { keysProgram, keyStack } from "../virtual-keys/key-stack.ts";

/** Every route of the proxy, which `test/security/routes.engine.test.ts` holds against the installed LiteLLM. */
const ROUTES = new URL("../security/routes.json", import.meta.url);

// Teams on the real engine and the real LiteLLM, with the request guard before it. All tests share one stack, and each of
// them replaces the teams and keys of the one before it by its own.
vi.setConfig({ testTimeout: 300_000 });

let gateway: AttackedGateway;
let proxy: FaultyProxy;
let stack: TestStack;

beforeAll(async () => {
  // The guard hands on what a project may send; that a team's metadata allows it to nobody is tried below.
  const projects = { shaper: { models: ["gpt-4o"], budget: 8, parameters: ["top_k"] } };
  [gateway, stack] = await Promise.all([
    AttackedGateway.start((settings) => ({ ...settings, projects }), { PROXY_BATCH_WRITE_AT: "1" }),
    keyStack(),
  ]);
  proxy = await FaultyProxy.start(gateway.url);
});

afterAll(async () => {
  await proxy.end();
  await gateway.delete();
});

type Entries = Record<string, object>;

/** Replaces the program by one with these teams and keys, which reaches LiteLLM through the proxy that lets calls go wrong. */
async function program(teams: Entries, keys: Entries): Promise<void> {
  const access = { gatewayAccess: { url: proxy.url }, masterKey: gateway.masterKey };
  const named = Object.entries(keys).map(([name, key]) => [name, { alias: name, models: ["gpt-4o"], ...key }] as const);
  await stack.program(keysProgram(access, Object.fromEntries(named), teams));
}

const values = async () =>
  JSON.parse(await stack.succeeds("stack", "output", "values", "--show-secrets", "--json")) as Record<string, string>;
const refresh = () => stack.succeeds("refresh", "--yes", "--skip-preview");
const call = <T = unknown>(path: string, body: object) => gateway.management.post<T>(path, body);
const team = async (name: string) =>
  (await gateway.management.get<{ team_info: Record<string, unknown> }>(`/team/info?team_id=${name}`)).team_info;
const info = async (key = "") =>
  (await gateway.management.get<{ info: Record<string, unknown> }>(`/key/info?key=${tokenOf(key)}`)).info;

/** What LiteLLM answers to a chat request. */
async function chat(key = "", model = "gpt-4o", more: object = {}): Promise<string> {
  const body = { model, messages: [{ role: "user", content: "Hello" }], max_tokens: 5, ...more };
  const { status, text } = await gateway.send("/v1/chat/completions", { key, body });
  return status === 200 ? "200" : `${status} ${text}`;
}

/** Waits until `look` does not fail any more: LiteLLM counts a moment after its answer. */
const soon = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 90_000, interval: 300 });

it("teams are made before the keys in them, and what has not changed is not touched", async () => {
  const limits = { models: ["gpt-4o", "embedder"], budgetDuration: "30d", metadata: { floor: "3" } };
  const teams = { "still-a": { ...limits, maxBudget: 10, softBudget: 8 }, "still-b": limits, "still-c": limits };
  const names = ["still-1", "still-2", "still-3", "still-4"];
  const keys = Object.fromEntries(names.map((name, index) => [name, { teamId: Object.keys(teams)[index % 3] }]));
  await program(teams, keys);
  await stack.up();
  for (const key of Object.values(await values())) expect(await chat(key)).toBe("200");
  expect(await team("still-a")).toMatchObject({
    ...{ team_alias: "still-a", models: limits.models, max_budget: 10, soft_budget: 8, budget_duration: "30d" },
    metadata: { floor: "3", managed_by: expect.stringMatching(/^llm-gateway [0-9a-f]{16}$/) as string },
  });
  await refresh();
  // Another order of names means nothing.
  await program({ ...teams, "still-b": { ...limits, models: ["embedder", "gpt-4o"] } }, keys);
  expect(await stack.plan()).toEqual({});
});

it("a team's hard budget and models hold for all its keys, whichever spent it", async () => {
  const keys = {
    "spends-1": { teamId: "spends", models: ["gpt-4o", "gemini-flash"] },
    "spends-2": { teamId: "spends" },
  };
  const settings = { models: ["gpt-4o"], budgetDuration: "30d" };
  await program({ spends: { ...settings, maxBudget: 0.0001 } }, keys);
  await stack.up();
  const made = await values();
  expect(await chat(made["spends-1"], "gemini-flash")).toMatch(/^403 .*team_model_access_denied/);
  await soon(async () => {
    if ((await chat(made["spends-1"])) === "200") throw new Error("The team may go on.");
  });
  // It has not spent a cent itself, and its own budget knows no limit.
  expect(await chat(made["spends-2"])).toMatch(/^429 .*Budget has been exceeded! Team=spends/);
  await program({ spends: { ...settings, maxBudget: 5 } }, keys);
  await stack.up();
  expect(await chat(made["spends-2"])).toBe("200");
});

it("a key that moves between teams, in or out keeps its value and what it spent, also to a narrower team", async () => {
  const wide = { models: ["gpt-4o", "gemini-flash"] };
  const narrow = { models: ["embedder", "gpt-4o"], tpmLimit: 1000, rpmLimit: 20 };
  await program({ "moves-a": wide }, { moves: { ...wide, teamId: "moves-a", tpmLimit: 9000 } });
  await stack.up();
  const { moves: first } = await values();
  expect(await chat(first, "gemini-flash")).toBe("200");
  const spent = await soon(async () => {
    const { spend } = await info(first);
    if (!(Number(spend) > 0)) throw new Error("The spend isn't written yet.");
    return Number(spend);
  });

  // The old team goes in the same update, after the key has left it.
  const moved = { models: ["gpt-4o"], tpmLimit: 500, rpmLimit: 10, teamId: "moves-b" };
  await program({ "moves-b": narrow }, { moves: moved });
  expect(await stack.plan()).toEqual({ "team-moves-a": "delete", "team-moves-b": "create", keys: "update" });
  await stack.up();
  expect(await values()).toEqual({ moves: first });
  const stored = await info(first);
  expect(stored).toMatchObject({ team_id: "moves-b", tpm_limit: 500, models: ["gpt-4o"] });
  expect(Number(stored["spend"])).toBeGreaterThanOrEqual(spent);
  expect(await chat(first, "gemini-flash")).toMatch(/^403/);
  expect(await chat(first)).toBe("200");
  await expect(team("moves-a")).rejects.toThrow("404");

  // A key that was replaced and is still valid moves with its successor.
  await program({ "moves-b": narrow }, { moves: { ...moved, generation: 2 } });
  await stack.up();
  await program({ "moves-c": wide }, { moves: { ...wide, teamId: "moves-c", generation: 2 } });
  await stack.up();
  const { moves: second } = await values();
  expect([await info(first), await info(second)]).toMatchObject([
    { team_id: "moves-c", key_alias: "moves-g1" },
    { team_id: "moves-c", key_alias: "moves" },
  ]);
  expect(await chat(first, "gemini-flash")).toBe("200");

  await program({}, { moves: { ...wide, generation: 2 } });
  await stack.up();
  for (const key of [first, second]) {
    expect((await info(key))["team_id"]).toBeNull();
    expect(await chat(key, "gemini-flash")).toBe("200");
  }
});

it("a team with keys that this stack didn't make stays, and its keys with it", async () => {
  await program({ kept: { models: ["gpt-4o"] } }, { kept: { teamId: "kept" } });
  await stack.up();
  const { key } = await call<{ key: string }>("/key/generate", { key_alias: "by-hand", team_id: "kept" });
  await program({}, { kept: {} });
  const failure = await stack.fails("up", "--yes", "--skip-preview");
  expect(failure).toContain("The team `kept` still has keys in LiteLLM, which would be deleted with it: `by-hand`.");
  for (const one of [key, (await values())["kept"]]) expect(await chat(one)).toBe("200");

  await call("/key/update", { key, team_id: null });
  await stack.up();
  await expect(team("kept")).rejects.toThrow("404");
  expect(await chat(key)).toBe("200");
});

it("a refresh finds what was changed of a team by hand, and the next update repairs it", async () => {
  const settings = { models: ["gpt-4o"], maxBudget: 5, budgetDuration: "30d" };
  await program({ drifts: settings }, { drifts: { teamId: "drifts" } });
  await stack.up();
  const made = await values();
  await call("/team/update", {
    ...{ team_id: "drifts", models: ["gpt-4o", "gemini-flash"], max_budget: 1000, blocked: true },
    ...{ metadata: { guardrails: ["none"] } },
  });
  expect(await chat(made["drifts"])).toMatch(/^40[13]/);
  await refresh();
  const [, properties = ""] =
    /litellm:Team\s+team-drifts\s+update\s+\[diff: ([^\]]*)\]/.exec(await stack.succeeds("preview")) ?? [];
  expect(
    properties
      .split(/[~+,-]/)
      .filter(Boolean)
      .sort(),
  ).toEqual(["byHand", "mark", "maxBudget", "metadata", "models"]);
  await stack.up();
  expect(await team("drifts")).toMatchObject({ models: ["gpt-4o"], max_budget: 5, blocked: false });
  expect(Object.keys((await team("drifts"))["metadata"] as object)).toEqual(["managed_by"]);
  expect(await chat(made["drifts"])).toBe("200");

  // With a team, LiteLLM deletes its keys. Both come back, the keys with their values.
  await call("/team/delete", { team_ids: ["drifts"] });
  expect(await chat(made["drifts"])).toMatch(/^401/);
  await program({ drifts: settings }, { drifts: { teamId: "drifts" }, "drifts-new": { teamId: "drifts" } });
  expect(await stack.fails("up", "--yes", "--skip-preview")).toContain("Its team `drifts` is gone from LiteLLM");
  await refresh();
  await stack.up();
  const again = await values();
  expect(again).toMatchObject(made);
  for (const key of Object.values(again)) expect(await chat(key)).toBe("200");
  expect(await stack.plan()).toEqual({});
});

it("a team that was being made when the run was killed is taken over, and nobody else's is", async () => {
  const settings = { models: ["gpt-4o"], maxBudget: 5, budgetDuration: "30d" };
  const keys = { killed: { teamId: "killed" } };
  await program({ killed: settings }, keys);
  proxy.next("reply hangs");
  const update = stack.start("up", "--yes", "--skip-preview");
  expect(await proxy.calls(1)).toEqual(["POST /team/new"]);
  update.kill("SIGKILL");
  await update;
  await stack.succeeds("cancel", "--yes");
  expect(await team("killed")).toMatchObject({ max_budget: 5 });
  proxy.next();
  // Meanwhile the settings say something else.
  await program({ killed: { ...settings, maxBudget: 6 } }, keys);
  await stack.up();
  expect(await team("killed")).toMatchObject({ max_budget: 6 });
  expect(await chat((await values())["killed"])).toBe("200");

  await call("/team/new", { team_id: "other", models: ["gemini-flash"] });
  await program({ killed: { ...settings, maxBudget: 6 }, other: settings }, keys);
  expect(await stack.fails("up", "--yes", "--skip-preview")).toContain(
    "LiteLLM has a team `other` that this stack didn't make: write another name in `teams`",
  );
  expect(await team("other")).toMatchObject({ models: ["gemini-flash"], metadata: {} });
});

it("what deletes a whole stack makes no call, neither for a key nor for a team, and its state shows no secret", async () => {
  const state = await stack.exported();
  for (const secret of [gateway.masterKey, ...Object.values(await values())]) expect(state).not.toContain(secret);
  proxy.next();
  await stack.delete();
  expect(await proxy.calls(0)).toEqual([]);
});

describe("a key in a team", () => {
  let key: string;

  beforeAll(async () => {
    await call("/team/new", { team_id: "curious", models: ["gpt-4o"], metadata: { allowed_parameters: ["top_k"] } });
    ({ key } = await call<{ key: string }>("/key/generate", { team_id: "curious", models: ["gpt-4o"] }));
  });

  it("opens no route of teams' data", async () => {
    const all = JSON.parse(await readFile(ROUTES, "utf8")) as Record<string, string>;
    const routes = Object.keys(all).filter((route) => /\/teams?(\/|$)/.test(route));
    expect(routes.length).toBeGreaterThan(30);
    const body = { team_id: "curious", team_ids: ["curious"], max_budget: 1000, models: [] };
    const statuses = await Promise.all(
      routes.map(async (route) => {
        const [method = "", path = ""] = route.split(" ");
        const place = pathOf({ kind: "Route", methods: [method], path });
        const sent = method === "GET" ? { method } : { method, body };
        return [route, (await gateway.send(`${place}?team_id=curious`, { key, ...sent })).status] as const;
      }),
    );
    expect(statuses.filter(([, status]) => status !== 401 && status !== 403 && status !== 404)).toEqual([]);
    expect(await team("curious")).toMatchObject({ max_budget: null, models: ["gpt-4o"] });
  });

  it("may send no parameter that only its team's metadata allows", async () => {
    expect(await chat(gateway.keys["shaper"], "gpt-4o", { top_k: 5 })).toBe("200");
    expect(await chat(key, "gpt-4o", { top_k: 5 })).toMatch(/^400 .*`top_k` is not a parameter of this API/);
    expect(await chat(key)).toBe("200");
  });
});
