import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as yaml from "yaml";

/** How an example of this project says what a configuration file of LiteLLM's says. */
export interface Shape {
  /** What the file's `os.environ/…` stand for: the path of a secret of the example, or `=` and a text. */
  variables?: Record<string, string>;
  /** What can't be said under its own name, by its path in the file: what a rule says of it, where a person would write it. */
  refused?: Record<string, string>;
  /** What stands in the file in place of these. */
  instead?: Record<string, unknown>;
  /** What LiteLLM has besides, by path: a default of this program, with its reason in docs/models.md. */
  besides?: Record<string, unknown>;
}

const OWN_DATABASE = "can't be passed through: it is made by this program, and its database with it";
const OWN_SOURCE = "can't be passed through: it would take models from elsewhere than the stack file";
const OPENS = "can't be passed through: it opens what keys, models and budgets close";
const OWN_REDIS = "can't be passed through: it is the setting kubernetes.redis or gcp.redis";
const NEEDS_LICENCE = "needs LiteLLM's Enterprise licence; set it as secrets.LITELLM_LICENSE, or leave it out";
const AT_PROVIDERS =
  "can't be passed through: it is a credential or an address of providers; write an entry under providers";
const NO_ENDPOINT =
  "is a section of LiteLLM's own file: it can't be passed through, because virtual keys reach models only, and none of the endpoints that it is for";

const openai = { OPENAI_API_KEY: "providers.openai.apiKey" };
const anthropic = { ANTHROPIC_API_KEY: "providers.anthropic.apiKey" };
const openrouter = { OPENROUTER_API_KEY: "providers.openrouter.apiKey" };
const ownKeys = { "general_settings.master_key": OWN_DATABASE };

