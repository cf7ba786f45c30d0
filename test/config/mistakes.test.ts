import { describe, expect, it } from "vitest";

import { projectSchema } from "../../config/schema/projects.ts";
import { problemsOf } from "./stack.ts";

const openai = { model: "gpt-4o", provider: "openai" };
const key = { models: ["gpt-4o"], budget: 40 };
const sections =
  "platform, protect, models, providers, routing, projects, pools, secrets, secretFiles, capacity, litellm, sagewai, postgres, kubernetes, gcp";
const keySettings = Object.keys(projectSchema.shape).join(", ");
const amount = "is not an amount; write US dollars in whole cents, more than 0, such as 40 or 12.50";
const duration = 'is not a duration; write a number and s, m, h, d, w or mo, such as "30d", a hundred years at most';
const port = "is not a port; write a number from 1 to 65535";
const label = "can't be part of a label; write text without spaces, commas and equals signs";
const dnsLabel = "is not a name; write up to 63 lower-case letters, digits and hyphens, a letter first";
const origin = 'is not an origin; write a scheme, a host and no more but a port, such as "https://chat.example.com"';
const url = 'is not a URL that can be called; write one with http or https, such as "https://host:8443/v1"';
const credentials = "holds credentials; leave them out and set the provider's apiKey instead";
const metadataService = "is a cloud metadata service; name the model's own server";

const project = (settings: object) => ({ projects: { a: { ...key, ...settings } } });
const pool = (settings: object) => ({ pools: { p: { ...key, ...settings } } });
const model = (settings: object) => ({ models: [{ name: "gpt-4o", ...openai, ...settings }] });

type Case = [title: string, settings: Record<string, unknown>, ...problems: string[]];

function each(cases: Case[]): void {
  it.each(cases)("%s", (_title, settings, ...problems) => {
    expect(problemsOf(settings)).toEqual(problems);
  });
}

describe("any section", () => {
  each([
    ["unknown", { zebra: {} }, `zebra is not a setting; write one of ${sections}`],
    ["mistyped", { modles: [] }, `modles is not a setting; write one of ${sections}; did you mean "models"?`],
    [
      "with an unknown setting",
      project({ budgett: 1 }),
      `projects.a.budgett is not a setting; write one of ${keySettings}; did you mean "budget"?`,
    ],
    ["text in place of a mapping", { postgres: "big" }, 'postgres: "big" must be a mapping of settings'],
    ["text in place of a mapping of names", { projects: "none" }, 'projects: "none" must be a mapping of names'],
    ["text that only begins like JSON", { postgres: "{big" }, 'postgres: "{big" must be a mapping of settings'],
    ["a number in place of an entry", { projects: { a: 5 } }, "projects.a: 5 must be a mapping of settings"],
  ]);
});

describe("an unknown setting", () => {
  it.each([
    ["models[0].zebra", model({ zebra: 1 })],
    ["models[0].price.zebra", model({ price: { input: 1, output: 1, zebra: 1 } })],
    ["providers.openai.zebra", { providers: { openai: { zebra: 1 } } }],
    ["routing.zebra", { routing: { zebra: 1 } }],
    ["projects.a.zebra", project({ zebra: 1 })],
    ["pools.p.zebra", pool({ zebra: 1 })],
    ["litellm.zebra", { litellm: { zebra: 1 } }],
    ["sagewai.zebra", { sagewai: { zebra: 1 } }],
    ["postgres.zebra", { postgres: { zebra: 1 } }],
  ])("is reported at %s", (path, settings) => {
    expect(problemsOf(settings)).toEqual([expect.stringContaining(`${path} is not a setting; write one of `)]);
  });
});

describe("platform", () => {
  each([
    [
      "unknown",
      { platform: "lcoal" },
      'platform: "lcoal" must be one of local, kubernetes, gcp; did you mean "local"?',
    ],
  ]);

  it.each(["kubernetes", "gcp"])("%s demands every used provider's key, once each", (platform) => {
    const models = [
      { name: "a", ...openai },
      { name: "b", ...openai },
    ];
    expect(problemsOf({ platform, models }).filter((line) => line.startsWith("providers"))).toEqual([
      "providers.openai.apiKey is missing; set it with `pulumi config set --path --secret llm-gateway:providers.openai.apiKey`, because only platform local gives mock answers",
    ]);
  });
});

