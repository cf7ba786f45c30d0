import { anthropic, openAi } from "./stand-ins/key-providers.ts";
import type { AccessKey } from "./stand-ins/aws-signature.ts";
import { azureOpenAi, entraId } from "./stand-ins/azure.ts";
import { bedrock } from "./stand-ins/bedrock.ts";
import { metadataServer, ServiceAccount } from "./stand-ins/google-identity.ts";
import { ownServers } from "./stand-ins/own-servers.ts";
import { sts } from "./stand-ins/sts.ts";
import { vertexAi } from "./stand-ins/vertex.ts";
import type { StandIn } from "./test-internet.ts";

/** What the organization signs in to its providers with. None of it may get to anybody else. */
export const SECRETS = {
  openai: "sk-openai-key-of-the-organization",
  anthropic: "sk-ant-key-of-the-organization",
  azure: "azure-key-of-the-organization",
  entra: "entra-secret-of-the-organization",
  accessKey: "aws/secret+access/key/of/the/organization",
  role: "aws/secret+access/key/of/who/assumes",
  bedrock: "bedrock-api-key-of-the-organization",
  vllm: "vllm-key-of-the-organization",
};

const REGION = "eu-central-1";
const PROJECT = "acme-ai-prod";
const LOCATION = "europe-west4";

const application = {
  tenantId: "11111111-2222-3333-4444-555555555555",
  clientId: "66666666-7777-8888-9999-000000000000",
  clientSecret: SECRETS.entra,
};
const role = { arn: "arn:aws:iam::123456789012:role/llm-gateway", externalId: "acme-4711" };
const account = new ServiceAccount();

/** Every way to sign in that the settings have, each to a provider of its own. */
export const PROVIDERS = {
  openai: { apiKey: SECRETS.openai },
  anthropic: { apiKey: SECRETS.anthropic },
  "azure-weu": { apiKey: SECRETS.azure, apiBase: "https://contoso-weu.openai.azure.com", apiVersion: "2024-10-21" },
  "azure-swe": { ...application, apiBase: "https://contoso-swe.openai.azure.com", apiVersion: "2025-04-01-preview" },
  aws: { region: REGION, accessKeyId: "AKIAOFTHEORGANIZATIO", secretAccessKey: SECRETS.accessKey },
  "aws-role": {
    ...{ region: REGION, accessKeyId: "AKIAOFWHOASSUMESONE1", secretAccessKey: SECRETS.role },
    ...{ roleArn: role.arn, roleSessionName: "llm-gateway", externalId: role.externalId },
  },
  "aws-key": { region: REGION, apiKey: SECRETS.bedrock },
  gcp: { project: PROJECT, location: LOCATION, credentials: account.json },
  "gcp-pod": { project: "acme-ai-dev", location: "global" },
  vllm: { apiBase: "http://vllm.models.svc/v1" },
  "vllm-with-key": { kind: "server", apiBase: "http://vllm-with-key.models.svc/v1", apiKey: SECRETS.vllm },
  ollama: { apiBase: "http://ollama.models.svc:11434" },
};

/** Those providers by host, and where they are signed in to. */
export function standIns(): Record<string, StandIn> {
  const entraTokens = new Set<string>();
  const googleTokens = new Set<string>();
  const podTokens = new Set<string>();
  const lent: Record<string, AccessKey> = {};
  const { accessKeyId } = PROVIDERS.aws;
  const whoAssumes = { [PROVIDERS["aws-role"].accessKeyId]: { secret: SECRETS.role } };
  const keys = (): Record<string, AccessKey> => ({ ...lent, [accessKeyId]: { secret: SECRETS.accessKey } });
  return {
    "api.openai.com": openAi(SECRETS.openai),
    "api.anthropic.com": anthropic(SECRETS.anthropic),
    "contoso-weu.openai.azure.com": azureOpenAi({
      ...{ apiKey: SECRETS.azure, apiVersion: PROVIDERS["azure-weu"].apiVersion },
      deployments: ["prod-gpt4o", "prod-embedder"],
    }),
    "contoso-swe.openai.azure.com": azureOpenAi({
      ...{ tokens: entraTokens, apiVersion: PROVIDERS["azure-swe"].apiVersion },
      deployments: ["swe-gpt4o", "swe-painter"],
    }),
    "login.microsoftonline.com": entraId(application, entraTokens),
    [`bedrock-runtime.${REGION}.amazonaws.com`]: (asked) =>
      bedrock(REGION, { keys: keys(), apiKey: SECRETS.bedrock })(asked),
    [`sts.${REGION}.amazonaws.com`]: sts(REGION, role, whoAssumes, lent),
    "oauth2.googleapis.com": account.tokenEndpoint(googleTokens),
    [`${LOCATION}-aiplatform.googleapis.com`]: vertexAi(PROJECT, LOCATION, googleTokens),
    "aiplatform.googleapis.com": vertexAi("acme-ai-dev", "global", podTokens),
    "metadata.google.internal": metadataServer(podTokens),
    "169.254.169.254": metadataServer(podTokens),
    "vllm.models.svc": ownServers(),
    "vllm-with-key.models.svc": ownServers(SECRETS.vllm),
    "ollama.models.svc": ownServers(),
  };
}
