import "../../toolchain/exit-with-engine.ts";

import { isDeepStrictEqual } from "node:util";

import pLimit from "p-limit";

import { failuresByReason, failuresOf } from "../failures.ts";
import type { Lifecycle } from "../shell.ts";
import { SagewaiClient } from "./client.ts";
import {
  adminKey,
  type Changes,
  ownerOf,
  projectChanges,
  projectKey,
  type ProjectSet,
  projectsOf,
  scopesOf,
  sharedOf,
  withHash,
} from "./project-set.ts";
import { differencesOf, type Found, ProjectStore } from "./project-store.ts";
import { type Caller, type ProjectArgs, type Scope, UNSCOPED } from "./project-wire.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/sagewai/projects.ts";
  type: "sagewai:Projects";
}

/** A resource holds one set, which stays the same whatever becomes of its projects. */
const ID = "sagewai-projects";

/** Scopes that are worked on at the same time. Sagewai writes its whole state for each call, one after the other. */
const AT_ONCE = 4;

/** Fields of Sagewai's that a property of a project shows by itself. */
const SHOWN = new Set([
  ...["record.environment", "record.default_model", "provider.config.key_sha256"],
  ...["limit.monthly_limit_usd", "limit.budget_duration"],
]);

/**
 * The projects of the settings in Sagewai, as one resource: as with virtual keys, Pulumi would write its whole state again for
 * each. A project has its record, the provider that hands the project's own virtual key to its server-side agents, and the
 * limit that Sagewai shows. One that fails keeps no other one from being made, changed or deleted.
 *
 * Nothing that Sagewai makes up is needed, so each call may be repeated: a lost answer or a killed run leaves nothing that the
 * next run doesn't find. No state holds a key: its value follows from a seed, as in `providers/litellm/virtual-keys.ts`, which
 * also says when the engine calls what.
 */
export const provider: Lifecycle<ProjectSet> = {
  async check(_olds, news) {
    const projects = [...projectsOf(news)].map(
      ([name, project]) => [name, withHash(project, projectKey(news, name, project))] as const,
    );
    const unscopedRuns = withHash(news.unscopedRuns, adminKey(news));
    return { inputs: { ...news, unscopedRuns, ...Object.fromEntries(projects) } };
  },

  async diff(_id, olds, news) {
    const { removed, outOfSync } = projectChanges(olds, news);
    const isSame = removed.size + outOfSync.size === 0 && isDeepStrictEqual(sharedOf(olds), sharedOf(news));
    // Told nothing, the engine compares the inputs itself, and shows what differs; told that something does, it shows all.
    return { ...(isSame && { changes: false }), replaces: [] };
  },

  async create(inputs) {
    return { id: ID, outs: await apply({}, inputs) };
  },

  async read(id, props) {
    if (!props) throw new Error("Sagewai's projects can't be imported: `pulumi up` takes over those that are there.");
    const found = await storeOf(props).list();
    const scopes = scopesOf(props);
    const state: ProjectSet = { ...sharedOf(props), unscopedRuns: unscopedAsFound(props, scopes, found) };
    for (const [name, project] of projectsOf(props)) {
      const { record, provider, limit } = found(name);
      if (record ?? provider ?? limit) state[name] = projectAsFound(project, scopes.get(name), found(name));
    }
    // Inputs that differ from the code's let the next preview name the property that was changed behind our back.
    return { id, props: state, inputs: state };
  },

  async update(_id, olds, news) {
    return { outs: await apply(olds, news) };
  },

  async delete(_id, props) {
    const store = storeOf(props);
    const failures = failuresOf(await forEach(scopesOf(props), (last, scope) => store.apply(scope, last, {})));
    if (failures.length > 0) throw new Error(failuresByReason(failures).join("\n"));
  },
};

/** Makes in Sagewai what is wanted. @returns The state of the set. */
async function apply(olds: Partial<ProjectSet>, news: ProjectSet): Promise<ProjectSet> {
  const changes = projectChanges(olds, news);
  const results = await applyChanges(storeOf(news), changes, news);
  const failures = failuresOf(results.map(([scope, result]) => [named(scope), result] as const));
  const failed = results.flatMap(([scope, { status }]) => (status === "rejected" ? [scope] : []));
  const kept = failed.map((scope) => {
    const owner = ownerOf(projectsOf(olds).has(scope) ? olds : news, scope);
    // What was there is still to be told apart from what is wanted; of what is new, Sagewai may have part.
    return [owner, olds[owner] ?? news[owner]] as const;
  });
  const state: ProjectSet = {
    ...sharedOf(news),
    unscopedRuns: news.unscopedRuns,
    ...Object.fromEntries(projectsOf(news)),
    ...Object.fromEntries(kept),
    ...(failed.length > 0 && { unsureScopes: failed }),
  };
  if (failures.length === 0) return state;
  // With an ID, the engine keeps what was done, and lets the next update do the rest.
  const properties = { ...state, __provider: news["__provider"] };
  const reasons = failuresByReason(failures);
  throw Object.assign(new Error(reasons.join("\n")), { id: ID, properties, reasons });
}

