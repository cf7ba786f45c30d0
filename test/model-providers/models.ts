import type { Api } from "./calls.ts";

/** A deployment of some provider, and where calls of it must get to. */
export interface ProviderModel {
  settings: { name: string; model: string; provider: string } & Record<string, unknown>;
  /** Method, host, path and query of the provider by API; of a streamed call, the second. */
  reaches: Partial<Record<Api, [whole: string, streamed?: string]>>;
  /** Where LiteLLM signs in first, whenever it has no token in hand. */
  signsInAt?: string[];
}

const openai = "api.openai.com/v1";
const azure = (resource: string, deployment: string) =>
  `contoso-${resource}.openai.azure.com/openai/deployments/${deployment}`;
const bedrock = (model: string) => `bedrock-runtime.eu-central-1.amazonaws.com/model/${model}`;
const vertex = (model: string) =>
  `europe-west4-aiplatform.googleapis.com/v1/projects/acme-ai-prod/locations/europe-west4/${model}`;

/** One address for all APIs that answer in text. */
const everyApi = (whole: string, streamed = whole) => ({
  chat: [whole, streamed] as [string, string],
  messages: [whole, streamed] as [string, string],
  responses: [whole, streamed] as [string, string],
});

const converse = (model: string) => everyApi(`${bedrock(model)}/converse`, `${bedrock(model)}/converse-stream`);
const gemini = (address: string) => everyApi(`${address}:generateContent`, `${address}:streamGenerateContent?alt=sse`);

const price = { input: 1, output: 2 };

