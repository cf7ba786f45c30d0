import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { tokenOf } from "../../providers/litellm/key-value.ts";
import { ProjectsStack } from "./projects-stack.ts";

// The settings' projects in a real Sagewai admin, with real keys of a real LiteLLM. Each test goes on where the one before it ended.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const MOCK = "A mocked answer.";
const research = { models: ["gpt-4o", "gpt-4o-mini"], budget: 40 };
const support = { models: ["gpt-4o-mini"], budget: 8, environment: "staging" };

let projects: ProjectsStack;

beforeAll(async () => {
  projects = await ProjectsStack.start();
});

afterAll(() => projects.delete());

it("a project of the settings is there in Sagewai with its own key and limit, and the next preview shows no change", async () => {
  await projects.program({ research, support });
  await projects.up();
  const keys = await projects.keys();
  expect(await projects.stored("research")).toMatchObject({
    record: { name: "research", environment: "production", default_model: "gpt-4o", status: "active" },
    provider: {
      ...{ id: "llm-gateway-research", provider_name: "vllm", default: true, managed_by: "llm-gateway" },
      config: {
        ...{ base_url: `${projects.gateway.url}/v1`, api_key_set: true, model: "gpt-4o" },
        key_sha256: tokenOf(keys["research"] ?? ""),
      },
    },
    limit: { agent_name: "*", monthly_limit_usd: 40, budget_duration: "30d" },
  });
  expect((await projects.stored("support")).record).toMatchObject({ environment: "staging" });
  expect(await projects.call("POST", "providers/llm-gateway-research/test", {})).toMatchObject({
    connected: true,
    models: ["gpt-4o", "gpt-4o-mini"],
  });
  expect(await projects.changes()).toEqual([]);
});

it("a run in Sagewai is charged to its project's key, one without a project to the admin's, and an unknown project gets nothing", async () => {
  expect([await projects.run("research"), await projects.run("support"), await projects.run("support")]).toEqual([
    MOCK,
    MOCK,
    MOCK,
  ]);
  expect([await projects.run(), await projects.run(), await projects.run(), await projects.run("default")]).toEqual([
    MOCK,
    MOCK,
    MOCK,
    MOCK,
  ]);
  expect(await projects.run("nobody")).toMatch(/^refused: No API key configured/);
  const keys = await projects.keys();
  await expect
    .poll(() => projects.charges(keys), { timeout: 60_000, interval: 1000 })
    .toEqual({ research: 1, support: 2, "sagewai-admin": 4 });
});

it("a project of the settings is changed in Sagewai as one property of one resource, and another one comes as one", async () => {
  const changed = { ...support, budget: 12, defaultModel: "gpt-4o", models: ["gpt-4o-mini", "gpt-4o"] };
  await projects.program({ research, support: { ...changed, environment: "development" }, late: {} });
  expect(await projects.changes()).toEqual([
    "update VirtualKeys projects: late, support",
    "update Projects sagewai-projects: late, support",
  ]);
  await projects.up();
  const { record, provider, limit } = await projects.stored("support");
  expect([record, provider?.config, limit]).toMatchObject([
    { environment: "development", default_model: "gpt-4o" },
    { model: "gpt-4o" },
    { monthly_limit_usd: 12 },
  ]);
  expect(await projects.changes()).toEqual([]);
});

it("a project's provider gets the key's next value in the same update, while the former one still works, or at once", async () => {
  const before = await projects.keys();
  await projects.program({ research: { ...research, generation: 2 }, support }, { generation: 2 });
  const preview = await projects.stack.succeeds("preview", "--diff");
  expect(preview).toContain(`"${tokenOf(before["research"] ?? "")}" => "`);
  for (const key of Object.values(before)) expect(preview).not.toContain(key);
  await projects.up();
  const after = await projects.keys();
  expect((await projects.stored("research")).provider?.config["key_sha256"]).toBe(tokenOf(after["research"] ?? ""));
  expect((await projects.stored("no.project")).provider?.config["key_sha256"]).toBe(
    tokenOf(after["sagewai-admin"] ?? ""),
  );
  expect([await projects.run("research"), await projects.run(), await projects.run("default")]).toEqual([
    MOCK,
    MOCK,
    MOCK,
  ]);
  expect(await projects.gateway.chat(before["research"] ?? "")).toBe(200);

  await projects.program({ research: { ...research, generation: 3, overlap: "0s" }, support }, { generation: 2 });
  await projects.up();
  expect(await projects.gateway.chat(after["research"] ?? "")).toBe(401);
  expect(await projects.run("research")).toBe(MOCK);
  expect(await projects.changes()).toEqual([]);
});

it("a project that left the settings is gone from Sagewai with its provider and limit, and the others stay", async () => {
  const nothing = { record: undefined, provider: undefined, limit: undefined };
  expect(await projects.stored("late")).toEqual(nothing);
  expect((await projects.stored("support")).limit).toMatchObject({ monthly_limit_usd: 8 });
});