type Results = [scope: string, PromiseSettledResult<void>][];

async function applyChanges(store: ProjectStore, { before, removed, outOfSync }: Changes, news: ProjectSet) {
  const applyOne = (wanted: Scope, scope: string) => store.apply(scope, before.get(scope), wanted, keyOf(news, scope));
  const deleted = await forEach(removed, (last, scope) => store.apply(scope, last, {}));
  // First, so that no run without a project is ever charged to the first project's key.
  const [unscoped, others] = partition(outOfSync, (scope) => scope === UNSCOPED);
  const first = await forEach(unscoped, applyOne);
  const failure = first.find(([, { status }]) => status === "rejected")?.[1];
  const rest: Results =
    failure && !before.has(UNSCOPED)
      ? [...others.keys()].map((scope) => [scope, failure] as const)
      : await forEach(others, applyOne);
  return [...deleted, ...first, ...rest];
}

/** Does the same for several scopes, a few at a time and to its end, whatever becomes of the others. */
async function forEach(
  scopes: ReadonlyMap<string, Scope>,
  task: (bodies: Scope, scope: string) => Promise<void>,
): Promise<Results> {
  const limit = pLimit(AT_ONCE);
  const results = await Promise.allSettled([...scopes].map(([scope, bodies]) => limit(() => task(bodies, scope))));
  return [...scopes.keys()].map((scope, index) => [scope, results[index]] as Results[number]);
}

function partition<Value>(values: ReadonlyMap<string, Value>, isFirst: (name: string) => boolean) {
  const entries = [...values];
  return [
    new Map(entries.filter(([name]) => isFirst(name))),
    new Map(entries.filter(([name]) => !isFirst(name))),
  ] as const;
}

function keyOf(set: ProjectSet, scope: string): string | undefined {
  const project = projectsOf(set).get(scope);
  return project ? projectKey(set, scope, project) : adminKey(set);
}

/** A scope as a message names it. */
function named(scope: string): string {
  return scope === UNSCOPED ? "runs without a project" : scope;
}

/** A project with the values that Sagewai has; what is missing there is missing here. */
function projectAsFound(project: ProjectArgs, wanted: Scope | undefined, found: Found): ProjectArgs {
  const { generation, adopted } = project;
  const { record, provider, limit } = found;
  const values = {
    environment: record?.["environment"],
    defaultModel: record?.["default_model"] ?? undefined,
    budget: limit?.["monthly_limit_usd"],
    budgetDuration: limit?.["budget_duration"],
    generation,
    adopted,
    keySha256: wanted?.provider && provider?.config["key_sha256"],
    differs: differs(wanted ? differencesOf(wanted, found) : []),
  };
  return present(values) as unknown as ProjectArgs;
}

function unscopedAsFound(set: ProjectSet, scopes: ReadonlyMap<string, Scope>, found: (scope: string) => Found): Caller {
  const { defaultModel, generation } = set.unscopedRuns;
  const own = [...scopes].filter(([scope]) => ownerOf(set, scope) === "unscopedRuns");
  const differences = own.flatMap(([scope, wanted]) => {
    const { provider } = found(scope);
    const fields = provider ? differencesOf(wanted, { provider }) : ["provider"];
    return fields.filter((field) => scope !== UNSCOPED || !SHOWN.has(field)).map((field) => `${scope}: ${field}`);
  });
  const keySha256 = found(UNSCOPED).provider?.config["key_sha256"];
  return present({ defaultModel, generation, keySha256, differs: differs(differences) });
}

function differs(fields: string[]): string[] | undefined {
  const others = fields.filter((field) => !SHOWN.has(field));
  return others.length > 0 ? others : undefined;
}

function present(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function storeOf({ adminAccess, apiToken }: ProjectSet): ProjectStore {
  return new ProjectStore(new SagewaiClient(adminAccess, apiToken));
}
