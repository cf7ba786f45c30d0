import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";

import { parseSettings, readSettings } from "../../config/settings.ts";
import { messageOf, minimal, rawConfig } from "./stack.ts";

const providersWithKey = { providers: { openai: { apiKey: "sk-provider-key" } } };
const secretProviders = ["llm-gateway:providers"];

describe("parseSettings", () => {
  it("fills in every default", () => {
    expect(parseSettings(rawConfig(minimal))).toEqual({
      platform: "local",
      protect: false,
      lineEnds: [],
      models: [
        {
          name: "gpt-4o",
          model: "gpt-4o",
          provider: "openai",
          signIn: {},
          mock: "This is a mock answer of gpt-4o: no API key is set for openai.",
        },
      ],
      providerSecrets: {},
      secrets: {},
      secretFiles: {},
      routing: { strategy: "simple-shuffle", numRetries: 3, retryAfter: 5, allowedFails: 2, cooldownTime: 60 },
      acknowledge: {},
      policies: { levels: {}, leastMargin: 10, longestKeyLife: "365d", labels: [] },
      budgetMargin: 20,
      teams: [],
      projects: [],
      pools: [],
      litellm: {
        version: "1.108.6",
        port: 4000,
        workers: 1,
        requestTimeout: 600,
        spendLogDays: 90,
        databaseConnections: 10,
        corsOrigins: [],
        management: { timeout: 20, patience: 90, concurrency: 16 },
      },
      sagewai: {
        version: "1.0.1",
        port: 8000,
        corsOrigins: [],
        organization: "LLM Gateway",
        adminEmail: "admin@example.com",
        budget: 40,
        budgetDuration: "30d",
      },
      postgres: { maxConnections: 100 },
      kubernetes: {
        namespace: "llm-gateway",
        createNamespace: true,
        images: {},
        pullSecrets: [],
        litellm: { replicas: 2, maxReplicas: 4 },
        sagewai: { cpu: "250m", memory: "1Gi", storage: "1Gi" },
        workers: { cpu: "250m", memory: "1Gi" },
        postgres: {
          trial: false,
          storage: "8Gi",
          port: 5432,
          adminUser: "postgres",
          tls: "verify-full",
          addresses: { cidrs: [], namespaces: [] },
          namePrefix: "",
        },
        clients: { cidrs: [], namespaces: [] },
        access: {},
      },
    });
  });

  it("gives a project its alias, hard budget and metadata", () => {
    const projects = { "research-team": { models: ["gpt-4o"], budget: 40, metadata: { costCenter: "4711" } } };
    expect(parseSettings(rawConfig({ ...minimal, projects })).projects).toEqual([
      {
        name: "research-team",
        alias: "research-team",
        models: ["gpt-4o"],
        budget: 40,
        maxBudget: 50,
        budgetDuration: "30d",
        softAction: "stop",
        softUnknown: "stop",
        metadata: { project: "research-team", costCenter: "4711" },
        apis: [],
        parameters: [],
        accessors: [],
        environment: "production",
        defaultModel: "gpt-4o",
      },
    ]);
  });

  it("gives a pool its alias, hard budget, metadata and sizes", () => {
    const pools = { gpu: { models: ["gpt-4o"], budget: 80, labels: { env: "production" } } };
    expect(parseSettings(rawConfig({ ...minimal, pools })).pools).toEqual([
      {
        name: "gpu",
        alias: "pool-gpu",
        models: ["gpt-4o"],
        budget: 80,
        maxBudget: 100,
        budgetDuration: "30d",
        softAction: "stop",
        softUnknown: "stop",
        metadata: { pool: "gpu" },
        apis: [],
        parameters: [],
        labels: { env: "production" },
        replicas: 1,
        maxConcurrent: 1,
      },
    ]);
  });

  it("keeps the aliases, limits and durations that are set", () => {
    const limits = {
      models: ["gpt-4o"],
      budget: 1,
      budgetDuration: "1mo",
      tpmLimit: 1000,
      rpmLimit: 10,
      maxParallelRequests: 2,
      duration: "90d",
      alias: "my key",
    };
    expect(parseSettings(rawConfig({ ...minimal, projects: { a: limits } })).projects[0]).toMatchObject(limits);
  });

  it.each([40.5, "40.50"])("takes %j dollars, which `pulumi config set --path` writes as text", (budget) => {
    const projects = { a: { models: ["gpt-4o"], budget } };
    expect(parseSettings(rawConfig({ ...minimal, projects })).projects[0]).toMatchObject({ budget: 40.5 });
  });

  it("calls the provider when its key is set", () => {
    const mockResponse = "Not used.";
    const models = [{ ...minimal.models[0], mockResponse }];
    const settings = parseSettings(rawConfig({ models, ...providersWithKey }), secretProviders);
    expect(settings.models[0]?.mock).toBeUndefined();
  });

  it("mocks a model with the text of its settings when the provider's key is not set", () => {
    const models = [{ ...minimal.models[0], mockResponse: "Hello." }];
    expect(parseSettings(rawConfig({ models })).models[0]?.mock).toBe("Hello.");
  });

  it("hands out provider keys only as Pulumi secrets", async () => {
    const { providerSecrets } = parseSettings(rawConfig({ ...minimal, ...providersWithKey }), secretProviders);
    expect(Object.keys(providerSecrets)).toEqual(["MODEL_KEY_OPENAI"]);
    const key = providerSecrets["MODEL_KEY_OPENAI"];
    expect(key && (await pulumi.isSecret(key))).toBe(true);
    await new Promise<void>((done) => {
      key?.apply((value) => {
        expect(value).toBe("sk-provider-key");
        done();
      });
    });
  });

  it("takes a provider of another name, and its key from a variable of that name", () => {
    const models = [{ name: "m", model: "mistral/large", provider: "mistral-eu" }];
    const providers = { "mistral-eu": { apiKey: "mistral-key" } };
    const settings = parseSettings(rawConfig({ models, providers }), secretProviders);
    expect(Object.keys(settings.providerSecrets)).toEqual(["MODEL_KEY_MISTRAL_EU"]);
    expect(settings.models[0]?.signIn).toEqual({ api_key: "os.environ/MODEL_KEY_MISTRAL_EU" });
  });

  it("ignores the labels of a stack, and refuses every other key that isn't of this project", () => {
    expect(parseSettings({ ...rawConfig(minimal), "pulumi:tags": "{}" }).platform).toBe("local");
    const keys = ["kubernetes:kubeconfig", "kubernetes:context", "gcp:credentials", "gcp:accessToken", "gcp:project"];
    const others = ["postgresql:host", "postgresql:password", "random:version", "pulumi:autonaming", "aws:profile"];
    for (const key of [...keys, ...others, "pulumi:disable-default-providers", "pulumi-nodejs:x"]) {
      expect(messageOf(() => parseSettings({ ...rawConfig(minimal), [key]: "x" }))).toContain(
        `\n  ${key} is not a setting of this project, whose names begin with llm-gateway; take it out with \`pulumi config rm ${key}\`\n`,
      );
    }
  });
});

