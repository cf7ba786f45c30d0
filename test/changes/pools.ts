import { type Edit, EVERYWHERE, type Subject } from "./edit.ts";

const workers = "the workers of general";

const edits: Edit[] = [
  {
    what: "Add a pool",
    set: { "pools.newcomer": { models: ["gpt-4o"], budget: 8 } },
    on: EVERYWHERE,
    touches: [
      "the workers of newcomer",
      "the key of the pool newcomer",
      "the enrollment key of the pool newcomer",
      "the secrets of newcomer's workers",
    ],
  },
  {
    what: "Take a pool out",
    set: { "pools.general": undefined },
    on: ["local", "kubernetes"],
    touches: [workers, "the key of the pool general", "the enrollment key of the pool general"],
  },
  {
    what: "Have a pool's workers take tasks of a project",
    set: { "pools.general.project": "research-team" },
    on: ["local", "kubernetes"],
    touches: ["the enrollment key of the pool general", "the key of the pool general", workers],
  },
  {
    what: "Label a pool's workers",
    set: { "pools.general.labels": { env: "staging" } },
    on: ["local"],
    touches: [workers],
  },
  {
    what: "Run more workers of a pool",
    set: { "pools.general.replicas": 3 },
    on: ["local", "kubernetes"],
    touches: [workers],
  },
  {
    what: "Hand a worker more tasks at once",
    set: { "pools.general.maxConcurrent": 2 },
    on: ["local"],
    touches: [workers],
  },
  {
    what: "Take a model from a pool",
    set: { "pools.general.models": ["gpt-4o"] },
    on: ["local"],
    touches: ["the key of the pool general", workers],
  },
  {
    what: "Replace a pool's key",
    set: { "pools.general.generation": 2 },
    on: ["local"],
    touches: ["the key of the pool general", workers],
  },
  {
    what: "Give workers more memory",
    set: { "kubernetes.workers.memory": "1536Mi" },
    on: ["kubernetes"],
    touches: [workers],
  },
  {
    what: "Have workers added under load",
    set: { "kubernetes.workers.maxReplicas": 6 },
    on: ["kubernetes"],
    touches: [workers],
  },
];

/** Sagewai's workers. */
export const pools: Subject = { title: "Pools and workers", edits };
