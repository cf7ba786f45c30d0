import { beforeAll, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { problemsOf } from "../config/stack.ts";
import { deploy, type Registered } from "../program/deploy.ts";
import { PolicyEvaluator } from "./policy-evaluator.ts";
import { podOf, workloadOf } from "./rendered.ts";

const models = [
  { name: "claude", model: "bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", provider: "aws" },
  { name: "gpt", model: "azure/prod", provider: "contoso" },
  { name: "qwen", model: "openai/qwen", provider: "vllm" },
];
const providers = {
  aws: { region: "eu-central-1", roleArn: "arn:aws:iam::123456789012:role/models" },
  contoso: {
    apiBase: "https://contoso.openai.azure.com",
    tenantId: "00000000-0000-0000-0000-000000000001",
    clientId: "00000000-0000-0000-0000-000000000002",
  },
  vllm: { apiBase: "http://vllm.models.svc:8000/v1" },
};
const identity = {
  annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/llm-gateway" },
  labels: { "azure.workload.identity/use": "true" },
};
const named = { projects: {}, pools: {} };

describe("LiteLLM's pods with an identity in a cloud", () => {
  let resources: Registered[];

  beforeAll(async () => {
    const kubernetes = {
      postgres: { trial: true },
      litellm: {
        identity: { ...identity, address: "169.254.170.23" },
        calls: { namespaces: [{ "kubernetes.io/metadata.name": "observability" }], ports: [4318] },
      },
    };
    ({ resources } = await deploy("kubernetes", {
      "llm-gateway:providers": providers,
      "llm-gateway:models": models,
      "llm-gateway:kubernetes": kubernetes,
      "llm-gateway:projects": named.projects,
      "llm-gateway:pools": named.pools,
    }));
  });

  it("are marked on their service account and in their labels, and no other pods are", () => {
    const accounts = resources.filter(({ type }) => type === "kubernetes:core/v1:ServiceAccount");
    const annotated = accounts.filter(({ inputs }) => JSON.stringify(inputs).includes("eks.amazonaws.com"));
    expect(annotated.map(({ name }) => name)).toEqual(["litellm"]);
    expect(workloadOf(resources, "litellm").spec.template.metadata.labels).toMatchObject(identity.labels);
    expect(JSON.stringify(workloadOf(resources, "sagewai-admin"))).not.toContain("azure.workload.identity");
    expect(JSON.stringify(workloadOf(resources, "litellm-migration"))).not.toContain("azure.workload.identity");
  });

  it("reach what hands them its credentials, what else they call, and neither's neighbours", () => {
    const policies = new PolicyEvaluator(resources);
    const litellm = podOf(workloadOf(resources, "litellm"));
    const collector = { labels: {}, namespace: { "kubernetes.io/metadata.name": "observability" } };
    expect(policies.allows(litellm, { address: "169.254.170.23" }, 80)).toBe(true);
    expect(policies.allows(litellm, { address: "169.254.169.254" }, 80)).toBe(false);
    expect(policies.allows(litellm, collector, 4318)).toBe(true);
    expect(policies.allows(litellm, collector, 4317)).toBe(false);
    const admin = podOf(workloadOf(resources, "sagewai-admin"));
    expect(policies.allows(admin, { address: "169.254.170.23" }, 80)).toBe(false);
    expect(policies.allows(admin, collector, 4318)).toBe(false);
  });

  it("reach a server whose address is its provider's", () => {
    const policies = new PolicyEvaluator(resources);
    const server = { labels: {}, namespace: { "kubernetes.io/metadata.name": "models" } };
    expect(policies.allows(podOf(workloadOf(resources, "litellm")), server, 8000)).toBe(true);
  });

  it("sign in without a key, each provider in its own way", () => {
    const config = resources.find(({ type, name }) => type === "kubernetes:core/v1:ConfigMap" && name === "litellm");
    const { data } = config?.inputs as { data: Record<string, string> };
    const { model_list: list } = yaml.parse(data["litellm-config.yaml"] ?? "") as {
      model_list: { litellm_params: object }[];
    };
    expect(list.map(({ litellm_params }) => litellm_params)).toEqual([
      {
        model: models[0]?.model,
        aws_region_name: "eu-central-1",
        aws_role_name: "arn:aws:iam::123456789012:role/models",
      },
      {
        model: "azure/prod",
        tenant_id: "00000000-0000-0000-0000-000000000001",
        client_id: "00000000-0000-0000-0000-000000000002",
        azure_ad_token: "oidc/file//var/run/secrets/azure/tokens/azure-identity-token",
        api_base: "https://contoso.openai.azure.com",
      },
      { model: "openai/qwen", api_key: "none", api_base: "http://vllm.models.svc:8000/v1" },
    ]);
  });

  it("sign in to Azure again when they must, by a program that no other stack has", () => {
    const config = resources.find(({ type, name }) => type === "kubernetes:core/v1:ConfigMap" && name === "litellm");
    const { data } = config?.inputs as { data: Record<string, string> };
    expect(Object.keys(data)).toContain("azure_sign_in.py");
    const hooks = workloadOf(resources, "litellm").spec.template.spec.containers.flatMap(({ env }) =>
      env.filter(({ name }) => name === "LITELLM_WORKER_STARTUP_HOOKS").map(({ value }) => value),
    );
    expect(hooks).toEqual([expect.stringMatching(/^request_guard:install,azure_sign_in:install/)]);
  });
});

describe("providers of a cluster without keys", () => {
  const kubernetes = { postgres: { trial: true } };
  const remedy = "or write what makes LiteLLM's pods somebody there under kubernetes.litellm.identity";

  it("are refused while the pods are nobody", () => {
    const vertex = { project: "acme-ai", location: "global" };
    const gemini = { name: "gemini", model: "vertex_ai/gemini-2.5-pro", provider: "vertex" };
    const settings = { platform: "kubernetes", models: [...models, gemini], providers: { ...providers, vertex } };
    expect(problemsOf({ ...settings, kubernetes })).toEqual([
      `providers.aws.accessKeyId is missing; set it with secretAccessKey, or apiKey, ${remedy}`,
      `providers.contoso.clientSecret is missing; set it, ${remedy}`,
      `providers.vertex.credentials is missing; set it, ${remedy}`,
    ]);
    expect(problemsOf({ ...settings, kubernetes: { ...kubernetes, litellm: { identity } } })).toEqual([]);
  });
});