describe("models", () => {
  const list = "is not a list of models; write one deployment at least, with name, model and provider";
  each([
    ["empty", { models: [] }, `models: [] ${list}`],
    ["no list", { models: {} }, `models: {} ${list}`],
    ["without a model", { models: [{ name: "gpt-4o", provider: "openai" }] }, "models[0].model is missing"],
    [
      "an empty model",
      model({ model: "" }),
      'models[0].model: "" is empty; write the provider\'s name of the model, such as gpt-4o',
    ],
    [
      "a name with a comma",
      model({ name: "a,b" }),
      'models[0].name: "a,b" is not a model name; write letters, digits, spaces and . _ : / @ + ( ) & # \' -, or letters, digits and _ : / - before a * at the end',
    ],
    [
      "an unknown provider",
      model({ provider: "opnai" }),
      'models[0].provider: "opnai" is not a provider; write one of openai, anthropic, google, or add it to providers; did you mean "openai"?',
    ],
    ["no requests per minute", model({ rpm: 0 }), "models[0].rpm: 0 must be at least 1"],
    ["no tokens per minute", model({ tpm: 0 }), "models[0].tpm: 0 must be at least 1"],
    ["no weight", model({ weight: 0 }), "models[0].weight: 0 must be at least 1"],
    ["a negative price", model({ price: { input: -1, output: 1 } }), "models[0].price.input: -1 must be at least 0"],
    ["half a price", model({ price: { input: 1 } }), "models[0].price.output is missing"],
    [
      "an empty mock answer",
      model({ mockResponse: "" }),
      'models[0].mockResponse: "" is empty; write the text to answer with',
    ],
    [
      "a URL of another scheme",
      model({ apiBase: "file:///etc/passwd" }),
      `models[0].apiBase: "file:///etc/passwd" ${url}`,
    ],
    ["no URL", model({ apiBase: "localhost" }), `models[0].apiBase: "localhost" ${url}`],
    [
      "a URL with a password",
      model({ apiBase: "https://u:p/w@host/v1" }),
      `models[0].apiBase: "https://[secret]@host/v1" ${url}`,
    ],
    [
      "a URL with credentials",
      model({ apiBase: "https://user:pass@host/v1" }),
      `models[0].apiBase: "https://[secret]@host/v1" ${credentials}`,
    ],
    [
      "a URL with a user alone",
      model({ apiBase: "https://user@host/v1" }),
      `models[0].apiBase: "https://[secret]@host/v1" ${credentials}`,
    ],
    [
      "a metadata service's address",
      model({ apiBase: "http://169.254.169.254/" }),
      `models[0].apiBase: "http://169.254.169.254/" ${metadataService}`,
    ],
    [
      "a metadata service's address as a number",
      model({ apiBase: "http://2852039166/" }),
      `models[0].apiBase: "http://2852039166/" ${metadataService}`,
    ],
    [
      "a metadata service's name",
      model({ apiBase: "http://metadata.google.internal/" }),
      `models[0].apiBase: "http://metadata.google.internal/" ${metadataService}`,
    ],
    [
      "a link-local address",
      model({ apiBase: "http://[fe80::1]/" }),
      `models[0].apiBase: "http://[fe80::1]/" ${metadataService}`,
    ],
  ]);
});

describe("providers", () => {
  each([
    ["a name that is no DNS label", { providers: { Open_AI: {} } }, `providers.Open_AI ${dnsLabel}`],
    [
      "a mistyped setting",
      { providers: { openai: { apikey: "sk-secret" } } },
      'providers.openai.apikey is not a setting; write one of kind, apiKey, apiBase, apiVersion, tenantId, clientId, clientSecret, region, accessKeyId, secretAccessKey, sessionToken, roleArn, roleSessionName, externalId, project, location, credentials; did you mean "apiKey"?',
    ],
    [
      "an empty key",
      { providers: { openai: { apiKey: "" } } },
      "providers.openai.apiKey: [secret] is empty; set the key, or remove the setting to have the provider's models mocked",
    ],
    [
      "a key that is no text",
      { providers: { openai: { apiKey: 123.5 } } },
      "providers.openai.apiKey: [secret] must be text; put it in quotes",
    ],
    [
      "a key in place of the mapping",
      { providers: { openai: "sk-secret" } },
      "providers.openai: [secret] must be a mapping of settings",
    ],
    [
      "a key in plain text",
      { providers: { openai: { apiKey: "sk-secret" } } },
      "providers.openai.apiKey is in plain text in the stack file, and by now maybe in Git and in Pulumi's history too; revoke that key, set a new one with `pulumi config set --path --secret llm-gateway:providers.openai.apiKey`, and clean both as docs/operations.md says",
    ],
  ]);

  it("never shows a value of a section that holds a secret", () => {
    expect(problemsOf({ litellm: { port: "hunter2" } }, ["llm-gateway:litellm"])).toEqual([
      expect.stringContaining("litellm is encrypted, but is shown to others"),
      `litellm.port: [secret] ${port}`,
    ]);
  });
});

