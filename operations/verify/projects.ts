import pLimit from "p-limit";
import * as z from "zod";

import { tokenOf } from "../../providers/litellm/key-value.ts";
import { providerId, UNSCOPED } from "../../providers/sagewai/project-wire.ts";
import type { Deployment, ProjectHolder } from "./deployment.ts";
import { read, seeLog, send } from "./http.ts";
import { row, Untried, type Row } from "./result-row.ts";

/** The most models that Sagewai tells of a provider. */
const LISTED = 20;

/** Providers that the admin tries at the same time. */
const AT_ONCE = 4;

const REMEDY = "Run `pulumi refresh`, then `pulumi up`.";

const records = z.array(
  z.object({ slug: z.string(), environment: z.string(), default_model: z.string().nullable(), status: z.string() }),
);
const providers = z.array(
  z.object({
    id: z.string(),
    provider_name: z.string(),
    project_id: z.string().nullish(),
    created_at: z.string().nullish(),
    default: z.boolean().default(false),
    env_var_set: z.boolean().default(false),
    config: z.object({ api_key_set: z.boolean().default(false), key_sha256: z.string().nullish() }).default({
      api_key_set: false,
    }),
  }),
);
const limits = z.array(
  z.object({ agent_name: z.string(), project_id: z.string().nullish(), monthly_limit_usd: z.unknown() }),
);
const trial = z.object({
  connected: z.boolean(),
  models: z.array(z.string()).default([]),
  error: z.string().optional(),
});

type Provider = z.output<typeof providers>[number];

/** What Sagewai has of all projects: three calls, however many there are. */
interface Listed {
  records: z.output<typeof records>;
  providers: Provider[];
  limits: z.output<typeof limits>;
}

/** Providers that take any caller, with a key or without one. */
const SELF_HOSTED = ["ollama", "lmstudio", "vllm"];