/** A model for each way to call a provider. */
export const MODELS: ProviderModel[] = [
  {
    settings: { name: "gpt", model: "openai/gpt-4o", provider: "openai" },
    reaches: {
      ...everyApi(`${openai}/responses`),
      chat: [`${openai}/chat/completions`],
    },
  },
  {
    settings: { name: "gpt-embedder", model: "openai/text-embedding-3-small", provider: "openai" },
    reaches: { embeddings: [`${openai}/embeddings`] },
  },
  {
    settings: { name: "gpt-painter", model: "openai/gpt-image-1", provider: "openai" },
    reaches: { images: [`${openai}/images/generations`] },
  },
  {
    settings: { name: "claude", model: "anthropic/claude-sonnet-4-5", provider: "anthropic" },
    reaches: everyApi("api.anthropic.com/v1/messages"),
  },
  {
    settings: {
      name: "azure-gpt",
      model: "azure/prod-gpt4o",
      provider: "azure-weu",
      info: { base_model: "azure/gpt-4o" },
    },
    // Of Responses, this version of the API knows nothing.
    reaches: {
      chat: [`${azure("weu", "prod-gpt4o")}/chat/completions?api-version=2024-10-21`],
      messages: [`${azure("weu", "prod-gpt4o")}/chat/completions?api-version=2024-10-21`],
    },
  },
  {
    settings: {
      ...{ name: "azure-embedder", model: "azure/prod-embedder", provider: "azure-weu" },
      info: { base_model: "azure/text-embedding-3-small", mode: "embedding" },
    },
    reaches: { embeddings: [`${azure("weu", "prod-embedder")}/embeddings?api-version=2024-10-21`] },
  },
  {
    settings: {
      name: "entra-gpt",
      model: "azure/swe-gpt4o",
      provider: "azure-swe",
      info: { base_model: "azure/gpt-4o" },
    },
    reaches: {
      ...everyApi(`${azure("swe", "swe-gpt4o")}/chat/completions?api-version=2025-04-01-preview`),
      responses: ["contoso-swe.openai.azure.com/openai/responses?api-version=2025-04-01-preview"],
    },
    signsInAt: ["login.microsoftonline.com"],
  },
  {
    settings: {
      ...{ name: "entra-painter", model: "azure/swe-painter", provider: "azure-swe" },
      info: { base_model: "azure/gpt-image-1", mode: "image_generation" },
    },
    reaches: { images: [`${azure("swe", "swe-painter")}/images/generations?api-version=2025-04-01-preview`] },
    signsInAt: ["login.microsoftonline.com"],
  },
  {
    settings: { name: "aws-claude", model: "bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", provider: "aws" },
    reaches: {
      ...converse("eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0"),
      messages: [
        `${bedrock("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")}/invoke`,
        `${bedrock("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")}/invoke-with-response-stream`,
      ],
    },
  },
  {
    settings: { name: "aws-titan", model: "bedrock/amazon.titan-embed-text-v2:0", provider: "aws" },
    reaches: { embeddings: [`${bedrock("amazon.titan-embed-text-v2%3A0")}/invoke`] },
  },
  {
    settings: { name: "role-nova", model: "bedrock/converse/eu.amazon.nova-lite-v1:0", provider: "aws-role" },
    reaches: converse("eu.amazon.nova-lite-v1%3A0"),
    // It looks first whether the machine has the role already.
    signsInAt: ["169.254.169.254", "sts.eu-central-1.amazonaws.com"],
  },
  {
    settings: { name: "key-nova", model: "bedrock/eu.amazon.nova-lite-v1:0", provider: "aws-key" },
    reaches: converse("eu.amazon.nova-lite-v1%3A0"),
  },
  {
    settings: { name: "gemini", model: "vertex_ai/gemini-2.5-flash", provider: "gcp" },
    reaches: gemini(vertex("publishers/google/models/gemini-2.5-flash")),
    signsInAt: ["oauth2.googleapis.com"],
  },
  {
    settings: { name: "gcp-claude", model: "vertex_ai/claude-sonnet-4-5@20250929", provider: "gcp" },
    reaches: everyApi(
      `${vertex("publishers/anthropic/models/claude-sonnet-4-5@20250929")}:rawPredict`,
      `${vertex("publishers/anthropic/models/claude-sonnet-4-5@20250929")}:streamRawPredict`,
    ),
    signsInAt: ["oauth2.googleapis.com"],
  },
  {
    settings: { name: "gcp-llama", model: "vertex_ai/meta/llama-4-scout-17b-16e-instruct-maas", provider: "gcp" },
    reaches: everyApi(vertex("endpoints/openapi/chat/completions")),
    signsInAt: ["oauth2.googleapis.com"],
  },
  {
    settings: { name: "gcp-embedder", model: "vertex_ai/text-embedding-005", provider: "gcp" },
    reaches: { embeddings: [`${vertex("publishers/google/models/text-embedding-005")}:predict`] },
    signsInAt: ["oauth2.googleapis.com"],
  },
  {
    settings: {
      ...{ name: "gcp-painter", model: "vertex_ai/imagen-4.0-generate-001", provider: "gcp" },
      info: { mode: "image_generation", output_cost_per_image: 0.04 },
    },
    reaches: { images: [`${vertex("publishers/google/models/imagen-4.0-generate-001")}:predict`] },
    signsInAt: ["oauth2.googleapis.com"],
  },
  {
    settings: { name: "pod-gemini", model: "vertex_ai/gemini-2.5-flash", provider: "gcp-pod" },
    reaches: gemini(
      "aiplatform.googleapis.com/v1/projects/acme-ai-dev/locations/global/publishers/google/models/gemini-2.5-flash",
    ),
    signsInAt: ["169.254.169.254", "metadata.google.internal"],
  },
  {
    settings: { name: "vllm", model: "hosted_vllm/qwen3", provider: "vllm", price },
    reaches: { ...everyApi("vllm.models.svc/v1/chat/completions"), responses: ["vllm.models.svc/v1/responses"] },
  },
  {
    settings: { name: "vllm-embedder", model: "openai/bge-m3", provider: "vllm", price, info: { mode: "embedding" } },
    reaches: { embeddings: ["vllm.models.svc/v1/embeddings"] },
  },
  {
    settings: { name: "vllm-with-key", model: "openai/qwen3", provider: "vllm-with-key", price },
    reaches: {
      ...everyApi("vllm-with-key.models.svc/v1/responses"),
      chat: ["vllm-with-key.models.svc/v1/chat/completions"],
    },
  },
  {
    settings: { name: "ollama", model: "ollama_chat/llama3.2", provider: "ollama", price },
    reaches: everyApi("ollama.models.svc/api/chat"),
  },
];