describe("readSettings", () => {
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("reads the settings of the running program, with what is secret in them", async () => {
    pulumi.runtime.setAllConfig(rawConfig({ ...minimal, ...providersWithKey }), secretProviders);
    expect(Object.keys((await readSettings()).providerSecrets)).toEqual(["MODEL_KEY_OPENAI"]);
  });

  it("reports the problems that further checks find along with those of the settings", async () => {
    pulumi.runtime.setAllConfig(rawConfig({ ...minimal, sagewai: { port: 0 } }));
    const settings = readSettings(async (draft) => [
      { path: ["litellm", "port"], seen: draft.litellm?.port, message: "is in use; set a free port" },
    ]);
    await expect(settings).rejects.toThrow(
      new pulumi.RunError(
        [
          "The settings of this stack have 2 problems:",
          "llm-gateway:litellm.port: 4000 is in use; set a free port",
          "llm-gateway:sagewai.port: 0 is not a port; write a number from 1 to 65535",
          "docs/settings.md describes every setting.",
        ].join("\n  "),
      ),
    );
  });

  it("reports what a further check finds when the settings are right by themselves", async () => {
    pulumi.runtime.setAllConfig(rawConfig(minimal));
    const settings = readSettings(async () => [{ path: ["litellm", "port"], message: "is in use" }]);
    await expect(settings).rejects.toThrow("llm-gateway:litellm.port is in use");
  });
});

describe("a mistake", () => {
  it("is an error that Pulumi shows without a stack trace", () => {
    expect(() => parseSettings({})).toThrow(pulumi.RunError);
    expect(messageOf(() => parseSettings({}))).toBe(
      [
        "The settings of this stack have a problem:",
        "llm-gateway:models is missing; write one deployment at least, with name, model and provider",
        "docs/settings.md describes every setting.",
      ].join("\n  "),
    );
  });
});
