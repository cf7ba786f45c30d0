import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Row } from "../../../operations/verify/result-row.ts";
import { verify } from "../../../operations/verify/verify.ts";
import { limit, project, provider, ScriptedServers } from "./scripted-servers.ts";

let servers: ScriptedServers;

beforeEach(async () => {
  servers = await ScriptedServers.start();
});

afterEach(() => servers.stop());

const PROVIDERS = "GET /api/v1/providers";
const own = () => provider("no.project", "sagewai-admin");
const text = ({ check, detail }: Row) => `${check}: ${detail}`;

async function rows(change: object = {}): Promise<Row[]> {
  return verify({ ...servers.deployment, ...change }, { seconds: 0.2, every: 0.05 });
}
const failures = async (change?: object) => (await rows(change)).filter(({ ok }) => !ok).map(text);

describe("verify of the projects in Sagewai", () => {
  it("names what isn't there, or isn't as the settings say", async () => {
    servers.replies["GET /api/v1/projects"] = () => [200, []];
    expect(await failures()).toEqual([
      "project team is in Sagewai: It isn't there. Run `pulumi refresh`, then `pulumi up`.",
    ]);
    servers.replies["GET /api/v1/projects"] = () => [
      200,
      [project("team", { status: "inactive", default_model: null })],
    ];
    servers.replies["GET /api/v1/budget/limits"] = () => [200, [limit("another"), limit("team", { agent_name: "a" })]];
    expect(await failures()).toEqual([
      "project team is in Sagewai: In Sagewai its status is inactive, not active, its default model is none, not gpt-4o, " +
        "its limit in US dollars is none, not 40. Run `pulumi refresh`, then `pulumi up`.",
    ]);
  });

  it.each([
    ["has no provider", [], "Its agents have no provider, and can call no model."],
    ["has somebody's provider", [provider("team", "team", { id: "prov-team-vllm" })], "Its agents have no provider"],
    ["has another key", [provider("team", "pool-gpu")], "Its provider has another key."],
  ])("finds a project that %s", async (_case, providers, message) => {
    servers.replies[PROVIDERS] = () => [200, [own(), ...providers]];
    const [failure, ...others] = await failures();
    expect(others).toEqual([]);
    expect(failure).toContain(`project team calls its models in Sagewai: ${message}`);
  });

  it.each([
    [{ connected: false, error: "HTTP 401: no such key" }, "The admin gets to no model by it: HTTP 401: no such key."],
    [{ connected: true, models: [] }, "It doesn't get to gpt-4o."],
    [{ connected: true, models: ["gpt-4o", "o1"] }, "It gets to o1, which it may not use."],
  ])("finds a provider of a project that answers %o", async (answer, message) => {
    servers.replies["POST /api/v1/providers/llm-gateway-team/test"] = () => [200, answer];
    const [failure, ...others] = await failures();
    expect(others).toEqual([]);
    expect(failure).toContain(`project team calls its models in Sagewai: ${message}`);
  });

  it("takes no offence at models that Sagewai doesn't list any more, nor at what a pattern stands for", async () => {
    const models = Array.from({ length: 25 }, (_, index) => `model-${index}`);
    servers.replies["POST /api/v1/providers/llm-gateway-team/test"] = () => [
      200,
      { connected: true, models: models.slice(0, 20) },
    ];
    const projectRows = async (names: string[]) =>
      (await rows({ projects: servers.deployment.projects.map((one) => ({ ...one, models: names })) }))
        .filter(({ check }) => check === "project team calls its models in Sagewai")
        .map(({ ok, detail }) => [ok, detail]);
    expect(await projectRows(models)).toEqual([[true, "model-0, model-1, model-2 and others"]]);
    expect(await projectRows(["openai/*"])).toEqual([[true, "model-0, model-1, model-2 and others"]]);
  });

  it("can't try a key whose value nobody knows, and says what to do", async () => {
    servers.replies[PROVIDERS] = () => [200, [own()]];
    const all = await rows({ keys: { ...servers.deployment.keys, team: "" } });
    expect(all.find(({ check }) => check === "project team calls its models in Sagewai")).toMatchObject({
      untried: true,
      detail: "The value of its adopted key is not known, so that Sagewai can't have it: raise its `generation`.",
    });
  });

  it.each([
    ["another project's key", [provider("team")], `those of the project team ("llm-gateway-team")`],
    [
      "what somebody entered later",
      [own(), provider("team", "team", { provider_name: "openai", id: "x", created_at: null })],
      undefined,
    ],
    [
      "what somebody entered before",
      [provider("team", "team", { provider_name: "openai", id: "x", created_at: null }), own()],
      `those of the project team ("x")`,
    ],
    ["nothing", [], "nobody's"],
  ])("tells who pays for runs without a project: %s", async (_case, providers, who) => {
    servers.replies[PROVIDERS] = () => [200, providers];
    const [found] = (await rows()).filter(({ check }) => check === "admin pays for runs without a project");
    expect(found?.ok).toBe(who === undefined);
    if (who !== undefined) expect(found?.detail).toContain(`Sagewai takes ${who} for runs without a project`);
  });

  it("names providers that everybody has, also a project that isn't there", async () => {
    servers.replies[PROVIDERS] = () => [
      200,
      [own(), provider("team"), provider("team", "team", { id: "prov-global-openai", project_id: null })],
    ];
    expect(await failures()).toEqual([
      'admin pays for runs without a project: Sagewai has providers that belong to no project: "prov-global-openai". ' +
        "Whatever names a project that isn't there runs at their expense: delete them in Sagewai, or give each a project.",
    ]);
  });
});
