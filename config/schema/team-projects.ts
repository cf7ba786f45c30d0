import { isMapping, type Mapping } from "../problems/mapping.ts";

/** What a project has from its team if it says nothing itself, and where the team says it. */
const INHERITED: Record<string, readonly string[]> = {
  models: ["models"],
  budgetDuration: ["budgetDuration"],
  budget: ["projectLimits", "budget"],
  tpmLimit: ["projectLimits", "tpmLimit"],
  rpmLimit: ["projectLimits", "rpmLimit"],
  maxParallelRequests: ["projectLimits", "maxParallelRequests"],
};

/** Settings in which each project has what its team gives it. */
export interface WithTeams {
  settings: Mapping;
  /** Whether a project has the setting at a path from its team: what is wrong with it is said of the team. */
  isInherited: (path: readonly PropertyKey[]) => boolean;
}

/** The settings of a stack file with everything that projects leave out and their teams say. */
export function withTeams(input: Mapping): WithTeams {
  const { projects, teams } = input;
  const inherited = new Set<string>();
  if (!isMapping(projects)) return { settings: input, isInherited: () => false };
  const whole = Object.entries(projects).map(([name, project]) => {
    if (!isMapping(project) || project["team"] === undefined) return [name, project] as const;
    const team = teamOf(project["team"], teams);
    const missing = Object.entries(INHERITED).filter(([setting]) => project[setting] === undefined);
    const values = missing.flatMap(([setting, path]) => {
      const value = path.reduce<unknown>((part, step) => (isMapping(part) ? part[step] : undefined), team);
      // A team that isn't there is said to be so, not also all that is missing with it. Each one has models.
      if (value !== undefined || !isMapping(team) || setting === "models") inherited.add(idOf(name, setting));
      return value === undefined ? [] : [[setting, value] as const];
    });
    return [name, { ...project, ...Object.fromEntries(values) }] as const;
  });
  return {
    settings: { ...input, projects: Object.fromEntries(whole) },
    isInherited: ([section, name = "", setting = ""]) =>
      section === "projects" && inherited.has(idOf(String(name), String(setting))),
  };
}

/** What a stack file says of a team; nothing of one that it doesn't have. */
function teamOf(name: unknown, teams: unknown): unknown {
  return isMapping(teams) && typeof name === "string" && Object.hasOwn(teams, name) ? teams[name] : undefined;
}

function idOf(project: string, setting: string): string {
  return `${project}.${setting}`;
}
