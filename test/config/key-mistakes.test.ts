import { describe } from "vitest";

import { amount, dnsLabel, duration, each, key, pool, project } from "./mistakes.ts";

const label = "can't be part of a label; write text without spaces, commas and equals signs";

const chosen = (defaultModel: unknown, models = ["gpt-4o"]) => project({ defaultModel, models });

describe("what Sagewai has of projects", () => {
  each([
    [
      "an environment that Sagewai doesn't know",
      project({ environment: "prod" }),
      'projects.a.environment: "prod" must be one of production, staging, development',
    ],
    [
      "a default model that it may not use",
      chosen("gpt-4"),
      'projects.a.defaultModel: "gpt-4" is not one of its models; write one of gpt-4o; did you mean "gpt-4o"?',
    ],
    [
      "a pattern as the default model",
      chosen("gpt-*"),
      'projects.a.defaultModel: "gpt-*" is a pattern; write one model that it stands for',
    ],
    ["a default model that is one of its models", chosen("gpt-4o")],
  ]);
});

describe.each([
  ["projects", project, "projects.a"],
  ["pools", pool, "pools.p"],
] as const)("the keys of %s", (_section, withKey, path) => {
  each([
    [
      "no budget",
      withKey({ budget: undefined }),
      `${path}.budget is missing; write US dollars in whole cents, more than 0, such as 40 or 12.50`,
    ],
    ["a negative budget", withKey({ budget: -5 }), `${path}.budget: -5 ${amount}`],
    ["a budget of nothing", withKey({ budget: 0 }), `${path}.budget: 0 ${amount}`],
    ["a budget with fractions of a cent", withKey({ budget: 1.005 }), `${path}.budget: 1.005 ${amount}`],
    ["a budget in words", withKey({ budget: "$40" }), `${path}.budget: "$40" ${amount}`],
    [
      "a duration that LiteLLM can't read",
      withKey({ budgetDuration: "30x" }),
      `${path}.budgetDuration: "30x" ${duration}`,
    ],
    [
      "a duration with more behind it",
      withKey({ budgetDuration: "30days" }),
      `${path}.budgetDuration: "30days" ${duration}`,
    ],
    ["a duration of nothing", withKey({ budgetDuration: "0d" }), `${path}.budgetDuration: "0d" ${duration}`],
    ["a duration without a unit", withKey({ duration: 30 }), `${path}.duration: 30 ${duration}`],
    ["no tokens per minute", withKey({ tpmLimit: 0 }), `${path}.tpmLimit: 0 must be at least 1`],
    ["no requests per minute", withKey({ rpmLimit: -1 }), `${path}.rpmLimit: -1 must be at least 1`],
    ["no parallel requests", withKey({ maxParallelRequests: 0 }), `${path}.maxParallelRequests: 0 must be at least 1`],
    ["no models", withKey({ models: [] }), `${path}.models: [] is empty; name at least one of those under models`],
    [
      "a model without a list",
      withKey({ models: "gpt-4o" }),
      `${path}.models: "gpt-4o" is not a list of models; name at least one of those under models`,
    ],
    [
      "an unknown model",
      withKey({ models: ["gpt-4o", "gpt-4"] }),
      `${path}.models[1]: "gpt-4" is not a model of this gateway; write one of gpt-4o; did you mean "gpt-4o"?`,
    ],
    [
      "a model to fall back to that it may not use",
      withKey({ softAction: "throttle", softFallback: ["gpt-4"] }),
      `${path}.softFallback[0]: "gpt-4" is not one of its models; write one of gpt-4o; did you mean "gpt-4o"?`,
    ],
    [
      "throttling without a model to go on with",
      withKey({ softAction: "throttle" }),
      `${path}.softAction: "throttle" needs models to go on with; name a cheaper one under softFallback`,
    ],
    [
      "models to fall back to, and no throttling",
      withKey({ softFallback: ["gpt-4o"] }),
      `${path}.softFallback is only for softAction: throttle; write that, or leave it out`,
    ],
    [
      "a margin that leaves no budget",
      withKey({ budgetMargin: 100 }),
      `${path}.budgetMargin: 100 is not a margin; write a whole number of percent from 0 to 90, such as 20`,
    ],
    [
      "metadata that is no text",
      withKey({ metadata: { floor: 3.1 } }),
      `${path}.metadata.floor: 3.1 must be text; put it in quotes`,
    ],
    [
      "metadata of LiteLLM's own",
      withKey({ metadata: { tags: "x" } }),
      `${path}.metadata.tags is a name that the gateway keeps to itself; choose another`,
    ],
    [
      "an alias with a space before it",
      withKey({ alias: " a" }),
      `${path}.alias: " a" is not an alias; write one line of text without spaces around it, and without .. between slashes`,
    ],
    [
      "an empty alias",
      withKey({ alias: "" }),
      `${path}.alias: "" is not an alias; write one line of text without spaces around it, and without .. between slashes`,
    ],
  ]);
});

