import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { litellmConfig } from "../../config/litellm-config.ts";
import { kindOf, type ProviderKind } from "../../config/schema/providers/kinds.ts";
import { parseSettings, type Settings } from "../../config/settings.ts";
import { problemsOf, rawConfig } from "./stack.ts";

const azureBase = "https://acme.openai.azure.com";
const tenantId = "11111111-2222-3333-4444-555555555555";
const clientId = "66666666-7777-8888-9999-000000000000";
const roleArn = "arn:aws:iam::123456789012:role/llm-gateway";

type Row = [what: string, settings: Record<string, unknown>, ...expected: string[]];

/** Tests of rows: what it is about, settings, and what is expected of them. */
function each(rows: Row[]) {
  return it.each(rows.map(([what, settings, ...expected]) => ({ what, settings, expected })));
}

/** Settings with one model of a provider called `own`. */
function one(model: string, own: object, deployment: object = {}): Record<string, unknown> {
  return { models: [{ name: "m", model, provider: "own", ...deployment }], providers: { own } };
}

/** The problems of settings whose providers' secrets are encrypted. */
function problems(settings: Record<string, unknown>): string[] {
  return problemsOf(settings, ["llm-gateway:providers"]);
}

function parsed(settings: Record<string, unknown>): Settings {
  return parseSettings(rawConfig(settings), ["llm-gateway:providers"]);
}

/** What LiteLLM calls the first deployment with. */
function paramsOf(settings: Record<string, unknown>): Record<string, unknown> | undefined {
  const file = yaml.parse(litellmConfig(parsed(settings))) as {
    model_list: { litellm_params: Record<string, unknown> }[];
  };
  return file.model_list[0]?.litellm_params;
}

const known = (secrets: Settings["providerSecrets"]) =>
  new Promise((resolve) => {
    pulumi.output(secrets).apply(resolve);
  });

describe("the kind of a provider", () => {
  it.each([
    ["what it says", { kind: "server", apiKey: "k" }, ["openai/x"], "server"],
    ["what its models need", {}, ["azure/x"], "azure"],
    ["the same for what isn't a chat model", {}, ["sagemaker/x"], "bedrock"],
    ["the same for a region of Google Cloud", {}, ["vertex_ai/gemini-2.5-pro"], "vertex"],
    ["what only one kind can be told", { tenantId }, [], "azure"],
    ["the same of AWS", { region: "eu-west-1" }, [], "bedrock"],
    ["the same of Google Cloud", { project: "acme-prod" }, [], "vertex"],
    ["a server, with an address and without a key", { apiBase: "http://10.0.0.1" }, ["openai/x"], "server"],
    ["a server, by a prefix that only servers have", {}, ["ollama_chat/llama3.2"], "server"],
    ["a key's, with an address and a key", { apiBase: "http://10.0.0.1", apiKey: "k" }, ["openai/x"], "api-key"],
    ["a key's, otherwise", {}, ["mistral/mistral-large-latest"], "api-key"],
    ["a key's, without an entry", undefined, ["azure/x"], "api-key"],
    ["a key's, whatever looks like a prefix within a name", {}, ["openrouter/azure/x"], "api-key"],
  ] as const)("is %s", (_, entry, models, kind) => {
    expect(kindOf(entry as { kind?: ProviderKind } | undefined, models)).toBe(kind);
  });
});

describe("a model and its provider", () => {
  each([
    [
      "that isn't there",
      { models: [{ name: "m", model: "azure/x", provider: "azure" }] },
      'models[0].provider: "azure" is not a provider; write one of openai, anthropic, google, or add it to providers',
    ],
    [
      "that is mistyped",
      { models: [{ name: "m", model: "mistral/x", provider: "mistrall" }], providers: { mistral: {} } },
      'models[0].provider: "mistrall" is not a provider; write one of openai, anthropic, google, mistral, or add it to providers; did you mean "mistral"?',
    ],
    [
      "that everybody knows, of another kind",
      { models: [{ name: "m", model: "azure/x", provider: "openai" }] },
      'models[0].model: "azure/x" does not belong to provider openai, which is of the kind api-key; give azure/… a provider of the kind azure, or name another provider',
    ],
    [
      "of a kind that it lacks the prefix of",
      one("gpt-4o", { kind: "azure", apiBase: azureBase }),
      'models[0].model: "gpt-4o" does not belong to provider own, which is of the kind azure; write azure/ or azure_ai/ in front, or name another provider',
    ],
    [
      "of a kind that it has another prefix than",
      one("gemini/gemini-2.5-pro", { project: "acme-prod", location: "global" }),
      'models[0].model: "gemini/gemini-2.5-pro" does not belong to provider own, which is of the kind vertex; write vertex_ai/ or vertex_ai_beta/ in place of gemini/, or name another provider',
    ],
    [
      "of another cloud",
      {
        models: ["bedrock/x", "azure/x"].map((model) => ({ name: "m", model, provider: "own" })),
        providers: { own: { region: "eu-west-1" } },
      },
      'models[1].model: "azure/x" does not belong to provider own, which is of the kind bedrock; give azure/… a provider of the kind azure, or name another provider',
    ],
    [
      "that is a server of one's own",
      one("bedrock/x", { kind: "server", apiBase: "http://10.0.0.1" }),
      'models[0].model: "bedrock/x" does not belong to provider own, which is of the kind server; give bedrock/… a provider of the kind bedrock, or name another provider',
    ],
  ])("is refused with one $what", ({ settings, expected }) => {
    expect(problems(settings)).toEqual(expected);
  });
});