it("what was changed in Sagewai behind the stack's back is seen by a refresh, the stored key too, and repaired", async () => {
  const keys = await projects.keys();
  const { provider, limit } = await projects.stored("research");
  const withKey = (api_key: string | undefined) => ({ ...provider, config: { ...provider?.config, api_key } });
  // Another key that works, and all else as it was: only the hash of what is stored tells.
  await projects.call("POST", "providers", withKey(keys["support"]), "research");
  await projects.call("PATCH", "projects/support", { environment: "production", status: "inactive" });
  await projects.call("POST", "budget/limits", { ...limit, monthly_limit_usd: 1000 }, "support");
  await projects.call("DELETE", "providers/llm-gateway-default");
  await projects.refresh();
  expect(await projects.changes()).toEqual(["update Projects sagewai-projects: research, support, unscopedRuns"]);
  const preview = await projects.stack.succeeds("preview", "--diff");
  expect(preview).toMatch(/environment *: "production" => "staging"/);
  expect(preview).toMatch(/budget *: 1000 => 8/);
  expect(preview).toContain(`"${tokenOf(keys["support"] ?? "")}" => "${tokenOf(keys["research"] ?? "")}"`);
  expect(preview).toContain('"default: provider"');
  expect(preview).toContain('"record.status"');
  await projects.up();
  expect(await projects.run("research")).toBe(MOCK);
  expect((await projects.stored("research")).provider?.config["key_sha256"]).toBe(tokenOf(keys["research"] ?? ""));
  expect((await projects.stored("support")).record).toMatchObject({ environment: "staging", status: "active" });
  expect((await projects.stored("support")).limit).toMatchObject({ monthly_limit_usd: 8 });
  expect(await projects.run("default")).toBe(MOCK);

  // All of one is gone, or parts of it.
  await projects.call("DELETE", "projects/support");
  await projects.call("DELETE", "providers/llm-gateway-support");
  await projects.call("DELETE", "budget/limits/*", undefined, "support");
  await projects.call("DELETE", "budget/limits/*", undefined, "research");
  await projects.call("DELETE", "providers/llm-gateway-no.project");
  await projects.refresh();
  expect(await projects.changes()).toEqual(["update Projects sagewai-projects: research, support, unscopedRuns"]);
  await projects.up();
  expect([await projects.run("support"), await projects.run()]).toEqual([MOCK, MOCK]);
  expect((await projects.stored("research")).limit).toMatchObject({ monthly_limit_usd: 40 });
  await projects.refresh();
  expect(await projects.changes()).toEqual([]);
});

it("a project that was made when the update was killed is gone on with", async () => {
  await projects.program(
    { research: { ...research, generation: 3, overlap: "0s" }, support, killed: {} },
    { generation: 2 },
  );
  // The project is there, and nobody has heard of it.
  await projects.killedUp(1);
  expect(await projects.stored("killed")).toMatchObject({ record: { slug: "killed" }, provider: undefined });
  await projects.up();
  expect(await projects.run("killed")).toBe(MOCK);
  expect(await projects.changes()).toEqual([]);
});

it("a project that fails keeps no other one from being made, and the next update does the rest", async () => {
  const others = { research: { ...research, generation: 3, overlap: "0s" }, killed: {} };
  await projects.program({ ...others, one: {}, two: {} }, { generation: 2 });
  const refused = { status: 422, body: '{"detail":"not today"}' };
  // Three for what goes, and then the first of what comes.
  projects.proxy.next("none", "none", "none", refused);
  const said = await projects.stack.fails("up", "--yes", "--skip-preview");
  expect(said).toMatch(
    /`(one|two)`: The Sagewai admin answered 422 to POST \/api\/v1\/projects: \{"detail":"not today"\}/,
  );
  expect(await projects.stored("support")).toMatchObject({ record: undefined, provider: undefined, limit: undefined });
  const made = await Promise.all(["one", "two"].map((name) => projects.run(name)));
  expect(made.filter((text) => text === MOCK)).toHaveLength(1);
  projects.proxy.next();
  await projects.up();
  expect(await Promise.all(["one", "two"].map((name) => projects.run(name)))).toEqual([MOCK, MOCK]);
  expect(await projects.changes()).toEqual([]);
});

it("a project that somebody has made in Sagewai is taken over, with its provider", async () => {
  await projects.call("POST", "projects", { name: "By hand", slug: "adopted", environment: "development" });
  const config = { base_url: "http://127.0.0.1:9/v1", api_key: "sk-by-hand", model: "gpt-4" };
  await projects.call("POST", "providers", { provider_name: "vllm", default: true, config }, "adopted");
  await projects.program({ research: { ...research, generation: 3 }, adopted: support }, { generation: 2 });
  await projects.up();
  expect(await projects.stored("adopted")).toMatchObject({
    record: { name: "adopted", environment: "staging" },
    provider: { managed_by: "llm-gateway", config: { model: "gpt-4o-mini" } },
  });
  expect(await projects.run("adopted")).toBe(MOCK);
});

