import { describe, expect, it } from "vitest";

import { teamInventory } from "../../components/inventory.ts";
import { keyArgs } from "../../config/schema/keys.ts";
import { STEERING_METADATA, STEERING_TEAM_METADATA } from "../../config/litellm/refused-fields.ts";
import { teamArgs } from "../../config/schema/teams.ts";
import { parseSettings } from "../../config/settings.ts";
import { warnings } from "../../config/warnings.ts";
import { dnsLabel, each } from "./mistakes.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

const models = [
  ...minimal.models,
  { name: "gpt-4o-mini", model: "gpt-4o-mini", provider: "openai" },
  { name: "local/llama", model: "gpt-4o", provider: "openai" },
];
const team = { models: ["gpt-4o", "gpt-4o-mini"] };

/** The settings of a team and of a project in it. */
const withTeam = (more: object, project: object) => ({
  models,
  teams: { research: { ...team, ...more } },
  projects: { a: { team: "research", ...project } },
});

const parsed = (settings: object) => parseSettings(rawConfig({ ...minimal, ...settings }));
const projectOf = (settings: object) => parsed(settings).projects[0];

describe("a project of a team", () => {
  it("has from it what it leaves out, and its own budget", () => {
    const settings = withTeam({ budgetDuration: "7d" }, { budget: 5 });
    expect(projectOf(settings)).toMatchObject({
      team: "research",
      models: team.models,
      budgetDuration: "7d",
      budget: 5,
    });
    expect(projectOf(settings)).not.toHaveProperty("tpmLimit");
  });

  it("has the most that one may have, if it says nothing", () => {
    const projectLimits = { budget: 8, tpmLimit: 1000, rpmLimit: 10, maxParallelRequests: 2 };
    expect(projectOf(withTeam({ projectLimits }, {}))).toMatchObject({ ...projectLimits, maxBudget: 10 });
    expect(projectOf(withTeam({ projectLimits }, { rpmLimit: 3 }))).toMatchObject({ ...projectLimits, rpmLimit: 3 });
  });

  it("may have less of everything", () => {
    const more = { budget: 40, tpmLimit: 1000, rpmLimit: 10, projectLimits: { budget: 20 } };
    const own = { models: ["gpt-4o-mini"], budget: 20, tpmLimit: 1000, rpmLimit: 1 };
    expect(projectOf(withTeam(more, own))).toMatchObject(own);
  });

  it("may have a budget of a longer span that is more than the team's, which starts again meanwhile", () => {
    const settings = withTeam({ budget: 10, budgetDuration: "7d" }, { budget: 30, budgetDuration: "30d" });
    expect(projectOf(settings)).toMatchObject({ budget: 30, budgetDuration: "30d" });
  });

  it("has its key in the team of LiteLLM's", () => {
    const project = projectOf(withTeam({}, { budget: 5 }));
    expect(project && keyArgs(project)).toMatchObject({ teamId: "research", models: team.models });
  });

  it("may name what its team allows by a star", () => {
    const settings = { ...withTeam({ models: ["gpt-*"] }, { models: ["gpt-4o"], budget: 1 }) };
    expect(projectOf({ ...settings, models: [...models, { ...models[0], name: "gpt-*" }] })).toMatchObject({
      models: ["gpt-4o"],
    });
  });
});

describe("a project beyond its team", () => {
  const own = { models: ["gpt-4o"], budget: 5 };
  each([
    [
      "a model that the team hasn't",
      withTeam({}, { ...own, models: ["gpt-4o", "local/llama"] }),
      'projects.a.models[1]: "local/llama" is not a model of its team, research; write one of gpt-4o, gpt-4o-mini',
    ],
    [
      "a budget above the team's",
      withTeam({ budget: 4 }, own),
      "projects.a.budget: 5 is above teams.research.budget, 4; write at most that, or raise it there",
    ],
    [
      "a budget of a day above the team's of a month",
      withTeam({ budget: 4 }, { ...own, budgetDuration: "1d" }),
      "projects.a.budget: 5 is above teams.research.budget, 4; write at most that, or raise it there",
    ],
    [
      "a budget above that of one project",
      withTeam({ budget: 40, projectLimits: { budget: 4 } }, own),
      "projects.a.budget: 5 is above teams.research.projectLimits.budget, 4; write at most that, or raise it there",
    ],
    [
      "a span that can't be compared with that of one project",
      withTeam({ projectLimits: { budget: 4 } }, { ...own, budget: 3, budgetDuration: "1d" }),
      'projects.a.budgetDuration: "1d" is not the 30d that teams.research.projectLimits.budget is for; leave it out',
    ],
    [
      "limits above the team's",
      withTeam({ tpmLimit: 10, rpmLimit: 2 }, { ...own, tpmLimit: 11, rpmLimit: 3 }),
      "projects.a.rpmLimit: 3 is above teams.research.rpmLimit, 2; write at most that, or raise it there",
      "projects.a.tpmLimit: 11 is above teams.research.tpmLimit, 10; write at most that, or raise it there",
    ],
    [
      "limits above those of one project",
      withTeam(
        { projectLimits: { tpmLimit: 10, rpmLimit: 2, maxParallelRequests: 1 } },
        { ...own, tpmLimit: 11, rpmLimit: 3, maxParallelRequests: 2 },
      ),
      "projects.a.maxParallelRequests: 2 is above teams.research.projectLimits.maxParallelRequests, 1; write at most that, or raise it there",
      "projects.a.rpmLimit: 3 is above teams.research.projectLimits.rpmLimit, 2; write at most that, or raise it there",
      "projects.a.tpmLimit: 11 is above teams.research.projectLimits.tpmLimit, 10; write at most that, or raise it there",
    ],
  ]);
});