describe("a server's model", () => {
  it("says which API its server has, since LiteLLM wouldn't have it otherwise", () => {
    expect(problems(one("llama3", { apiBase: "http://10.0.0.1:8000/v1" }))).toEqual([
      "models[0].model: \"llama3\" doesn't say which API its server has; write openai/llama3 for OpenAI's, hosted_vllm/ for vLLM's or ollama_chat/ for Ollama's in front",
    ]);
  });
});

describe("Azure's address", () => {
  const call = `${azureBase}/openai/deployments/x/chat/completions?api-version=2025-01-01-preview`;
  const problem = `is the URL of one call; write that of the resource, ${azureBase}, and the version as apiVersion`;

  it.each([call, `${azureBase}/openai/v1/`, `${azureBase}/?api-version=2024-10-21`])(
    "is that of the resource, not of a call that the portal shows: %s",
    (apiBase) => {
      expect(problems(one("azure/x", { apiKey: "k", apiBase }))).toEqual([`providers.own.apiBase ${problem}`]);
      expect(problems(one("azure/x", { apiKey: "k", apiBase: azureBase }, { apiBase }))).toEqual([
        `models[0].apiBase ${problem}`,
      ]);
    },
  );

  it.each([
    ["azure/x", `${azureBase}/`],
    ["azure_ai/x", "https://acme.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview"],
  ])("of %s may be %s", (model, apiBase) => {
    expect(problems(one(model, { apiKey: "k", apiBase }))).toEqual([]);
  });
});

describe("what a provider lacks", () => {
  each([
    [
      "Azure's address",
      one("azure/x", { apiKey: "k" }),
      'providers.own.apiBase is missing; write that of your resource, such as "https://contoso.openai.azure.com"',
    ],
    [
      "Azure's application",
      one("azure/x", { apiBase: azureBase, tenantId }),
      "providers.own.clientId is missing; tenantId alone signs in to nothing",
    ],
    [
      "Azure's tenant",
      one("azure/x", { apiBase: azureBase, clientId }),
      "providers.own.tenantId is missing; clientId alone signs in to nothing",
    ],
    [
      "whose secret Azure's is",
      one("azure/x", { apiBase: azureBase, clientSecret: "s" }),
      "providers.own.clientId is missing; clientSecret alone signs in to nothing",
    ],
    [
      "a server's address",
      one("hosted_vllm/x", {}),
      'providers.own.apiBase is missing; write where the server is, such as "http://vllm.models.svc/v1"',
    ],
    [
      "AWS's region",
      one("bedrock/x", {}),
      "providers.own.region is missing; write the region of AWS, such as eu-central-1",
    ],
    [
      "half of an access key",
      one("bedrock/x", { region: "eu-west-1", accessKeyId: "AKIA" }),
      "providers.own.secretAccessKey is missing; accessKeyId alone signs in to nothing",
    ],
    [
      "the other half",
      one("bedrock/x", { region: "eu-west-1", secretAccessKey: "s" }),
      "providers.own.accessKeyId is missing; secretAccessKey alone signs in to nothing",
    ],
    [
      "whose session AWS's is",
      one("bedrock/x", { region: "eu-west-1", sessionToken: "s" }),
      "providers.own.accessKeyId is missing; sessionToken alone signs in to nothing",
    ],
    [
      "the role that has a session and an external id",
      one("bedrock/x", { region: "eu-west-1", roleSessionName: "gateway", externalId: "id" }),
      "providers.own.roleArn is missing; externalId alone signs in to nothing",
      "providers.own.roleArn is missing; roleSessionName alone signs in to nothing",
    ],
    [
      "all of Google Cloud",
      one("vertex_ai/x", {}),
      "providers.own.location is missing; write where its models run, such as europe-west4 or global",
      "providers.own.project is missing; write the id of the project in Google Cloud",
    ],
  ])("is named: $what", ({ settings, expected }) => {
    expect(problems(settings)).toEqual(expected);
  });

  it.each([
    ["azure/x", { apiKey: "k" }, { apiBase: azureBase }],
    ["bedrock/x", {}, { region: "eu-west-1" }],
    ["vertex_ai/x", { project: "acme-prod" }, { location: "global" }],
    ["hosted_vllm/x", {}, { apiBase: "http://10.0.0.1:8000/v1" }],
  ])("may stand at each of its models: %s", (model, entry, deployment) => {
    expect(problems(one(model, entry, deployment))).toEqual([]);
  });
});

