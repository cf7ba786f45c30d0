import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { derivedKey, tokenOf } from "../../../providers/litellm/key-value.ts";
import type { ProjectSet } from "../../../providers/sagewai/project-set.ts";
import type { ProjectArgs } from "../../../providers/sagewai/project-wire.ts";
import { provider } from "../../../providers/sagewai/projects.ts";
import { ScriptedSagewai } from "./scripted-sagewai.ts";

let sagewai: ScriptedSagewai;

beforeEach(async () => {
  sagewai = await ScriptedSagewai.start();
});

afterEach(() => sagewai.stop());

const team: ProjectArgs = { environment: "production", defaultModel: "gpt-4o", budget: 40, budgetDuration: "30d" };

/** A set as `check` leaves it. */
async function inputs(projects: Record<string, ProjectArgs>, shared: Partial<ProjectSet> = {}): Promise<ProjectSet> {
  const news = {
    ...{ adminAccess: { url: sagewai.url }, apiToken: "sw_token", gatewayUrl: "http://gateway:4000" },
    ...{ keySeed: "seed", adminKeySeed: "admin", encryptionKeyHash: "hash", unscopedRuns: { defaultModel: "gpt-4o" } },
    ...projects,
    ...shared,
  } as ProjectSet;
  return (await provider.check({} as ProjectSet, news)).inputs as ProjectSet;
}

async function created(projects: Record<string, ProjectArgs>): Promise<ProjectSet> {
  const { outs } = await provider.create(await inputs(projects));
  sagewai.calls.length = 0;
  return outs as ProjectSet;
}

async function updated(olds: ProjectSet, news: ProjectSet): Promise<ProjectSet> {
  return (await provider.update("sagewai-projects", olds, news)).outs as ProjectSet;
}

const changes = async (olds: ProjectSet, news: ProjectSet) =>
  (await provider.diff("sagewai-projects", olds, news)).changes;

/** The failure of an update: its message, and the state that the engine keeps. */
async function failed(work: Promise<unknown>): Promise<{ message: string; properties: ProjectSet; id: string }> {
  return work.then(
    () => Promise.reject(new Error("It succeeded.")),
    (error: unknown) => error as { message: string; properties: ProjectSet; id: string },
  );
}