describe("a team that is wrong is said to be so once, and not also of its projects", () => {
  each([
    [
      "a mistyped team",
      { models, teams: { research: team }, projects: { a: { team: "search" } } },
      'projects.a.team: "search" is not a team of this gateway; write one of those under teams; did you mean "research"?',
    ],
    [
      "an unknown model",
      withTeam({ models: ["gpt-5"] }, { budget: 1 }),
      'teams.research.models[0]: "gpt-5" is not a model of this gateway; write one of gpt-4o, gpt-4o-mini, local/llama; did you mean "gpt-4o"?',
    ],
    [
      "no models",
      withTeam({ models: undefined }, { budget: 1 }),
      "teams.research.models is missing; name at least one of those under models",
    ],
    [
      "a span that is none",
      withTeam({ budgetDuration: "30x" }, { budget: 1 }),
      'teams.research.budgetDuration: "30x" is not a duration; write a number and s, m, h, d, w or mo, such as "30d", a hundred years at most',
    ],
    [
      "no budget anywhere",
      withTeam({ budget: 50 }, {}),
      "projects.a.budget is missing; write US dollars in whole cents, more than 0, such as 40 or 12.50",
    ],
    [
      "more for one project than for all",
      withTeam({ budget: 4, rpmLimit: 2, projectLimits: { budget: 5, rpmLimit: 3 } }, { budget: 1, rpmLimit: 1 }),
      "teams.research.projectLimits.budget: 5 is above the team's own budget, 4; write at most that",
      "teams.research.projectLimits.rpmLimit: 3 is above the team's own rpmLimit, 2; write at most that",
    ],
    ["a name that is no DNS label", { models, teams: { "Research Team": team } }, `teams["Research Team"] ${dnsLabel}`],
    [
      "the name of LiteLLM's own sessions",
      { models, teams: { "litellm-dashboard": team } },
      "teams.litellm-dashboard is what LiteLLM calls the sessions of its own UI; write another name",
    ],
    [
      "limits that LiteLLM's teams don't have",
      withTeam({ maxParallelRequests: 5 }, { budget: 1 }),
      "teams.research.maxParallelRequests is not a setting; write one of models, budget, budgetDuration, budgetMargin, tpmLimit, rpmLimit, projectLimits, metadata",
    ],
    [
      "a team of a pool, which has none",
      { models, teams: { research: team }, pools: { p: { team: "research", models: ["gpt-4o"], budget: 1 } } },
      expect.stringContaining("pools.p.team is not a setting"),
    ],
  ]);

  it.each([...STEERING_METADATA, ...STEERING_TEAM_METADATA, "managed_by", "tags", "allowed_parameters"])(
    "metadata named %s, which LiteLLM or the gateway reads",
    (name) => {
      expect(problemsOf(withTeam({ metadata: { [name]: "x" } }, { budget: 1 }))).toEqual([
        `teams.research.metadata.${name} is a name that the gateway keeps to itself; choose another`,
      ]);
    },
  );
});

it("a team's hard budget follows from its soft one by the same margin as a project's", () => {
  const args = (more: object, margin = 20) => {
    const [one] = parsed({ ...withTeam(more, { budget: 1 }), budgetMargin: margin }).teams;
    return one && teamArgs(one);
  };
  expect(args({ budget: 80 })).toMatchObject({ maxBudget: 100, softBudget: 80, budgetDuration: "30d" });
  expect(args({ budget: 80, budgetMargin: 50 })).toMatchObject({ maxBudget: 160, softBudget: 80 });
  // LiteLLM refuses a soft budget that isn't less.
  expect(args({ budget: 80 }, 0)).not.toHaveProperty("softBudget");
  expect(args({})).toEqual({ models: team.models, budgetDuration: "30d", metadata: {} });
});

it("a team without a project is warned of", () => {
  const settings = parsed({
    models,
    teams: { research: team, idle: team },
    projects: { a: { team: "research", budget: 1 } },
  });
  expect(warnings(settings)).toEqual([
    'llm-gateway:teams.idle has no project, so that it limits nobody. Write "team: idle" into those that belong to it, or remove it.',
  ]);
});

it("the outputs tell of a team what its projects have together, and which they are", () => {
  const { teams, projects } = parsed(withTeam({ budget: 80, rpmLimit: 10 }, { budget: 1 }));
  expect(teamInventory(teams, projects)).toEqual({
    research: {
      ...{ models: team.models, budget: 80, hardBudget: 100, budgetDuration: "30d", rpmLimit: 10, projects: ["a"] },
    },
  });
});
