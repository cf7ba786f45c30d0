import { type Edit, EVERYWHERE, type Subject } from "./edit.ts";

const key = "the key of research-team";
const inSagewai = "research-team in Sagewai";

const edits: Edit[] = [
  {
    what: "Add a project",
    set: { "projects.newcomer": { models: ["gpt-4o"], budget: 8 } },
    on: EVERYWHERE,
    touches: ["the key of newcomer", "newcomer in Sagewai", "the key of newcomer in Secret Manager"],
  },
  {
    what: "Take a project out",
    set: { "projects.research-team": undefined },
    on: EVERYWHERE,
    touches: [key, inSagewai, "the key of research-team in Secret Manager"],
    acknowledges: ["delete-key/research-team"],
  },
  {
    what: "Rename a project",
    set: {
      "projects.research-team": undefined,
      "projects.research": { models: ["gpt-4o", "claude-sonnet"], budget: 40 },
    },
    on: ["local"],
    touches: [key, "the key of research", inSagewai, "research in Sagewai"],
    acknowledges: ["delete-key/research-team"],
    note: "A project's name tells whose key it is: another name is another project. To show another name only, set `alias`.",
  },
  {
    what: "Give a project's key another alias",
    set: { "projects.research-team.alias": "research" },
    on: ["local"],
    touches: [key],
  },
  {
    what: "Replace a project's key; the former one works for another day",
    set: { "projects.research-team.generation": 2 },
    on: EVERYWHERE,
    touches: [key, inSagewai, "the key of research-team in Secret Manager"],
  },
  {
    what: "Replace a project's key that leaked, at once",
    set: { "projects.research-team.generation": 2, "projects.research-team.overlap": "0s" },
    on: ["local", "kubernetes"],
    touches: [key, inSagewai],
    acknowledges: ["replace-key/research-team"],
  },
  {
    what: "Have a project's key expire",
    set: { "projects.research-team.duration": "90d" },
    on: ["local"],
    touches: [key],
  },
  {
    what: "Take a model from a project",
    set: { "projects.research-team.models": ["gpt-4o"] },
    on: ["local"],
    touches: [key],
  },
  {
    what: "Limit a project's requests",
    set: { "projects.research-team.rpmLimit": 100 },
    on: ["local"],
    touches: [key],
  },
  {
    what: "Open one more API to a project",
    set: { "projects.research-team.apis": ["images"] },
    on: ["local"],
    // What no project opens, LiteLLM's request guard closes to everybody.
    touches: [key, "LiteLLM"],
  },
  {
    what: "Have a project's agents use another model",
    set: { "projects.research-team.defaultModel": "claude-sonnet" },
    on: ["local"],
    touches: [inSagewai],
  },
  {
    what: "Note another environment of a project",
    set: { "projects.research-team.environment": "staging" },
    on: ["local"],
    touches: [inSagewai],
  },
  {
    what: "Let a group read a project's key",
    set: { "projects.research-team.accessors": ["group:research@acme.com"] },
    on: ["prod"],
    touches: ["who may read the key of research-team"],
  },
];

/** Who uses the gateway, and what with. */
export const projects: Subject = {
  title: "Projects and keys",
  lead: "All projects' keys are one resource, of which the diff names each key that changes. A key keeps its value unless it is replaced here by name.",
  edits,
};