it("a project whose key was taken over has no provider in Sagewai, as nobody knows the key, until the key's next generation", async () => {
  await projects.gateway.call("POST", "/key/generate", { key: "sk-of-somebody-by-hand", key_alias: "by-hand" });
  const taken = { adopt: "by-hand" };
  await projects.program({ research: { ...research, generation: 3 }, taken }, { generation: 2 });
  await projects.up();
  expect(await projects.stored("taken")).toMatchObject({ record: { slug: "taken" }, limit: {}, provider: undefined });
  expect(await projects.run("taken")).toMatch(/^refused: No API key configured/);
  await projects.refresh();
  expect(await projects.changes()).toEqual([]);
  await projects.program(
    { research: { ...research, generation: 3 }, taken: { ...taken, generation: 2 } },
    { generation: 2 },
  );
  await projects.up();
  expect(await projects.run("taken")).toBe(MOCK);
});

it("a project of the settings that is called default has its own key, and runs without a project stay the admin's", async () => {
  const keys = () => projects.keys();
  const hashes = async () => {
    const stored = await Promise.all(["default", "no.project"].map((scope) => projects.stored(scope)));
    return stored.map(({ provider }) => provider?.config["key_sha256"]);
  };
  const program = (more: object) =>
    projects.program({ research: { ...research, generation: 3 }, ...more }, { generation: 2 });
  await program({ default: support });
  expect(await projects.changes()).toEqual([
    "update VirtualKeys projects: default, taken",
    "update Projects sagewai-projects: default, taken",
  ]);
  await projects.up();
  const [own, admin] = [(await keys())["default"] ?? "", (await keys())["sagewai-admin"] ?? ""].map(tokenOf);
  expect(await hashes()).toEqual([own, admin]);
  expect(await projects.stored("default")).toMatchObject({
    record: { name: "default", environment: "staging" },
    limit: { monthly_limit_usd: 8 },
  });
  expect([await projects.run("default"), await projects.run()]).toEqual([MOCK, MOCK]);

  await program({});
  await projects.up();
  expect(await hashes()).toEqual([admin, admin]);
  expect(await projects.stored("default")).toMatchObject({
    record: { name: "Default", environment: "production", default_model: null },
    limit: undefined,
  });
  await projects.refresh();
  expect(await projects.changes()).toEqual([]);
});

it("the admin starts with another master key though providers are stored, also when nobody has the former one", async () => {
  const { sagewai } = projects;
  const former = sagewai.declared.masterKey;
  const other = (byte: number) => Buffer.alloc(32, byte).toString("base64url") + "=";
  const restart = async (keys: string) => {
    await projects.admin.stop();
    sagewai.declared.masterKey = keys;
    const { exitCode, output } = await sagewai.setUp();
    expect(exitCode, output).toBe(0);
    projects.admin = await sagewai.serve();
  };
  await restart(`${other(2)} ${former}`);
  expect([await projects.run("research"), await projects.run()]).toEqual([MOCK, MOCK]);
  await restart(other(3));
  expect(await projects.run("research")).toMatch(/^refused/);
  await projects.program({ research: { ...research, generation: 3 } }, { generation: 2, encryptionKeyHash: "another" });
  expect(await projects.changes()).toEqual(["update Projects sagewai-projects: encryptionKeyHash"]);
  await projects.up();
  expect([await projects.run("research"), await projects.run()]).toEqual([MOCK, MOCK]);
});

it("a stack with projects has no key in plain text in its state, also after a refresh", async () => {
  await projects.refresh();
  const state = await projects.stack.exported();
  expect(state).toContain("keySha256");
  const secrets = ["sw_token-of-the-test", ...Object.values(await projects.keys())].filter((secret) => secret !== "");
  expect(secrets).toHaveLength(3);
  expect(secrets.filter((secret) => state.includes(secret))).toEqual([]);
});

it("a stack with projects leaves nothing of them in Sagewai when their resource goes, and is destroyed though the admin is gone", async () => {
  const program = { research: { ...research, generation: 3 } };
  await projects.stack.succeeds("up", "--yes", "--skip-preview", "--replace", "**::sagewai-projects");
  expect(await projects.run("research")).toBe(MOCK);
  await projects.stack.succeeds("destroy", "--yes", "--skip-preview", "--target", "**::sagewai-projects");
  expect(await projects.call("GET", "providers")).toEqual([]);
  expect(await projects.call("GET", "budget/limits")).toEqual([]);
  expect(await projects.call<object[]>("GET", "projects")).toMatchObject([{ slug: "default", name: "Default" }]);
  await projects.program(program, { generation: 2 });
  await projects.up();
  await projects.admin.stop();
  expect(await projects.stack.succeeds("destroy", "--yes", "--skip-preview")).toMatch(/\d+ deleted/);
  expect(JSON.parse(await projects.stack.exported())).not.toHaveProperty("deployment.resources");
});