/** The shapes by the name of the example, which is that of the file in `litellm-configs` too. */
export const SHAPES: Record<string, Shape> = {
  "home-ollama": {
    refused: {
      "litellm_settings.set_verbose":
        "can't be passed through: it shows secrets or what people write, in logs or in answers",
    },
  },
  "openrouter-fallbacks": { variables: { ...openrouter, GROQ_API_KEY: "providers.groq.apiKey" } },
  "azure-two-regions": {
    variables: {
      AZURE_KEY_FRANCE: "providers.azure-france.apiKey",
      AZURE_KEY_NORWAY: "providers.azure-norway.apiKey",
      AZURE_BASE_NORWAY: "=https://acme-norwayeast.openai.azure.com",
      ENTRA_TENANT: "=11111111-2222-3333-4444-555555555555",
      ENTRA_CLIENT: "=66666666-7777-8888-9999-000000000000",
      ENTRA_SECRET: "providers.azure-entra.clientSecret",
    },
    refused: {
      ...ownKeys,
      "general_settings.database_url": OWN_DATABASE,
      "router_settings.redis_host": OWN_REDIS,
      "router_settings.redis_port": OWN_REDIS,
      "router_settings.redis_password": OWN_REDIS,
    },
    besides: {
      "general.coordination_redis": {
        ...{ host: "redis.example.internal", port: 6379, password: "value of kubernetes.redis.password" },
        ...{ ssl: true, ssl_cert_reqs: "required", ssl_check_hostname: true },
      },
    },
  },
  "bedrock-role": {
    variables: {
      AWS_ACCESS_KEY_ID: "providers.bedrock-key.accessKeyId",
      AWS_SECRET_ACCESS_KEY: "providers.bedrock-key.secretAccessKey",
    },
    refused: ownKeys,
  },
  vertex: {
    variables: { VERTEX_KEY: "providers.vertex-key.credentials" },
    refused: {
      "litellm_settings.vertex_project": AT_PROVIDERS,
      "litellm_settings.vertex_location": AT_PROVIDERS,
    },
  },
  "own-servers": {},
  wildcards: {
    variables: { ...openai, ...anthropic, ...openrouter },
    besides: { "settings.block_requests_for_models_without_pricing": true },
  },
  watched: {
    variables: {
      ...openai,
      AWS_LOG_KEY_ID: "secrets.LOG_BUCKET_KEY_ID",
      AWS_LOG_KEY: "secrets.LOG_BUCKET_KEY",
      ...Object.fromEntries(
        ["LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY", "SENTRY_DSN", "DD_API_KEY", "SLACK_WEBHOOK_URL"].map((name) => [
          name,
          `secrets.${name}`,
        ]),
      ),
    },
    refused: {
      ...ownKeys,
      "litellm_settings.service_callbacks": 'is not a name that LiteLLM knows there; did you mean "service_callback"?',
    },
  },
  "every-fallback": {
    variables: { ...openai, ...anthropic, OPENAI_API_KEY_2: "providers.openai-spare.apiKey" },
    refused: {
      "router_settings.allowed_fails_policy":
        "can't be passed through: it is the setting routing.allowedFails, since this program chooses which deployments rest",
    },
  },
  "no-secrets-in-the-file": {
    refused: {
      ...ownKeys,
      "general_settings.database_url": OWN_DATABASE,
      "general_settings.store_model_in_db": OWN_SOURCE,
      "general_settings.salt_key": OWN_DATABASE,
    },
  },
  "names-for-people": {
    variables: { ...openai, ...anthropic },
    refused: {
      "model_list.0.model_info.id":
        "can't be passed through: it is given by this program, so that a price or a key can change without another deployment",
    },
  },
  cached: {
    variables: {
      GEMINI_API_KEY: "providers.google.apiKey",
      REDIS_HOST: "=cache.example.internal",
      REDIS_PASSWORD: "secrets.CACHE_PASSWORD",
    },
  },
  guarded: {
    variables: {
      ...openai,
      PRESIDIO_ANALYZER_API_BASE: "=http://presidio-analyzer.privacy.svc:3000",
      PRESIDIO_ANONYMIZER_API_BASE: "=http://presidio-anonymizer.privacy.svc:3000",
    },
    refused: {
      "model_list.0.litellm_params.litellm_credential_name":
        "can't be passed through: it names a way to sign in that belongs to the machine or the process; write an entry under providers",
      credential_list:
        "is a section of LiteLLM's own file: each credential is an entry under providers, which models name",
      mcp_servers: NO_ENDPOINT,
      "general_settings.pass_through_endpoints": OPENS,
    },
    instead: { "model_list.0.litellm_params.api_key": "os.environ/OPENAI_API_KEY" },
  },
  prices: { variables: { ...openai, ...anthropic } },
  "house-rules": {
    variables: { ...openai, COMPANY_PEM: "={files}/COMPANY_AUTHORITIES" },
    refused: {
      ...ownKeys,
      "litellm_settings.upperbound_key_generate_params":
        "can't be passed through: it is for keys and models that are made outside of the stack file",
      "general_settings.allowed_ips": NEEDS_LICENCE,
      "general_settings.max_request_size_mb": NEEDS_LICENCE,
      "general_settings.disable_spend_logs": OPENS,
      "general_settings.allow_requests_on_db_unavailable": OPENS,
      "general_settings.enable_health_check_routing":
        "can't be passed through: it is what this program needs to be as it is",
      "general_settings.timezone": "is not a name that LiteLLM knows there; it belongs to litellm.settings",
    },
    besides: { "settings.timezone": "Europe/Vienna" },
  },
};

/** A configuration file in the shape that LiteLLM's users have. */
export function original(name: string): Record<string, unknown> {
  const text = readFileSync(join(import.meta.dirname, "litellm-configs", `${name}.yaml`), "utf8");
  return yaml.parse(text) as Record<string, unknown>;
}

/** The same without what can't be said. */
export function sayable(name: string): Record<string, unknown> {
  const { refused = {}, instead = {} } = SHAPES[name] ?? {};
  const document = new yaml.Document(original(name));
  for (const path of Object.keys(refused)) {
    if (!document.deleteIn(steps(path))) throw new Error(`${name} lacks ${path}`);
  }
  for (const [path, value] of Object.entries(instead)) document.setIn(steps(path), value);
  return document.toJS() as Record<string, unknown>;
}

/** A path of a file as the names and places on it. */
export function steps(path: string): (string | number)[] {
  return path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
