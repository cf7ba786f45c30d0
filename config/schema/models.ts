import * as z from "zod";

import { didYouMean } from "../problems/did-you-mean.ts";
import { httpUrl, positive, price } from "./fields.ts";
import { MODEL_PROVIDERS } from "./model-providers.ts";
import { secretText } from "./secret-text.ts";

/** The providers of the guide, known without an entry in `providers`. */
export const KNOWN_PROVIDERS = ["openai", "anthropic", "google"];

/** How clients name a model. Sagewai's workers take a comma-separated list of these. */
const modelName = z.stringFormat("model name", /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/, {
  error: "is not a model name; write letters, digits and . _ : / -",
});

/** How LiteLLM names a model: it goes into URLs as it is, and `*` would make it any model. */
const providerModel = z
  .stringFormat("model", /^[A-Za-z0-9]([A-Za-z0-9._:@+-]|\/(?![./]))*$/, {
    abort: true,
    error: ({ input }) => {
      if (typeof input !== "string") return undefined;
      return input === ""
        ? "is empty; write the provider's name of the model, such as gpt-4o"
        : "is not a model; write letters, digits and . _ : / @ + -, without a path or a URL, which belongs to apiBase";
    },
  })
  .refine((model) => !model.includes("/") || MODEL_PROVIDERS.has(prefix(model)), {
    error: ({ input }) =>
      `does not begin with a provider that LiteLLM calls; write one in front, such as openai/… or gemini/…${didYouMean(prefix(String(input)), [...MODEL_PROVIDERS])}`,
  });

function prefix(model: string): string {
  return model.split("/")[0] ?? "";
}

/** One deployment of a model; several may share a name, and LiteLLM distributes requests among them. */
export const deploymentSchema = z.strictObject({
  name: modelName.describe("The name that clients and allowlists use. Deployments of one name share its requests."),
  model: providerModel.describe("LiteLLM's name of the model: `gpt-4o`, `gemini/gemini-2.0-flash`."),
  provider: z
    .string()
    .describe("Whose API key it is called with: `openai`, `anthropic`, `google`, or a name under `providers`."),
  apiBase: httpUrl()
    .optional()
    .describe(
      "Base URL of the provider's API, such as `http://vllm.models.svc/v1` for a server in the stack's cluster, whose namespace LiteLLM may then call. Default: the provider's own.",
    ),
  rpm: positive().optional().describe("Requests per minute that the provider grants this deployment."),
  tpm: positive().optional().describe("Tokens per minute that the provider grants this deployment."),
  weight: positive().optional().describe("Its share of the requests among deployments of one name (simple-shuffle)."),
  price: z
    .strictObject({
      input: price().describe("US dollars per million prompt tokens."),
      output: price().describe("US dollars per million answer tokens."),
    })
    .optional()
    .describe(
      "What its tokens cost. Default: LiteLLM's price list. A model that the list lacks costs nothing unless this is set, and then no budget limits it. With `cost-based-routing`, all deployments of one `model` need the same.",
    ),
  mockResponse: z
    .string()
    .min(1, "is empty; write the text to answer with")
    .optional()
    .describe(
      "What it answers while its provider has no API key, as it stands here; a request that wants a tool called gets a call of it. Default: a text that says so.",
    ),
});

/** A provider's credentials. The key becomes a Pulumi secret here, so that no state can hold it in plain text. */
export const providerSchema = z.strictObject({
  apiKey: secretText({
    empty: "is empty; set the key, or remove the setting to have the provider's models mocked",
    leaked: "revoke that key",
    // Visible characters of ASCII, and spaces among them: https://www.rfc-editor.org/rfc/rfc9110#name-field-values.
    pattern: {
      is: /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
      error:
        "contains what no HTTP header can carry, such as a line end, a space at an end or a letter beyond ASCII; set the key alone",
    },
  })
    .optional()
    .describe(
      "Its API key: `pulumi config set --path --secret llm-gateway:providers.openai.apiKey`. Default: none; on platform `local` its models then give a mock answer.",
    ),
});

export type Deployment = z.output<typeof deploymentSchema> & {
  /** The environment variable that holds the provider's key: `MODEL_KEY_OPENAI`. */
  apiKeyVariable: string;
  /** What it answers instead of the provider, whose key isn't set; undefined for a deployment that calls it. */
  mock: string | undefined;
};

/** Adds what follows from the provider to a deployment of the settings. */
export function resolveDeployment(
  deployment: z.output<typeof deploymentSchema>,
  providers: Record<string, z.output<typeof providerSchema>>,
): Deployment {
  const { name, provider, mockResponse } = deployment;
  return {
    ...deployment,
    apiKeyVariable: apiKeyVariable(provider),
    mock: providers[provider]?.apiKey
      ? undefined
      : (mockResponse ?? `This is a mock answer of ${name}: no API key is set for ${provider}.`),
  };
}

/** The names that clients may ask for, each once. */
export function modelNames(models: readonly Deployment[]): string[] {
  return [...new Set(models.map(({ name }) => name))];
}

/** Whether any model does. */
export function hasMocks(models: readonly Deployment[]): boolean {
  return models.some(({ mock }) => mock !== undefined);
}

/**
 * The environment variable for a provider's API key: `openai` → `MODEL_KEY_OPENAI`. Nothing but the model list may read it:
 * under OPENAI_API_KEY, LiteLLM finds it for requests that go past models and budgets.
 */
export function apiKeyVariable(provider: string): string {
  return `MODEL_KEY_${provider.toUpperCase().replaceAll("-", "_")}`;
}
