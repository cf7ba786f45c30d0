import * as z from "zod";

import { httpUrl } from "../fields.ts";
import { secretText } from "../secret-text.ts";
import { PROVIDER_KINDS, type ProviderKind } from "./kinds.ts";

/** Visible characters of ASCII, and spaces among them: https://www.rfc-editor.org/rfc/rfc9110#name-field-values. */
const HEADER_VALUE = {
  is: /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
  error:
    "contains what no HTTP header can carry, such as a line end, a space at an end or a letter beyond ASCII; set the key alone",
};

const key = (name: string) =>
  secretText({
    empty: `is empty; set the ${name}, or remove the setting`,
    leaked: `revoke that ${name}`,
    pattern: HEADER_VALUE,
  });

const shaped = (is: RegExp, what: string, example: string) =>
  z.stringFormat(what, is, { error: `is not ${what}; write one such as ${example}` });

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A version of Azure's API: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle. */
export const apiVersion = () =>
  shaped(/^(\d{4}-\d\d-\d\d(-preview)?|v1|preview|latest)$/, "a version of Azure's API", "2024-10-21");

/** A region of AWS. */
export const region = () => shaped(/^[a-z]{2,3}(-[a-z]+)+-\d+$/, "a region of AWS", "eu-central-1");

/** A location of Vertex AI: https://cloud.google.com/vertex-ai/docs/general/locations. */
export const location = () =>
  shaped(/^(global|us|eu|[a-z]+(-[a-z]+)+\d+)$/, "a location of Vertex AI", "europe-west4 or global");

/** What a provider is called with. Every secret becomes a Pulumi secret here, so that no state can hold it in plain text. */
export const providerSchema = z.strictObject({
  kind: z
    .enum(PROVIDER_KINDS)
    .optional()
    .describe(
      "How it is signed in to: `api-key`, `azure`, `bedrock` (AWS), `vertex` (Google Cloud), or `server`, a model server of yours that needs no key. Default: what the prefix of its models says; `server` for one with `apiBase` and without `apiKey`; otherwise `api-key`.",
    ),
  apiKey: secretText({
    empty: "is empty; set the key, or remove the setting to have the provider's models mocked",
    leaked: "revoke that key",
    pattern: HEADER_VALUE,
  })
    .optional()
    .describe(
      "Its API key: `pulumi config set --path --secret llm-gateway:providers.openai.apiKey`. Default: none; on platform `local` the models of a provider that nothing signs in to give a mock answer.",
    ),
  apiBase: httpUrl()
    .optional()
    .describe(
      "Base URL of its API, for all its models: `https://contoso-weu.openai.azure.com`. Default: the provider's own. Required for `azure` and `server`, here or for each model.",
    ),
  apiVersion: apiVersion()
    .optional()
    .describe("Azure: the version of its API, such as `2024-10-21`. Default: LiteLLM's."),
  tenantId: shaped(GUID, "the id of a tenant", "00000000-0000-0000-0000-000000000000")
    .optional()
    .describe("Azure: the tenant of Entra ID, in place of an API key."),
  clientId: shaped(GUID, "the id of an application", "00000000-0000-0000-0000-000000000000")
    .optional()
    .describe(
      "Azure: the application that signs in to the tenant: with `clientSecret`, or in a cluster without one, by its workload identity.",
    ),
  clientSecret: key("secret").optional().describe("Azure: the application's secret."),
  region: region().optional().describe("Bedrock: the region of AWS, such as `eu-central-1`. Required."),
  accessKeyId: key("access key")
    .optional()
    .describe(
      "Bedrock: the id of an access key, together with `secretAccessKey`. Default: none; in a cluster, the pods' own identity.",
    ),
  secretAccessKey: key("access key").optional().describe("Bedrock: the secret of that access key."),
  sessionToken: key("access key")
    .optional()
    .describe("Bedrock: the session token of an access key that ends by itself."),
  roleArn: shaped(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    "a role's ARN",
    "arn:aws:iam::123456789012:role/llm-gateway",
  )
    .optional()
    .describe("Bedrock: a role that the access key, or the pods' identity, assumes for each call."),
  roleSessionName: shaped(/^[\w+=,.@-]{2,64}$/, "a session's name", "llm-gateway")
    .optional()
    .describe("Bedrock: the name of the role's session, as CloudTrail shows it. Default: LiteLLM's."),
  externalId: shaped(/^[\w+=,.@:/-]{2,1224}$/, "an external id", "llm-gateway")
    .optional()
    .describe("Bedrock: the external id that the role's owner asks for."),
  project: shaped(/^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "a project's id", "acme-ai-prod")
    .optional()
    .describe("Vertex: the project of Google Cloud. Required."),
  location: location()
    .optional()
    .describe("Vertex: where its models run, such as `europe-west4` or `global`. Required."),
  credentials: secretText({
    empty: "is empty; set the credentials' JSON, or remove the setting",
    leaked: "delete that key",
    multiline: true,
  })
    .optional()
    .describe(
      "Vertex: JSON of a service account's key or of Workload Identity Federation: `pulumi config set --path --secret llm-gateway:providers.vertex.credentials < key.json`. Default: none; in a cluster, the pods' own identity.",
    ),
});

export type Provider = z.output<typeof providerSchema>;

type Field = Exclude<keyof Provider, "kind">;

/** The settings of each kind. */
export const FIELDS: Record<ProviderKind, Field[]> = {
  "api-key": ["apiKey", "apiBase"],
  server: ["apiBase", "apiKey"],
  azure: ["apiKey", "apiBase", "apiVersion", "tenantId", "clientId", "clientSecret"],
  bedrock: [
    ...(["apiKey", "apiBase", "region", "accessKeyId", "secretAccessKey", "sessionToken"] as const),
    ...(["roleArn", "roleSessionName", "externalId"] as const),
  ],
  vertex: ["project", "location", "credentials", "apiBase"],
};
