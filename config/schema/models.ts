import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod";

import { didYouMean } from "../problems/did-you-mean.ts";
import { count, httpUrl, line, positive, price } from "./fields.ts";
import { MODEL_PROVIDERS } from "./model-providers.ts";
import { kindOf, prefixOf } from "./providers/kinds.ts";
import { apiVersion, location, type Provider, region } from "./providers/provider.ts";
import { signIn } from "./providers/sign-in.ts";

/** The providers of the guide, known without an entry in `providers`. */
export const KNOWN_PROVIDERS = ["openai", "anthropic", "google"];

/**
 * How clients name a model. Sagewai's workers take a comma-separated list of these, and LiteLLM reads a name with a star in a
 * key's list as a regular expression: what would mean something there is left out.
 */
const modelName = z.stringFormat(
  "model name",
  /^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M} ._:/@+()&#'-]*(?<! )|[A-Za-z0-9_:/-]*\*)$/u,
  {
    error:
      "is not a model name; write letters, digits, spaces and . _ : / @ + ( ) & # ' -, or letters, digits and _ : / - before a * at the end",
  },
);

/** How LiteLLM names a model: it goes into URLs as it is. A star at its end stands for what the client asks for. */
const providerModel = z
  .stringFormat("model", /^[A-Za-z0-9]([A-Za-z0-9._:@+-]|\/(?![./]))*(?:(?<=\/)\*)?$/, {
    abort: true,
    error: ({ input }) => {
      if (typeof input !== "string") return undefined;
      if (input === "") return "is empty; write the provider's name of the model, such as gpt-4o";
      return input === "*"
        ? "would be any model of any provider; write one provider in front, such as openai/*"
        : "is not a model; write letters, digits and . _ : / @ + -, without a path or a URL, which belongs to apiBase";
    },
  })
  .refine((model) => !model.includes("/") || MODEL_PROVIDERS.has(prefixOf(model)), {
    error: ({ input }) =>
      `does not begin with a provider that LiteLLM calls; write one in front, such as openai/… or gemini/…${didYouMean(prefixOf(String(input)), [...MODEL_PROVIDERS])}`,
  });

/** One deployment of a model; several may share a name, and LiteLLM distributes requests among them. */
export const deploymentSchema = z.strictObject({
  name: modelName.describe(
    "The name that clients and allowlists use. Deployments of one name share its requests. With `*`, as in `openai/*`, any name that fits.",
  ),
  model: providerModel.describe(
    "LiteLLM's name of the model: `gpt-4o`, `gemini/gemini-2.0-flash`, `azure/` and the name of the deployment. Behind a name with `*`, it may end with `/*` too: what the client asks for.",
  ),
  provider: z
    .string()
    .describe("What it is called with: `openai`, `anthropic`, `google`, or a name under `providers`."),
  apiBase: httpUrl()
    .optional()
    .describe(
      "Base URL of the provider's API, such as `http://vllm.models.svc/v1` for a server in the stack's cluster, whose namespace LiteLLM may then call. Default: that of its provider's entry.",
    ),
  apiVersion: apiVersion().optional().describe("Azure: the version of the API. Default: that of its provider's entry."),
  region: region().optional().describe("Bedrock: the region of AWS. Default: that of its provider's entry."),
  location: location().optional().describe("Vertex: where it runs. Default: that of its provider's entry."),
  rpm: positive().optional().describe("Requests per minute that the provider grants this deployment."),
  tpm: positive().optional().describe("Tokens per minute that the provider grants this deployment."),
  weight: positive().optional().describe("Its share of the requests among deployments of one name (simple-shuffle)."),
  order: positive()
    .optional()
    .describe(
      "Its place among deployments of one name: 1 gets all requests for as long as it answers. Default: all are equal.",
    ),
  timeout: positive().optional().describe("Seconds after which a call is given up. Default: `litellm.requestTimeout`."),
  streamTimeout: positive().optional().describe("Seconds in which a stream must begin. Default: those of `timeout`."),
  maxRetries: count()
    .optional()
    .describe(
      "How often a request that it failed is tried again. Default: `routing.numRetries`. A kind of failure under `routing.retries` counts for all deployments.",
    ),
  tags: z
    .array(line("a tag"))
    .optional()
    .describe(
      "With `routing.tagFiltering`: it gets only requests of projects and pools with one of these; with `default`, those of all without.",
    ),
  price: z
    .strictObject({
      input: price().describe("US dollars per million prompt tokens."),
      output: price().describe("US dollars per million answer tokens."),
      cachedInput: price()
        .optional()
        .describe("US dollars per million prompt tokens that the provider had kept. Default: those of `input`."),
      cacheWrite: price()
        .optional()
        .describe("US dollars per million prompt tokens that the provider keeps. Default: those of `input`."),
    })
    .optional()
    .describe(
      "What its tokens cost; LiteLLM's names for other costs, such as `output_cost_per_image`, belong to `info`. Default: LiteLLM's price list. A model that the list lacks costs nothing unless this is set, and then no budget limits it. With `cost-based-routing`, all deployments of one `model` need the same.",
    ),
  params: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      "Anything else of LiteLLM's `litellm_params`, under its own names: `{drop_params: true, temperature: 0.2}`. A name that LiteLLM doesn't know is refused.",
    ),
  info: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      "LiteLLM's `model_info`, under its own names: `{mode: embedding, base_model: azure/gpt-4o}`. A name that LiteLLM doesn't know is refused.",
    ),
  mockResponse: z
    .string()
    .min(1, "is empty; write the text to answer with")
    .optional()
    .describe(
      "What it answers while nothing signs in to its provider, as it stands here; a request that wants a tool called gets a call of it. Default: a text that says so.",
    ),
});

