import { readFile } from "node:fs/promises";

import { KNOWN_NAMES } from "../../config/litellm/known-names.ts";
import type { ProxyRoute } from "../security/proxy-routes.ts";

const publicApi = JSON.parse(
  await readFile(new URL("../../components/litellm/public_api.json", import.meta.url), "utf8"),
) as { families: Record<string, { parameters: string[] }> };

/** Everything that LiteLLM takes for a deployment's parameter, and that the API of chats doesn't define. */
export const PARAMETERS = Object.keys(KNOWN_NAMES.params).filter(
  (name) => publicApi.families["chat"]?.parameters.includes(name) === false,
);

/** Headers by which providers, their clouds and LiteLLM are told whose account, region, project or address is meant. */
export const HEADERS = [
  ...["api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"],
  ...["x-litellm-api-base", "x-litellm-tags", "x-litellm-model-id", "x-litellm-customer-id", "x-pass-authorization"],
  ...["x-amz-date", "x-amz-security-token", "x-amz-target", "x-amzn-bedrock-guardrailidentifier"],
  ...["x-amzn-bedrock-trace", "x-amzn-bedrock-performanceconfig-latency"],
  ...["x-goog-user-project", "x-goog-request-params", "x-vertex-ai-llm-request-type", "x-server-timeout"],
  ...["azureml-model-deployment", "extra-parameters", "x-ms-useragent", "x-ms-oai-image-generation-deployment"],
  ...["openai-organization", "openai-project", "anthropic-workspace-id", "anthropic-dangerous-direct-browser-access"],
  ...["x-forwarded-host", "x-forwarded-for", "x-original-url", "proxy-authorization", "cookie"],
];

/** Models of the providers that no project was given, as LiteLLM and the providers name them. */
export const MODELS_OF_OTHERS = [
  ...["azure/prod-gpt4o", "azure/another-deployment", "azure/../prod-gpt4o", "prod-gpt4o", "swe-gpt4o"],
  ...["bedrock/eu.amazon.nova-lite-v1:0", "bedrock/amazon.titan-embed-text-v2:0", "eu.amazon.nova-lite-v1:0"],
  ...["bedrock/us-east-1/anthropic.claude-v2:1", "arn:aws:bedrock:us-east-1:210987654321:inference-profile/x"],
  "bedrock/arn:aws:bedrock:us-east-1:210987654321:provisioned-model/x",
  ...["vertex_ai/gemini-2.5-pro", "gemini-2.5-pro", "vertex_ai/claude-opus-4-5", "gemini/gemini-2.5-flash"],
  ...["vertex_ai/../../../projects/acme-hr/locations/europe-west4/publishers/google/models/gemini-2.5-flash"],
  ...["openai/gpt-5", "gpt-5", "anthropic/claude-opus-4-5", "hosted_vllm/another", "ollama_chat/another", "*", "all"],
  ...["all-proxy-models", "all-team-models", "openai/*", "azure/*", "no-default-models"],
];

/** Paths by which LiteLLM would hand on a request to a provider as it is, below each of its routes for that. */
const BELOW = [
  "openai/deployments/prod-gpt4o/chat/completions?api-version=2024-10-21",
  "openai/files?api-version=2024-10-21",
  "model/eu.amazon.nova-lite-v1%3A0/converse",
  "foundation-models",
  "v1/projects/acme-ai-prod/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent",
  "v1/projects/acme-ai-prod/locations/europe-west4/endpoints",
  "v1/chat/completions",
  "v1/messages",
  "v1/files",
];

/** The paths of those routes: all whose last parameter is a path. */
export function pathsPastModels(routes: readonly ProxyRoute[]): string[] {
  const open = routes.filter(({ kind, path }) => kind === "Route" && /\{(endpoint|path)(:path)?\}$/.test(path));
  return open.flatMap(({ path }) => {
    const base = path.replace(/\{\w+(:path)?\}$/, "").replaceAll(/\{\w+(:path)?\}/g, "azure");
    return BELOW.map((below) => base + below);
  });
}

/** Parts of a message that name what lies with a provider, or within its cloud's reach. */
export const STORED = [
  { type: "image_url", image_url: { url: "gs://acme-hr/salaries.png" } },
  { type: "image_url", image_url: { url: "gs://acme-hr/salaries" } },
  { type: "file", file: { file_id: "gs://acme-hr/salaries.pdf", format: "application/pdf" } },
  { type: "file", file: { file_data: "s3://acme-hr/salaries.pdf" } },
  { type: "file", file: { file_id: "file-4711" } },
  { type: "document", source: { type: "url", url: "s3://acme-hr/salaries.pdf" } },
];

/** Tools that search what lies there. */
export const SEARCHES = [
  { type: "file_search", vector_store_ids: ["vs_4711"] },
  { retrieval: { vertexAiSearch: { datastore: "projects/acme-hr/locations/eu/dataStores/salaries" } } },
  { type: "code_interpreter", container: { type: "auto", file_ids: ["file-4711"] } },
];
