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
export function azureOpenAi({ apiKey, tokens, apiVersion, deployments }: AzureResource): StandIn {
  return ({ method, path, query, headers, body }) => {
    const token = /^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    const isSigned = headers["api-key"] === apiKey && apiKey !== undefined;
    if (!isSigned && !tokens?.has(token)) throw new Refusal(401, "Access denied due to invalid subscription key.");
    if (query.get("api-version") !== apiVersion) throw new Refusal(404, "Resource not found: api-version.");
    const [, deployment, operation] = /^\/openai\/deployments\/([^/]+)(\/.+)$/.exec(path) ?? [];
    const isResponses = path === "/openai/responses";
    const named = isResponses ? String((JSON.parse(body) as { model?: unknown }).model) : (deployment ?? "");
    if (method !== "POST" || !(isResponses || OPERATIONS.includes(operation ?? ""))) {
      throw new Refusal(404, "Resource not found.");
    }
    if (isResponses && !(apiVersion >= RESPONSES_SINCE)) {
      throw new Refusal(400, `Azure OpenAI Responses API is enabled only for api-version ${RESPONSES_SINCE} and later`);
    }
    if (!deployments.includes(named)) throw new Refusal(404, "The API deployment for this resource does not exist.");
    return answerTo(path, body);
  };
}

const RESPONSES_SINCE = "2025-03-01-preview";

const OPERATIONS = ["/chat/completions", "/embeddings", "/images/generations"];

/** An application of Entra ID. */
export interface Application {
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

/**
 * Where applications sign in to Entra ID
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 *
 * @param tokens The tokens that it gives are added to these.
 */
export function entraId({ tenantId, clientId, clientSecret }: Application, tokens: Set<string>): StandIn {
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
    if (form["client_id"] !== clientId || form["client_secret"] !== clientSecret) {
      throw new Refusal(401, "AADSTS7000215: Invalid client secret provided.");
    }
    if (form["grant_type"] !== "client_credentials" || form["scope"] !== SCOPE) throw new Refusal(400, "invalid_scope");
    const access_token = `entra-token-${tokens.size}`;
    tokens.add(access_token);
    return json({ token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600, access_token });
  };
}

const SCOPE = "https://cognitiveservices.azure.com/.default";
