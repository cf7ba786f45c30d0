import { describe, expect, it } from "vitest";

import { projectSchema } from "../../config/schema/projects.ts";
import { amount, dnsLabel, duration, each, pool, port, project } from "./mistakes.ts";
import { problemsOf } from "./stack.ts";

const openai = { model: "gpt-4o", provider: "openai" };
const sections =
  "platform, protect, acknowledge, policies, models, providers, routing, budgetMargin, teams, projects, pools, secrets, secretFiles, capacity, litellm, sagewai, postgres, kubernetes, gcp";
const keySettings = Object.keys(projectSchema.shape).join(", ");
const url = 'is not a URL that can be called; write one with http or https, such as "https://host:8443/v1"';
const credentials = "holds credentials; leave them out and set the provider's apiKey instead";
const metadataService = "is a cloud metadata service; name the model's own server";

const model = (settings: object) => ({ models: [{ name: "gpt-4o", ...openai, ...settings }] });

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
  const strategies = "simple-shuffle, least-busy, latency-based-routing, cost-based-routing, usage-based-routing-v2";
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