describe("the projects in Sagewai", () => {
  it("are made each with its record before its provider before its limit, and the provider for no project before all", async () => {
    await provider.create(await inputs({ team }));
    expect(sagewai.calls).toEqual([
      "POST providers of no.project",
      ...["POST providers of default", "POST projects", "PATCH projects/team"],
      ...["POST providers of team", "POST budget/limits of team"],
    ]);
    expect(sagewai.projects[1]).toEqual({
      ...{ slug: "team", name: "team", environment: "production", default_model: "gpt-4o", status: "active" },
    });
    const common = { provider_name: "vllm", default: true, managed_by: "llm-gateway" };
    const config = { base_url: "http://gateway:4000/v1", model: "gpt-4o" };
    const adminKey = derivedKey("admin", "sagewai-admin", 1);
    const later = "2000-01-01T00:00:00+00:00";
    expect(sagewai.providers).toEqual([
      {
        ...{ ...common, id: "llm-gateway-no.project", project_id: "no.project", created_at: "" },
        config: { ...config, api_key: adminKey },
      },
      {
        ...{ ...common, id: "llm-gateway-default", project_id: "default", created_at: later },
        config: { ...config, api_key: adminKey },
      },
      {
        ...{ ...common, id: "llm-gateway-team", project_id: "team", created_at: later },
        config: { ...config, api_key: derivedKey("seed", "team", 1) },
      },
    ]);
    expect(sagewai.limits).toEqual([
      {
        ...{ agent_name: "*", monthly_limit_usd: 40, budget_duration: "30d" },
        ...{ managed_by: "llm-gateway", project_id: "team" },
      },
    ]);
  });

  it("show in a preview which key they get by its hash, and no key", async () => {
    const news = await inputs({ team: { ...team, generation: 2 }, other: { ...team, adopted: true } });
    expect(news["team"]).toMatchObject({ keySha256: tokenOf(derivedKey("seed", "team", 2)) });
    expect(news["other"]).not.toHaveProperty("keySha256");
    expect(JSON.stringify(news)).not.toContain("sk-");
    const unknown = await inputs({ team }, { keySeed: pulumi.runtime.unknownValue });
    expect(unknown["team"]).toMatchObject({ keySha256: pulumi.runtime.unknownValue });
  });

  it.each([
    [
      "a model by a name with a slash, which Sagewai would take for a provider",
      "openai/gpt-4o",
      "openai/openai/gpt-4o",
    ],
    ["no model, where all are patterns", undefined, undefined],
  ])("name %s", async (_case, defaultModel, model) => {
    await created({ team: { ...team, defaultModel } });
    expect(sagewai.providers.at(-1)?.["config"]).toMatchObject({ ...(model !== undefined && { model }) });
    expect(sagewai.projects[1]).toMatchObject({ default_model: defaultModel ?? null });
  });

  it("are compared with what is wanted, and only what differs is called for", async () => {
    const olds = await created({ team, other: team });
    expect(await changes(olds, await inputs({ team, other: team }))).toBe(false);
    const news = await inputs({ team: { ...team, budget: 50 }, other: team });
    expect(await changes(olds, news)).toBeUndefined();
    await updated(olds, news);
    expect(sagewai.calls).toEqual(["PATCH projects/team", "POST providers of team", "POST budget/limits of team"]);
    sagewai.calls.length = 0;
    const token = await inputs({ team, other: team }, { adminAccess: { url: `${sagewai.url}/` } });
    expect(await changes(olds, token)).toBeUndefined();
    await updated(olds, token);
    expect(sagewai.calls).toEqual([]);
  });

  it.each([
    ["another gateway", { gatewayUrl: "http://other:4000" }],
    ["another key of the admin's", { encryptionKeyHash: "another" }],
    ["another volume", { dataVolume: "another" }],
  ])("are all made again for %s", async (_case, shared) => {
    const olds = await created({ team });
    const news = await inputs({ team }, shared);
    expect(await changes(olds, news)).toBeUndefined();
    await updated(olds, news);
    expect(sagewai.calls.sort()).toEqual([
      ...["PATCH projects/team", "POST budget/limits of team", "POST providers of default"],
      ...["POST providers of no.project", "POST providers of team"],
    ]);
  });

  it("go with the limit before the provider before the project, and what is gone already doesn't matter", async () => {
    const olds = await created({ team });
    sagewai.providers = [];
    await provider.delete("sagewai-projects", olds);
    const own = ["DELETE providers/llm-gateway-no.project", "DELETE providers/llm-gateway-default"];
    const project = ["DELETE budget/limits/* of team", "DELETE providers/llm-gateway-team", "DELETE projects/team"];
    expect(sagewai.calls.filter((call) => !own.includes(call))).toEqual(project);
    expect([sagewai.projects.length, sagewai.providers, sagewai.limits]).toEqual([1, [], []]);
  });

  it("take over a project that is there, and make one again that somebody deleted", async () => {
    sagewai.projects.push({ slug: "team", name: "By hand", environment: "staging" });
    const olds = await created({ team });
    expect(sagewai.projects[1]).toMatchObject({ name: "team", environment: "production" });
    sagewai.projects.pop();
    await updated(olds, await inputs({ team: { ...team, environment: "staging" } }));
    expect(sagewai.projects[1]).toMatchObject({ slug: "team", environment: "staging", default_model: "gpt-4o" });
  });

  it("lose only the provider when the key's value is no longer known", async () => {
    const olds = await created({ team });
    await updated(olds, await inputs({ team: { ...team, adopted: true } }));
    expect(sagewai.providers.map(({ id }) => id)).toEqual(["llm-gateway-no.project", "llm-gateway-default"]);
    expect(sagewai.limits).toHaveLength(1);
  });

  it("have a project default of the settings in the place of Sagewai's own, which is as before once it goes", async () => {
    const olds = await created({ team });
    const withDefault = await updated(olds, await inputs({ team, default: { ...team, environment: "staging" } }));
    const keyOf = (scope: string) =>
      (sagewai.providers.find(({ project_id }) => project_id === scope)?.["config"] as { api_key: string }).api_key;
    expect(keyOf("default")).toBe(derivedKey("seed", "default", 1));
    expect(sagewai.projects[0]).toMatchObject({ name: "default", environment: "staging" });
    await updated(withDefault, await inputs({ team }));
    expect(keyOf("default")).toBe(derivedKey("admin", "sagewai-admin", 1));
    expect(sagewai.projects[0]).toMatchObject({ name: "Default", environment: "production", default_model: null });
    expect(sagewai.limits.map(({ project_id }) => project_id)).toEqual(["team"]);
  });

  it("fail each by itself, and the next update does the rest", async () => {
    const olds = await created({ team, gone: team });
    sagewai.instead = (call) => (/ of (late|team)$|\/gone$/.test(call) ? [422, { detail: "not today" }] : undefined);
    const news = await inputs({ team: { ...team, budget: 50 }, late: team, fine: team });
    const { message, properties, id } = await failed(provider.update("sagewai-projects", olds, news));
    expect(id).toBe("sagewai-projects");
    expect(message.split("\n").sort()).toEqual([
      '`gone`: The Sagewai admin answered 422 to DELETE /api/v1/projects/gone: {"detail":"not today"}',
      '`team`, `late`: The Sagewai admin answered 422 to POST /api/v1/providers: {"detail":"not today"}',
    ]);
    expect(properties["unsureScopes"]).toEqual(["gone", "team", "late"]);
    expect(properties["gone"]).toEqual(olds["gone"]);
    sagewai.instead = () => undefined;
    sagewai.calls.length = 0;
    const state = await updated(properties, news);
    expect(sagewai.calls.filter((call) => call.includes("fine"))).toEqual([]);
    expect(sagewai.projects.map(({ slug }) => slug)).toEqual(["default", "team", "late", "fine"]);
    expect(sagewai.limits.map(({ monthly_limit_usd }) => monthly_limit_usd).sort()).toEqual([40, 40, 50]);
    expect(state).not.toHaveProperty("unsureScopes");
    expect(await changes(state, news)).toBe(false);
  });

  it("wait for the provider of runs without a project, which the first of them would pay for", async () => {
    sagewai.instead = (call) => (call.endsWith("of no.project") ? [422, { detail: "not today" }] : undefined);
    const { message } = await failed(provider.create(await inputs({ team })));
    expect(message).toContain("`runs without a project`, `default`, `team`: ");
    expect(sagewai.providers).toEqual([]);
  });

  it("are read with three calls, as they are in Sagewai", async () => {
    const olds = await created({ team, other: team, third: { ...team, adopted: true } });
    sagewai.projects = sagewai.projects.filter(({ slug }) => slug !== "other");
    sagewai.providers = sagewai.providers.filter((one) => one["project_id"] !== "other");
    sagewai.limits = sagewai.limits.filter((one) => one["project_id"] !== "other");
    Object.assign(sagewai.projects[1] ?? {}, { environment: "staging", status: "inactive" });
    sagewai.calls.length = 0;
    const { props, inputs: read } = await provider.read("sagewai-projects", olds);
    expect(sagewai.calls.sort()).toEqual(["GET budget/limits", "GET projects", "GET providers"]);
    expect(read).toEqual(props);
    expect(props).not.toHaveProperty("other");
    expect(props?.["team"]).toMatchObject({ environment: "staging", budget: 40, differs: ["record.status"] });
    expect(props?.["team"]).toMatchObject({ keySha256: tokenOf(derivedKey("seed", "team", 1)) });
    expect(props?.["third"]).toEqual(olds["third"]);
    expect(await changes(props as ProjectSet, await inputs({ team, other: team, third: team }))).toBeUndefined();
    await expect(provider.read("sagewai-projects")).rejects.toThrow("can't be imported");
  });
});