describe("what isn't a provider's", () => {
  each([
    [
      "Bedrock's region in Azure",
      one("azure/x", { apiBase: azureBase, region: "eu-west-1" }),
      "providers.own.region is only for providers of the kind bedrock, and this one is of the kind azure; one of the kind azure has apiKey, apiBase, apiVersion, tenantId, clientId, clientSecret",
    ],
    [
      "a key of Vertex AI",
      one("vertex_ai/x", { project: "acme-prod", location: "global", apiKey: "k" }),
      "providers.own.apiKey is only for providers of the kind api-key or server or azure or bedrock, and this one is of the kind vertex; one of the kind vertex has project, location, credentials, apiBase",
    ],
    [
      "a model's location in Azure",
      one("azure/x", { apiBase: azureBase }, { location: "global", region: "eu-west-1" }),
      "models[0].location is only for providers of the kind vertex, and this one is of the kind azure; leave it out",
      "models[0].region is only for providers of the kind bedrock, and this one is of the kind azure; leave it out",
    ],
    [
      "a model's version of an API that has none",
      { models: [{ name: "m", model: "gpt-4o", provider: "openai", apiVersion: "2024-10-21" }] },
      "models[0].apiVersion is only for providers of the kind azure, and this one is of the kind api-key; leave it out",
    ],
  ])("is refused: $what", ({ settings, expected }) => {
    expect(problems(settings)).toEqual(expected);
  });
});

describe("values that no provider takes", () => {
  each([
    [
      "a tenant's name",
      one("azure/x", { apiBase: azureBase, tenantId: "contoso.onmicrosoft.com", clientId }),
      "providers.own.tenantId: [secret] is not the id of a tenant; write one such as 00000000-0000-0000-0000-000000000000",
    ],
    [
      "a year as Azure's version",
      one("azure/x", { apiBase: azureBase, apiVersion: "2024" }),
      "providers.own.apiVersion: [secret] is not a version of Azure's API; write one such as 2024-10-21",
    ],
    [
      "a city as a region",
      one("bedrock/x", { region: "frankfurt" }),
      "providers.own.region: [secret] is not a region of AWS; write one such as eu-central-1",
    ],
    [
      "a role's name",
      one("bedrock/x", { region: "eu-west-1", roleArn: "llm-gateway" }),
      "providers.own.roleArn: [secret] is not a role's ARN; write one such as arn:aws:iam::123456789012:role/llm-gateway",
    ],
    [
      "a project's title",
      one("vertex_ai/x", { project: "Acme Prod", location: "Europe" }),
      "providers.own.location: [secret] is not a location of Vertex AI; write one such as europe-west4 or global",
      "providers.own.project: [secret] is not a project's id; write one such as acme-ai-prod",
    ],
    [
      "a key with a line end within",
      one("mistral/x", { apiKey: "one\ntwo" }),
      "providers.own.apiKey: [secret] contains what no HTTP header can carry, such as a line end, a space at an end or a letter beyond ASCII; set the key alone",
    ],
  ])("are refused: $what", ({ settings, expected }) => {
    expect(problems(settings)).toEqual(expected);
  });
});