/** The projects in Sagewai, each with the provider that its server-side agents call models by, and what belongs to no project. */
export class SagewaiProjectChecks {
  readonly #deployment: Deployment;
  readonly #listed: Promise<Listed>;
  readonly #limit = pLimit(AT_ONCE);

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#listed = list(deployment);
    // Each row says so.
    this.#listed.catch(() => undefined);
  }

  /** Runs that belong to no project, of which Sagewai would charge the first one. */
  unscopedRow(): Promise<Row> {
    return row("admin pays for runs without a project", async () => {
      const all = (await this.#listed).providers;
      const shared = all.filter(isShared);
      if (shared.length > 0) {
        const names = shared.map(({ id }) => `"${id}"`).join(", ");
        throw new Error(
          `Sagewai has providers that belong to no project: ${names}. Whatever names a project that isn't there runs at their expense: delete them in Sagewai, or give each a project.`,
        );
      }
      const chosen = unscopedChoice(all);
      if (chosen?.id !== providerId(UNSCOPED)) {
        const who = chosen ? `those of the project ${chosen.project_id ?? ""} ("${chosen.id}")` : "nobody's";
        throw new Error(`Sagewai takes ${who} for runs without a project, in place of the admin's own key. ${REMEDY}`);
      }
      return `with its own key, for ${listOf(await this.#try(chosen.id))}`;
    });
  }

  rows(project: ProjectHolder): Promise<Row>[] {
    const { name } = project;
    return [
      row(`project ${name} is in Sagewai`, async () => declared(await this.#listed, project)),
      row(`project ${name} calls its models in Sagewai`, async () => {
        const { providers: all } = await this.#listed;
        const own = all.find(({ id, project_id }) => id === providerId(name) && project_id === name);
        const key = this.#deployment.keys[project.alias];
        if (!own && key === "") {
          throw new Untried(
            "The value of its adopted key is not known, so that Sagewai can't have it: raise its `generation`.",
          );
        }
        if (!own) throw new Error(`Its agents have no provider, and can call no model. ${REMEDY}`);
        if (own.config.key_sha256 !== tokenOf(key ?? "")) throw new Error(`Its provider has another key. ${REMEDY}`);
        const models = await this.#try(own.id);
        checkModels(models, project.models);
        return listOf(models);
      }),
    ];
  }

  /** The models that the admin gets to by a provider. */
  async #try(id: string): Promise<string[]> {
    const { admin, adminToken, gateway } = this.#deployment;
    const path = `/api/v1/providers/${id}/test`;
    const answer = await this.#limit(() => send(admin, path, { token: adminToken, body: {} }));
    const { connected, models, error = "" } = read(trial, answer);
    if (!connected) throw new Error(`The admin gets to no model by it: ${error}. ${REMEDY} ${seeLog(gateway)}`);
    return models;
  }
}

async function list({ admin, adminToken: token }: Deployment): Promise<Listed> {
  const ask = (path: string) => send(admin, `/api/v1/${path}`, { token });
  const answers = await Promise.all([ask("projects"), ask("providers"), ask("budget/limits")]);
  return {
    records: read(records, answers[0]),
    providers: read(providers, answers[1]),
    limits: read(limits, answers[2]),
  };
}

function declared(listed: Listed, { name, environment, defaultModel, budget }: ProjectHolder): string {
  const record = listed.records.find(({ slug }) => slug === name);
  if (!record) throw new Error(`It isn't there. ${REMEDY}`);
  const limit = listed.limits.find(({ agent_name, project_id }) => agent_name === "*" && project_id === name);
  const pairs: [what: string, found: unknown, wanted: unknown][] = [
    ["status", record.status, "active"],
    ["environment", record.environment, environment],
    ["default model", record.default_model ?? "none", defaultModel ?? "none"],
    ["limit in US dollars", limit?.monthly_limit_usd ?? "none", budget],
  ];
  const wrong = pairs.filter(([, found, wanted]) => found !== wanted);
  if (wrong.length > 0) {
    const each = wrong.map(([what, found, wanted]) => `its ${what} is ${text(found)}, not ${text(wanted)}`);
    throw new Error(`In Sagewai ${each.join(", ")}. ${REMEDY}`);
  }
  return `${environment}, ${defaultModel ?? "no model"} by default, shown with a limit of $${budget}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function checkModels(found: string[], wanted: string[]): void {
  // What a pattern stands for, only LiteLLM knows.
  if (wanted.some((model) => model.includes("*"))) return;
  const missing = found.length < LISTED ? wanted.filter((model) => !found.includes(model)) : [];
  const extra = found.filter((model) => !wanted.includes(model));
  if (missing.length + extra.length === 0) return;
  const problems = [
    ...(missing.length > 0 ? [`doesn't get to ${missing.join(", ")}`] : []),
    ...(extra.length > 0 ? [`gets to ${extra.join(", ")}, which it may not use`] : []),
  ];
  throw new Error(`It ${problems.join(" and ")}. ${REMEDY}`);
}

function listOf(models: string[]): string {
  return models.length < LISTED ? models.join(", ") : `${models.slice(0, 3).join(", ")} and others`;
}

/** The provider that Sagewai takes for a run without a project, as its `choose_provider` does. */
function unscopedChoice(all: Provider[]): Provider | undefined {
  const age = ({ created_at }: Provider) => created_at ?? "";
  const byAge = all.filter((one) => !isShared(one)).sort((a, b) => (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : 0));
  const visible = [...Map.groupBy(byAge, ({ provider_name }) => provider_name).values()].flatMap(
    ([first]) => first ?? [],
  );
  const usable = visible.filter(
    ({ provider_name, config, env_var_set }) =>
      SELF_HOSTED.includes(provider_name) || config.api_key_set || env_var_set,
  );
  return usable.find((one) => one.default) ?? usable[0];
}

function isShared({ project_id }: Provider): boolean {
  return project_id === null || project_id === undefined || project_id === "";
}