describe("routing", () => {
  const strategies =
    "simple-shuffle, least-busy, latency-based-routing, cost-based-routing, usage-based-routing-v2, usage-based-routing";
  each([
    [
      "an unknown strategy",
      { routing: { strategy: "round-robin" } },
      `routing.strategy: "round-robin" must be one of ${strategies}`,
    ],
    [
      "a mistyped strategy",
      { routing: { strategy: "least-bussy" } },
      `routing.strategy: "least-bussy" must be one of ${strategies}; did you mean "least-busy"?`,
    ],
    ["negative retries", { routing: { numRetries: -1 } }, "routing.numRetries: -1 must be at least 0"],
    ["a fraction of seconds", { routing: { retryAfter: 1.5 } }, "routing.retryAfter: 1.5 must be a whole number"],
    ["negative failures", { routing: { allowedFails: -1 } }, "routing.allowedFails: -1 must be at least 0"],
    ["no rest", { routing: { cooldownTime: 0 } }, "routing.cooldownTime: 0 must be at least 1"],
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

describe("services", () => {
  each([
    ["LiteLLM's port out of range", { litellm: { port: 65_536 } }, `litellm.port: 65536 ${port}`],
    ["Sagewai's port out of range", { sagewai: { port: 0 } }, `sagewai.port: 0 ${port}`],
    ["Sagewai's port in words", { sagewai: { port: "http" } }, `sagewai.port: "http" ${port}`],
    ["a fraction of a port", { litellm: { port: 4000.5 } }, `litellm.port: 4000.5 ${port}`],
    [
      "a port that is taken by a default",
      { sagewai: { port: 4000 } },
      "sagewai.port: 4000 is the port of litellm already; give each service a port of its own",
    ],
    [
      "a floating version",
      { litellm: { version: "latest" } },
      'litellm.version: "latest" is not a version; write all three numbers, such as "1.2.3"',
    ],
    [
      "half a version of Sagewai",
      { sagewai: { version: "1.0" } },
      'sagewai.version: "1.0" is not a version; write all three numbers, such as "1.2.3"',
    ],
    ["no LiteLLM workers", { litellm: { workers: 0 } }, "litellm.workers: 0 must be at least 1"],
    ["no time for requests", { litellm: { requestTimeout: 0 } }, "litellm.requestTimeout: 0 must be at least 1"],
    ["no spend log", { litellm: { spendLogDays: 0 } }, "litellm.spendLogDays: 0 must be at least 1"],
    [
      "no database connections",
      { litellm: { databaseConnections: 0 } },
      "litellm.databaseConnections: 0 must be at least 1",
    ],
    [
      "every web page at once",
      { litellm: { corsOrigins: ["*"] } },
      'litellm.corsOrigins[0]: "*" lets in every web page; name each origin, and leave the list out for none',
    ],
    [
      "every web page of a domain",
      { litellm: { corsOrigins: ["https://*.example.com"] } },
      'litellm.corsOrigins[0]: "https://*.example.com" lets in every web page; name each origin, and leave the list out for none',
    ],
    [
      "pages of unknown origin",
      { sagewai: { corsOrigins: ["null"] } },
      'sagewai.corsOrigins[0]: "null" is what pages of unknown origin send; name the origin of a server',
    ],
    [
      "an address in place of an origin",
      { litellm: { corsOrigins: ["https://chat.example.com", "https://Chat.example.com:443/app"] } },
      'litellm.corsOrigins[1]: "https://Chat.example.com:443/app" is not an origin; write a scheme, a host and no more but a port, such as "https://chat.example.com"',
    ],
    [
      "a host in place of an origin",
      { litellm: { corsOrigins: ["chat.example.com"] } },
      `litellm.corsOrigins[0]: "chat.example.com" ${origin}`,
    ],
    [
      "two origins in one",
      { litellm: { corsOrigins: ["https://a.example,https://b.example"] } },
      `litellm.corsOrigins[0]: "https://a.example,https://b.example" ${origin}`,
    ],
    [
      "an origin of no server",
      { litellm: { corsOrigins: ["file://"] } },
      `litellm.corsOrigins[0]: "file://" ${origin}`,
    ],
    [
      "an origin with a password",
      { litellm: { corsOrigins: ["https://me:secret@a.example"] } },
      'litellm.corsOrigins[0]: "https://[secret]@a.example" is not an origin; write a scheme, a host and no more but a port, such as "https://a.example"',
    ],
    [
      "one origin in place of a list",
      { litellm: { corsOrigins: "https://a.example" } },
      'litellm.corsOrigins: "https://a.example" is not a list; write each origin as an entry of its own',
    ],
    [
      "an origin that is not text",
      { litellm: { corsOrigins: [null] } },
      "litellm.corsOrigins[0]: null must be text; put it in quotes",
    ],
    [
      "an organization without a name",
      { sagewai: { organization: " " } },
      'sagewai.organization: " " is empty; write the organization\'s name',
    ],
    [
      "an address that is no e-mail",
      { sagewai: { adminEmail: "bob" } },
      'sagewai.adminEmail: "bob" is not an e-mail address; write one such as "admin@example.com"',
    ],
    [
      "fewer connections than LiteLLM opens",
      { litellm: { workers: 8 } },
      "postgres.maxConnections: 100 is too few for 8 LiteLLM workers with 10 connections each and 30 for others; write at least 110, or lower those of litellm",
    ],
  ]);

  it.each([1, 65_535])("may listen on port %d", (number) => {
    expect(problemsOf({ litellm: { port: number } })).toEqual([]);
  });

  it.each(["https://chat.example.com", "http://localhost:3000", "http://[::1]:3000", "https://xn--bcher-kva.example"])(
    "may be called from %s",
    (origin) => {
      expect(problemsOf({ litellm: { corsOrigins: [origin] }, sagewai: { corsOrigins: [origin] } })).toEqual([]);
    },
  );

  it("may use every connection", () => {
    expect(problemsOf({ litellm: { workers: 7 } })).toEqual([]);
  });
});

describe("many mistakes", () => {
  it("are all reported in one go, those across settings too", () => {
    expect(
      problemsOf({
        modles: [],
        models: [{ name: "gpt-4o", model: "gpt-4o", provider: "opnai", rpm: 1.5 }],
        routing: { retryAfter: 1.5 },
        projects: {
          "Bad Name": { models: ["gpt-5"], budget: 1 },
          a: { models: ["gpt-4"], budget: -1, alias: "x" },
          b: { models: "gpt-4o", alias: "x" },
        },
        litellm: { port: 8000, workers: "many" },
      }),
    ).toEqual([
      'litellm.workers: "many" must be a number',
      'models[0].provider: "opnai" is not a provider; write one of openai, anthropic, google, or add it to providers; did you mean "openai"?',
      "models[0].rpm: 1.5 must be a whole number",
      `modles is not a setting; write one of ${sections}; did you mean "models"?`,
      `projects.a.budget: -1 ${amount}`,
      'projects.a.models[0]: "gpt-4" is not a model of this gateway; write one of gpt-4o; did you mean "gpt-4o"?',
      'projects.b.alias: "x" is the alias of projects.a already; give each key an alias of its own',
      "projects.b.budget is missing; write US dollars in whole cents, more than 0, such as 40 or 12.50",
      'projects.b.models: "gpt-4o" is not a list of models; name at least one of those under models',
      `projects["Bad Name"] ${dnsLabel}`,
      'projects["Bad Name"].models[0]: "gpt-5" is not a model of this gateway; write one of gpt-4o; did you mean "gpt-4o"?',
      "routing.retryAfter: 1.5 must be a whole number",
      "sagewai.port: 8000 is the port of litellm already; give each service a port of its own",
    ]);
  });

  it("of one value are reported once, and a long value is cut short", () => {
    expect(problemsOf(project({ budget: -1.005, budgetDuration: "x".repeat(200) }))).toEqual([
      `projects.a.budget: -1.005 ${amount}`,
      `projects.a.budgetDuration: "${"x".repeat(78)}… ${duration}`,
    ]);
  });
});
