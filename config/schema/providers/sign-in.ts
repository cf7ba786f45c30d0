import type * as pulumi from "@pulumi/pulumi";

import { defined } from "../../problems/mapping.ts";
import type { ProviderKind } from "./kinds.ts";
import type { Provider } from "./provider.ts";

/** What LiteLLM calls the models of a provider with. */
export interface SignIn {
  /** Of a deployment's `litellm_params`; what is secret is the name of a variable: `os.environ/MODEL_KEY_OPENAI`. */
  params: Record<string, unknown>;
  /** Those variables. */
  secrets: Record<string, pulumi.Output<string>>;
}

/** Where the file is that AKS writes a pod's token into: https://learn.microsoft.com/azure/aks/workload-identity-overview. */
const AZURE_TOKEN_FILE = "/var/run/secrets/azure/tokens/azure-identity-token";

/** LiteLLM's client of OpenAI's API wants a key for servers that need none. */
const NO_KEY = "none";

/**
 * How LiteLLM signs in to a provider.
 *
 * @param name The provider's name in the settings.
 * @param hasIdentity Whether LiteLLM's process has an identity in a cloud: a pod may, a process of this machine never.
 * @returns undefined for a provider that nothing signs in to.
 */
export function signIn(
  name: string,
  entry: Provider | undefined,
  kind: ProviderKind,
  hasIdentity: boolean,
): SignIn | undefined {
  const secrets: SignIn["secrets"] = {};
  const secret = (field: string, value: pulumi.Output<string> | undefined) => {
    if (value === undefined) return undefined;
    const variable = variableOf(name, field);
    secrets[variable] = value;
    return `os.environ/${variable}`;
  };
  const own = entry && OF_KIND[kind](entry, secret, hasIdentity);
  if (entry === undefined || own === undefined) return undefined;
  return { params: defined({ ...own, api_base: entry.apiBase }), secrets };
}

type Secret = (field: string, value: pulumi.Output<string> | undefined) => string | undefined;

/** The parameters that sign in, by kind; undefined where those that are set don't. */
const OF_KIND: Record<
  ProviderKind,
  (entry: Provider, secret: Secret, hasIdentity: boolean) => Record<string, unknown> | undefined
> = {
  "api-key": ({ apiKey }, secret) => (apiKey ? { api_key: secret("KEY", apiKey) } : undefined),

  server: ({ apiKey }, secret) => ({ api_key: secret("KEY", apiKey) ?? NO_KEY }),

  azure({ apiKey, apiVersion, tenantId, clientId, clientSecret }, secret, hasIdentity) {
    const version = { api_version: apiVersion };
    if (apiKey) return { api_key: secret("KEY", apiKey), ...version };
    if (tenantId === undefined || clientId === undefined) return undefined;
    const application = { tenant_id: tenantId, client_id: clientId, ...version };
    if (clientSecret) return { ...application, client_secret: secret("CLIENT_SECRET", clientSecret) };
    return hasIdentity ? { ...application, azure_ad_token: `oidc/file/${AZURE_TOKEN_FILE}` } : undefined;
  },

  bedrock(entry, secret, hasIdentity) {
    const { region, apiKey, accessKeyId, secretAccessKey, sessionToken, roleArn, roleSessionName, externalId } = entry;
    if (apiKey) return { api_key: secret("KEY", apiKey), aws_region_name: region };
    if (!accessKeyId && !hasIdentity) return undefined;
    return {
      aws_region_name: region,
      aws_access_key_id: secret("ACCESS_KEY_ID", accessKeyId),
      aws_secret_access_key: secret("SECRET_ACCESS_KEY", secretAccessKey),
      aws_session_token: secret("SESSION_TOKEN", sessionToken),
      aws_role_name: roleArn,
      aws_session_name: roleSessionName,
      aws_external_id: externalId,
    };
  },

  vertex({ project, location, credentials }, secret, hasIdentity) {
    if (!credentials && !hasIdentity) return undefined;
    return {
      vertex_project: project,
      vertex_location: location,
      vertex_credentials: secret("CREDENTIALS", credentials),
    };
  },
};

/**
 * The environment variable of a provider's secret: `openai` → `MODEL_KEY_OPENAI`. Nothing but the model list may read it:
 * under OPENAI_API_KEY, LiteLLM finds it for requests that go past models and budgets.
 */
function variableOf(provider: string, field: string): string {
  return `MODEL_${field}_${provider.toUpperCase().replaceAll("-", "_")}`;
}