export type Deployment = z.output<typeof deploymentSchema> & {
  /** What LiteLLM calls it with, as `litellm_params`. Empty for one that gives mock answers. */
  signIn: Record<string, unknown>;
  /** What it answers instead of the provider, whose key isn't set; undefined for a deployment that calls it. */
  mock: string | undefined;
};

/** The models of a stack, and the secrets that LiteLLM's process needs for them by environment variable. */
export interface Models {
  models: Deployment[];
  secrets: Record<string, pulumi.Output<string>>;
}

/**
 * Adds what follows from the providers to the deployments of the settings.
 *
 * @param hasIdentity Whether LiteLLM's process may have an identity in a cloud.
 */
export function resolveModels(
  deployments: readonly z.output<typeof deploymentSchema>[],
  providers: Record<string, Provider>,
  hasIdentity: boolean,
): Models {
  const served = (name: string) => deployments.filter(({ provider }) => provider === name).map(({ model }) => model);
  const signIns = new Map(
    [...new Set([...Object.keys(providers), ...deployments.map(({ provider }) => provider)])].map((name) => {
      const entry = providers[name];
      return [name, signIn(name, entry, kindOf(entry, served(name)), hasIdentity)] as const;
    }),
  );
  return {
    models: deployments.map((deployment) => {
      const { name, provider, mockResponse } = deployment;
      const ready = signIns.get(provider);
      return {
        ...deployment,
        signIn: ready?.params ?? {},
        mock: ready
          ? undefined
          : (mockResponse ?? `This is a mock answer of ${name}: no API key is set for ${provider}.`),
      };
    }),
    secrets: Object.assign({}, ...[...signIns.values()].map((one) => one?.secrets ?? {})) as Models["secrets"],
  };
}

/** The names that clients may ask for, each once. */
export function modelNames(models: readonly Deployment[]): string[] {
  return [...new Set(models.map(({ name }) => name))];
}

/** Where its API is, if the settings say so. */
export function addressOf({ apiBase, signIn }: Deployment): string | undefined {
  const ofProvider = signIn["api_base"];
  return apiBase ?? (typeof ofProvider === "string" ? ofProvider : undefined);
}

/** Whether any gives mock answers. */
export function hasMocks(models: readonly Deployment[]): boolean {
  return models.some(({ mock }) => mock !== undefined);
}

/** Whether any is called by the token that Azure's clusters give to pods. */
export function hasAzureIdentity(models: readonly Deployment[]): boolean {
  return models.some(({ signIn }) => signIn["azure_ad_token"] !== undefined);
}

/** Whether clients choose what any of the names stands for. */
export function hasWildcards(models: readonly Deployment[]): boolean {
  return models.some(({ name }) => name.endsWith("*"));
}

/** Whether a model may be asked for by `name`, as it stands in the settings or as a name with `*` allows. */
export function offers(models: readonly { name?: string | undefined }[], name: string): boolean {
  return models.some((one) => {
    if (one.name === undefined) return false;
    return one.name === name || (one.name.endsWith("*") && name.startsWith(one.name.slice(0, -1)));
  });
}
