import { type Edit, type Subject } from "./edit.ts";

const key = "the key of research-team";
const inSagewai = "research-team in Sagewai";

const edits: Edit[] = [
  {
    what: "Raise a project's budget",
    set: { "projects.research-team.budget": 80 },
    on: ["local", "kubernetes"],
    touches: [key, inSagewai],
  },
  {
    what: "Warn a project's agents at its budget in place of stopping them",
    set: { "projects.research-team.softAction": "warn" },
    on: ["local"],
    touches: [key],
  },
  {
    what: "Halve the margin between soft and hard budgets",
    set: { budgetMargin: 10 },
    on: ["local"],
    touches: [
      key,
      "the key of support-bot",
      "the key of the pool general",
      "the key of the pool gpu-workers",
      "the Sagewai admin's own key",
    ],
  },
  {
    what: "Raise the budget of a pool",
    set: { "pools.general.budget": 80 },
    on: ["local"],
    touches: ["the key of the pool general"],
  },
  {
    what: "Raise the budget of the Sagewai admin",
    set: { "sagewai.budget": 80 },
    on: ["local"],
    touches: ["the Sagewai admin's own key"],
  },
  {
    what: "Give projects a budget together",
    set: {
      "teams.research": { models: ["gpt-4o", "claude-sonnet"], budget: 100 },
      "projects.research-team.team": "research",
    },
    on: ["local", "kubernetes"],
    touches: ["the team research", key],
  },
];

/** What may be spent. */
export const budgets: Subject = { title: "Budgets", edits };