describe("projects and pools", () => {
  each([
    [
      "a project's name that is no DNS label",
      { projects: { "Research Team": key } },
      `projects["Research Team"] ${dnsLabel}`,
    ],
    [
      "a project's name that is too long",
      { projects: { ["a".repeat(64)]: key } },
      `projects.${"a".repeat(64)} ${dnsLabel}`,
    ],
    [
      "a project's name that Pulumi uses itself",
      { projects: { urn: key } },
      "projects.urn is a name that Pulumi uses itself; write another one",
    ],
    [
      "a pool's name that Pulumi uses itself",
      { pools: { id: key } },
      "pools.id is a name that Pulumi uses itself; write another one",
    ],
    ["a pool's name that is no DNS label", { pools: { "gpu-": key } }, `pools.gpu- ${dnsLabel}`],
    ["a comma in a label", pool({ labels: { env: "a,b" } }), `pools.p.labels.env: "a,b" ${label}`],
    ["an equals sign in a label's name", pool({ labels: { "a=b": "c" } }), `pools.p.labels["a=b"] ${label}`],
    [
      "a label that is no text",
      pool({ labels: { gpu: ["a100"] } }),
      'pools.p.labels.gpu: ["a100"] must be text; put it in quotes',
    ],
    ["no workers", pool({ replicas: 0 }), "pools.p.replicas: 0 must be at least 1"],
    [
      "an empty handler",
      pool({ handler: " \n" }),
      `pools.p.handler: " \\n" is empty; write a Python program, or leave it out`,
    ],
    ["workers without tasks", pool({ maxConcurrent: 0 }), "pools.p.maxConcurrent: 0 must be at least 1"],
    [
      "a pool of an unknown project",
      { ...project({}), ...pool({ project: "b" }) },
      'pools.p.project: "b" is not a project of this gateway; write one of those under projects',
    ],
    [
      "a pool of a mistyped project",
      { projects: { research: key }, ...pool({ project: "reserach" }) },
      'pools.p.project: "reserach" is not a project of this gateway; write one of those under projects; did you mean "research"?',
    ],
    [
      "an API that can't be opened",
      project({ apis: ["images", "files"] }),
      'projects.a.apis[1]: "files" must be one of images, speech, transcriptions, rerank, moderations, google',
    ],
    [
      "a mistyped API",
      pool({ apis: ["rernak"] }),
      'pools.p.apis[0]: "rernak" must be one of images, speech, transcriptions, rerank, moderations, google; did you mean "rerank"?',
    ],
    [
      "an alias that another project has",
      { projects: { a: { ...key, alias: "x" }, b: { ...key, alias: "x" } } },
      'projects.b.alias: "x" is the alias of projects.a already; give each key an alias of its own',
    ],
    [
      "an alias that is another project's name",
      { projects: { a: key, b: { ...key, alias: "a" } } },
      'projects.b.alias: "a" is the alias of projects.a already; give each key an alias of its own',
    ],
    [
      "an alias that a pool and a project share",
      { projects: { "pool-p": key }, pools: { p: key } },
      'pools.p.alias: "pool-p" is the alias of projects.pool-p already; give each key an alias of its own',
    ],
  ]);
});
