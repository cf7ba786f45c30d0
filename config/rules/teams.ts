import { milliseconds } from "../litellm/duration.ts";
import { RESERVED_TEAM } from "../litellm/team-fields.ts";
import { didYouMean } from "../problems/did-you-mean.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { offers } from "../schema/models.ts";
import type { Rule, SettingsDraft } from "./rule.ts";

/** Every rule of teams and of the projects in them. */
export const teamRules: Rule[] = [teamsExist, teamNamesAreFree, teamLimitsFit, projectsStayWithinTeams];

type Limit = "tpmLimit" | "rpmLimit" | "maxParallelRequests";
type TeamDraft = NonNullable<NonNullable<SettingsDraft["teams"]>[string]>;
type ProjectDraft = NonNullable<NonNullable<SettingsDraft["projects"]>[string]>;

const LIMITS: Limit[] = ["tpmLimit", "rpmLimit", "maxParallelRequests"];

function teamsExist({ projects = {}, teams = {} }: SettingsDraft): SettingsProblem[] {
  const names = Object.keys(teams);
  return Object.entries(projects).flatMap(([name, project]) => {
    const team = project?.team;
    if (team === undefined || names.includes(team)) return [];
    const message = `is not a team of this gateway; write one of those under teams${didYouMean(team, names)}`;
    return [{ path: ["projects", name, "team"], seen: team, message }];
  });
}

function teamNamesAreFree({ teams = {} }: SettingsDraft): SettingsProblem[] {
  const message = "is what LiteLLM calls the sessions of its own UI; write another name";
  return Object.hasOwn(teams, RESERVED_TEAM) ? [{ path: ["teams", RESERVED_TEAM], message }] : [];
}

/** What one project may have at most is no more than what all of them have together. */
function teamLimitsFit({ teams = {} }: SettingsDraft): SettingsProblem[] {
  return Object.entries(teams).flatMap(([name, team]) => {
    const limits = team?.projectLimits ?? {};
    return (["budget", "tpmLimit", "rpmLimit"] as const).flatMap((setting) => {
      const [one, all] = [limits[setting], team?.[setting]];
      if (one === undefined || all === undefined || one <= all) return [];
      const message = `is above the team's own ${setting}, ${all}; write at most that`;
      return [{ path: ["teams", name, "projectLimits", setting], seen: one, message }];
    });
  });
}

function projectsStayWithinTeams({ projects = {}, teams = {} }: SettingsDraft): SettingsProblem[] {
  return Object.entries(projects).flatMap(([name, project]) => {
    const { team: teamName = "" } = project ?? {};
    const team = teams[teamName];
    if (!project || !team) return [];
    const found = [
      ...otherModels(project, team, teamName),
      ...otherSpan(project, team, teamName),
      ...higherBudget(project, team, teamName),
      ...LIMITS.flatMap((limit) => higherLimit(limit, project, team, `teams.${teamName}`)),
    ];
    return found.map(({ path, ...problem }) => ({ path: ["projects", name, ...path], ...problem }));
  });
}

function otherModels({ models = [] }: ProjectDraft, team: TeamDraft, name: string): SettingsProblem[] {
  const own = (team.models ?? []).flatMap((model) => model ?? []);
  if (own.length === 0) return [];
  const named = own.map((one) => ({ name: one }));
  return models.flatMap((model, index) => {
    if (model === undefined || offers(named, model)) return [];
    const message = `is not a model of its team, ${name}; write one of ${own.join(", ")}${didYouMean(model, own)}`;
    return [{ path: ["models", index], seen: model, message }];
  });
}

/** Budgets of different spans can't be compared: ten dollars a day are three hundred in a month. */
function otherSpan({ budgetDuration }: ProjectDraft, team: TeamDraft, name: string): SettingsProblem[] {
  if (team.projectLimits?.budget === undefined || team.budgetDuration === undefined) return [];
  if (budgetDuration === undefined || budgetDuration === team.budgetDuration) return [];
  const message = `is not the ${team.budgetDuration} that teams.${name}.projectLimits.budget is for; leave it out`;
  return [{ path: ["budgetDuration"], seen: budgetDuration, message }];
}

function higherBudget(project: ProjectDraft, team: TeamDraft, name: string): SettingsProblem[] {
  const { budget, budgetDuration } = project;
  if (budget === undefined || budgetDuration === undefined || team.budgetDuration === undefined) return [];
  const limit = team.projectLimits?.budget;
  const isSameSpan = budgetDuration === team.budgetDuration;
  if (limit !== undefined && isSameSpan && budget > limit) {
    return [{ path: ["budget"], seen: budget, message: above(`teams.${name}.projectLimits.budget`, limit) }];
  }
  // In a longer span the team's own budget starts again.
  const isLonger = milliseconds(budgetDuration) > milliseconds(team.budgetDuration);
  if (team.budget === undefined || isLonger || budget <= team.budget) return [];
  return [{ path: ["budget"], seen: budget, message: above(`teams.${name}.budget`, team.budget) }];
}

function higherLimit(limit: Limit, project: ProjectDraft, team: TeamDraft, where: string): SettingsProblem[] {
  const own = project[limit];
  if (own === undefined) return [];
  const most = [
    { place: `${where}.projectLimits.${limit}`, value: team.projectLimits?.[limit] },
    { place: `${where}.${limit}`, value: limit === "maxParallelRequests" ? undefined : team[limit] },
  ].find(({ value }) => value !== undefined && own > value);
  return most ? [{ path: [limit], seen: own, message: above(most.place, most.value ?? 0) }] : [];
}

function above(place: string, most: number): string {
  return `is above ${place}, ${most}; write at most that, or raise it there`;
}
