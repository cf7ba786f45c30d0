import { deploymentIds } from "../config/deployment-ids.ts";
import type { KeyHolder } from "../config/schema/keys.ts";
import { type Deployment, modelNames } from "../config/schema/models.ts";
import type { Team } from "../config/schema/teams.ts";
import { defined } from "../config/problems/mapping.ts";
import type { Project } from "../config/schema/projects.ts";
import type { KeyFacts } from "./virtual-keys.ts";

/** Digits of a key's SHA-256 that tell it from all others. */
const HASH_DIGITS = 12;

/** What everyone may know of a virtual key and of who holds it, with both budgets. Never the key's value. */
export interface InventoryEntry extends Pick<
  KeyHolder,
  "alias" | "models" | "budget" | "budgetDuration" | "softAction" | "team"
> {
  /** LiteLLM's budget, `maxBudget` of the key. */
  hardBudget: number;
  /** The beginning of the key's SHA-256, by which LiteLLM's logs and pages name it. */
  hash: string;
  generation: number;
  /** When it expires, as ISO 8601; nothing for one that is valid forever. */
  expires?: string;
}

/** What everyone may know of one key. @param facts Of the set in which the key has its holder's name. */
export function inventory(holder: KeyHolder & { name: string }, { tokens, expiries }: KeyFacts): InventoryEntry {
  const {
    name,
    alias,
    team,
    models,
    budget,
    maxBudget: hardBudget,
    budgetDuration,
    softAction,
    generation = 1,
  } = holder;
  const hash = (tokens[name] ?? "").slice(0, HASH_DIGITS);
  const expires = expiries[name];
  return {
    ...{ alias, models, budget, softAction, hardBudget, budgetDuration, hash, generation },
    ...(team !== undefined && { team }),
    ...(expires !== undefined && { expires }),
  };
}

/** What everyone may know of the teams, by name: what their projects have together, and which those are. */
export function teamInventory(teams: Team[], projects: { name: string; team?: string | undefined }[]) {
  const entries = teams.map(({ name, models, budget, maxBudget, budgetDuration, tpmLimit, rpmLimit }) => {
    const members = projects.filter(({ team }) => team === name).map((project) => project.name);
    const limits = defined({ budget, hardBudget: maxBudget, tpmLimit, rpmLimit });
    return [name, { models, budgetDuration, ...limits, projects: members }] as const;
  });
  return Object.fromEntries(entries);
}

/** What everyone may know of a project: of its key, and what Sagewai shows of it. */
export function projectInventory(project: Project, facts: KeyFacts) {
  const { environment, defaultModel } = project;
  return { ...inventory(project, facts), environment, ...(defaultModel !== undefined && { defaultModel }) };
}

/** What everyone may know of the models, by name: whether one gives mock answers at times, and where each deployment is. */
export function modelInventory(models: Deployment[]) {
  const ids = deploymentIds(models);
  const deployments = models.map(({ name, model, provider, mock }, index) => ({
    name,
    deployment: { id: ids[index] ?? "", model, provider, mocked: mock !== undefined },
  }));
  const entries = modelNames(models).map((name) => {
    const own = deployments.filter((one) => one.name === name).map(({ deployment }) => deployment);
    return [name, { mocked: own.some(({ mocked }) => mocked), deployments: own }] as const;
  });
  return Object.fromEntries(entries);
}