describe("how LiteLLM signs in", () => {
  each([
    ["a key", one("mistral/x", { apiKey: "k" }), "api_key=os.environ/MODEL_KEY_OWN"],
    [
      "a server's key",
      one("openai/x", { kind: "server", apiBase: "http://a", apiKey: "k" }),
      "api_key=os.environ/MODEL_KEY_OWN",
      "api_base=http://a",
    ],
    ["no key of a server", one("openai/x", { apiBase: "http://a" }), "api_key=none", "api_base=http://a"],
    [
      "Azure's key",
      one("azure/x", { apiKey: "k", apiBase: azureBase, apiVersion: "2024-10-21" }),
      ...["api_key=os.environ/MODEL_KEY_OWN", "api_version=2024-10-21", `api_base=${azureBase}`],
    ],
    [
      "Entra ID",
      one("azure/x", { apiBase: azureBase, tenantId, clientId, clientSecret: "s" }),
      ...[`tenant_id=${tenantId}`, `client_id=${clientId}`, "client_secret=os.environ/MODEL_CLIENT_SECRET_OWN"],
      `api_base=${azureBase}`,
    ],
    [
      "an access key with a role",
      one("bedrock/x", {
        region: "eu-west-1",
        accessKeyId: "a",
        secretAccessKey: "s",
        sessionToken: "t",
        roleArn,
        roleSessionName: "gateway",
        externalId: "id",
      }),
      ...["aws_region_name=eu-west-1", "aws_access_key_id=os.environ/MODEL_ACCESS_KEY_ID_OWN"],
      ...[
        "aws_secret_access_key=os.environ/MODEL_SECRET_ACCESS_KEY_OWN",
        "aws_session_token=os.environ/MODEL_SESSION_TOKEN_OWN",
      ],
      ...[`aws_role_name=${roleArn}`, "aws_session_name=gateway", "aws_external_id=id"],
    ],
    [
      "Bedrock's API key",
      one("bedrock/x", { region: "eu-west-1", apiKey: "k" }),
      "api_key=os.environ/MODEL_KEY_OWN",
      "aws_region_name=eu-west-1",
    ],
    [
      "a service account",
      one("vertex_ai/x", { project: "acme-prod", location: "global", credentials: "{}" }),
      ...["vertex_project=acme-prod", "vertex_location=global", "vertex_credentials=os.environ/MODEL_CREDENTIALS_OWN"],
    ],
  ])("is by $what", ({ settings, expected }) => {
    const { model, ...params } = paramsOf(settings) ?? {};
    expect(model).toBe((settings["models"] as { model: string }[])[0]?.model);
    expect(Object.entries(params).map(([name, value]) => `${name}=${String(value)}`)).toEqual(expected);
  });

  it("takes a model's own version, region and location before its provider's", () => {
    expect(
      paramsOf(one("azure/x", { apiKey: "k", apiBase: azureBase, apiVersion: "2024-10-21" }, { apiVersion: "v1" })),
    ).toMatchObject({ api_version: "v1" });
    expect(paramsOf(one("bedrock/x", { apiKey: "k", region: "eu-west-1" }, { region: "us-east-1" }))).toMatchObject({
      aws_region_name: "us-east-1",
    });
    expect(
      paramsOf(one("vertex_ai/x", { credentials: "{}", project: "acme-prod", location: "us" }, { location: "global" })),
    ).toMatchObject({ vertex_location: "global" });
  });

  it("gives each secret a variable that LiteLLM reads nowhere but in the model list", async () => {
    const { providerSecrets } = parsed({
      ...one("bedrock/x", { region: "eu-west-1", accessKeyId: "a", secretAccessKey: "s" }),
    });
    expect(await known(providerSecrets)).toEqual({ MODEL_ACCESS_KEY_ID_OWN: "a", MODEL_SECRET_ACCESS_KEY_OWN: "s" });
    expect(parsed(one("mistral/x", { apiKey: "k" })).providerSecrets).toHaveProperty("MODEL_KEY_OWN");
  });
});

describe("a provider that nothing signs in to", () => {
  it.each([
    ["mistral/x", {}],
    ["azure/x", { apiBase: azureBase }],
    ["azure/x", { apiBase: azureBase, tenantId, clientId }],
    ["bedrock/x", { region: "eu-west-1", roleArn }],
    ["vertex_ai/x", { project: "acme-prod", location: "global" }],
  ])("has its models answer by themselves on this machine, which is nobody in a cloud: %s %j", (model, entry) => {
    const [deployment] = parsed(one(model, entry)).models;
    expect(deployment?.mock).toBe("This is a mock answer of m: no API key is set for own.");
    expect(paramsOf(one(model, entry))).toMatchObject({ model: `gateway-mock/${model}` });
  });

  it("is called as it is where it is a server", () => {
    expect(parsed(one("hosted_vllm/x", { apiBase: "http://10.0.0.1" })).models[0]?.mock).toBeUndefined();
  });

  it.each(["kubernetes", "gcp"])("is refused on platform %s", (platform) => {
    const found = (settings: Record<string, unknown>) =>
      problems({ platform, ...settings }).filter((line) => line.startsWith("providers"));
    const command = "`pulumi config set --path --secret llm-gateway:providers.own.apiKey`";
    expect(found(one("mistral/x", {}))).toEqual([
      `providers.own.apiKey is missing; set it with ${command}, because only platform local gives mock answers`,
    ]);
    expect(found(one("azure/x", { apiBase: azureBase }))).toEqual([
      `providers.own.apiKey is missing; set it with ${command}, or write tenantId, clientId and clientSecret, because only platform local gives mock answers`,
    ]);
  });
});
