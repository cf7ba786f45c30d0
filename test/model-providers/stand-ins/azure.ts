import { randomUUID } from "node:crypto";

import { answerTo } from "../../security/provider-answers.ts";
import { json } from "../../security/answers/provider-answer.ts";
import { Refusal, type StandIn } from "../test-internet.ts";

/** What calls of a resource of Azure OpenAI must have. */
export interface AzureResource {
  apiKey?: string;
  /** Tokens of Entra ID that it takes, besides. */
  tokens?: Set<string>;
  apiVersion: string;
  /** Its deployments, by which alone models are called. */
  deployments: string[];
}

/** Azure OpenAI (https://learn.microsoft.com/azure/ai-foundry/openai/reference). */
export function azureOpenAi(resource: AzureResource): StandIn {
  const { apiKey, tokens, apiVersion, deployments } = resource;
  return ({ method, path, query, headers, body }) => {
    const isNew = path.startsWith("/openai/v1/");
    const bearer = /^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    const isKey = apiKey !== undefined && (headers["api-key"] === apiKey || (isNew && bearer === apiKey));
    if (!isKey && !tokens?.has(bearer)) throw new Refusal(401, "Access denied due to invalid subscription key.");

    const version = query.get("api-version");
    const isKnown = isNew ? version === null || NEW_VERSIONS.includes(version) : version === apiVersion;
    if (!isKnown) throw new Refusal(404, "Resource not found: api-version.");
    const { operation, deployment } = target(path, body);
    if (method !== "POST" || !OPERATIONS.includes(operation)) throw new Refusal(404, "Resource not found.");
    if (operation === "/responses" && !isNew && apiVersion < RESPONSES_SINCE) {
      throw new Refusal(400, `Azure OpenAI Responses API is enabled only for api-version ${RESPONSES_SINCE} and later`);
    }
    if (!deployments.includes(deployment)) {
      throw new Refusal(404, "The API deployment for this resource does not exist.");
    }
    return answerTo(path, body);
  };
}

/** What is asked for, and of which deployment: by its path, or as the body's model. */
function target(path: string, body: string): { operation: string; deployment: string } {
  const [, deployment, operation = ""] = /^\/openai\/deployments\/([^/]+)(\/.+)$/.exec(path) ?? [];
  if (deployment !== undefined) return { operation, deployment };
  const { model } = JSON.parse(body) as { model?: unknown };
  return { operation: path.replace(/^\/openai(\/v1)?/, ""), deployment: String(model) };
}

const OPERATIONS = ["/chat/completions", "/embeddings", "/images/generations", "/responses"];

/** Those of the API without a date in its version. */
const NEW_VERSIONS = ["v1", "preview"];

const RESPONSES_SINCE = "2025-03-01-preview";

/** An application of Entra ID. */
export interface Application {
  tenantId: string;
  clientId: string;
  clientSecret?: string;
  /** Whether this token of somebody else's is one that the application's federated credential is for. */
  trusts?: (assertion: string) => boolean;
}

/**
 * Where applications sign in to Entra ID, with a secret or as whom they trust
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 *
 * @param tokens The tokens that it gives are added to these.
 */
export function entraId({ tenantId, clientId, clientSecret, trusts }: Application, tokens: Set<string>): StandIn {
  const authority = `https://login.microsoftonline.com/${tenantId}`;
  const endpoints = {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
  };
  return ({ path, body }) => {
    if (path === `/${tenantId}/v2.0/.well-known/openid-configuration`) return json(endpoints);
    if (path !== `/${tenantId}/oauth2/v2.0/token`) throw new Refusal(404, "No such page.");
    const form = Object.fromEntries(new URLSearchParams(body));
    if (form["client_id"] !== clientId) throw new Refusal(400, "AADSTS700016: Application not found in the directory.");
    const isTrusted = form["client_assertion_type"] === JWT && trusts?.(form["client_assertion"] ?? "");
    if (!isTrusted && (clientSecret === undefined || form["client_secret"] !== clientSecret)) {
      throw new Refusal(401, "AADSTS7000215: Invalid client secret provided, or AADSTS700213: no federated identity.");
    }
    if (form["grant_type"] !== "client_credentials" || form["scope"] !== SCOPE) throw new Refusal(400, "invalid_scope");
    const access_token = `entra-token-${randomUUID()}`;
    tokens.add(access_token);
    return json({ token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600, access_token });
  };
}

const JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const SCOPE = "https://cognitiveservices.azure.com/.default";
