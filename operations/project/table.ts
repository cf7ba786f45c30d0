import Table from "cli-table3";

import type { SettingsDraft } from "../../config/rules/rule.ts";
import { resolveProject } from "../../config/schema/projects.ts";
import { DEFAULT_MARGIN } from "../../config/schema/soft-budget.ts";

type ProjectDraft = NonNullable<NonNullable<SettingsDraft["projects"]>[string]>;

/** A project as a stack file says it, with the budget that follows. */
export interface ListedProject {
  name: string;
  /** Alias of its key. */
  alias: string;
  models: string[];
  /** USD per `budgetDuration`: Sagewai's budget, and LiteLLM's. */
  budget: number;
  hardBudget: number;
  budgetDuration: string;
  team?: string;
  /** Whatever else it is told, by the names of the settings. */
  [setting: string]: unknown;
}

/** @param draft Settings without a problem, encrypted ones excepted. */
export function listedProjects({ projects = {}, budgetMargin = DEFAULT_MARGIN }: SettingsDraft): ListedProject[] {
  return Object.entries(projects).map(([name, draft]) => {
    // Nothing is left out of a draft that has no problem.
    const { maxBudget, ...project } = resolveProject(name, draft as Parameters<typeof resolveProject>[1], budgetMargin);
    const { alias, models, budget, budgetDuration } = project;
    const said = Object.fromEntries(Object.entries(project).filter(([setting]) => isSaid(draft, setting)));
    return { name, alias, models, budget, hardBudget: maxBudget, budgetDuration, ...said };
  });
}

/** For people, in the order of the stack file. */
export function projectTable(projects: readonly ListedProject[]): string {
  const hasTeams = projects.some(({ team }) => team !== undefined);
  const table = new Table({
    head: ["project", ...(hasTeams ? ["team"] : []), "models", "Sagewai budget", "LiteLLM budget", "limits"],
    style: { head: [], border: [] },
  });
  for (const project of projects) {
    const { name, models, budget, hardBudget, budgetDuration } = project;
    const [soft, hard] = [budget, hardBudget].map((amount) => `$${amount} in ${budgetDuration}`);
    table.push([name, ...(hasTeams ? [project.team ?? ""] : []), models.join(", "), soft, hard, limits(project)]);
  }
  return table.toString();
}

const LIMITS = { rpmLimit: "requests/min", tpmLimit: "tokens/min", maxParallelRequests: "at once" };

function limits(project: ListedProject): string {
  const said = Object.entries(LIMITS).filter(([setting]) => project[setting] !== undefined);
  return said.map(([setting, unit]) => `${String(project[setting])} ${unit}`).join(", ");
}

function isSaid(draft: ProjectDraft | undefined, setting: string): boolean {
  const value = (draft as Record<string, unknown> | undefined)?.[setting];
  return value !== undefined && !(Array.isArray(value) && value.length === 0) && setting !== "metadata";
}
