import { type Edit, IN_CLUSTERS, type Subject } from "./edit.ts";

const config = ["LiteLLM", "LiteLLM's configuration"];

const edits: Edit[] = [
  {
    what: "Add a model",
    set: { "models.+": { name: "gpt-4o-mini", model: "gpt-4o-mini", provider: "openai" } },
    on: ["local", "kubernetes"],
    touches: [...config, "the Sagewai admin's own key"],
  },
  {
    what: "Add a deployment of a model",
    set: { "models.+": { name: "gpt-4o", model: "gpt-4o-2024-08-06", provider: "openai" } },
    on: ["local"],
    touches: ["LiteLLM"],
  },
  {
    what: "Take out a model that a project uses",
    set: { "models.claude-sonnet": undefined },
    on: ["local"],
    touches: [],
    refusedOn: ["local"],
  },
  {
    what: "Change a model's price",
    set: { "models.claude-sonnet.price": { input: 2, output: 10 } },
    on: ["local"],
    touches: ["LiteLLM"],
  },
  {
    what: "Choose among deployments in another way",
    set: { "routing.strategy": "least-busy" },
    on: ["local"],
    touches: ["LiteLLM"],
  },
  {
    what: "Try failed requests again more often",
    set: { "routing.numRetries": 5 },
    on: ["kubernetes"],
    touches: config,
  },
  {
    what: "Fall back to another model",
    set: { "routing.fallbacks": { "gpt-4o": ["claude-sonnet"] } },
    on: ["local"],
    touches: ["LiteLLM"],
  },
  {
    what: "Cache answers",
    set: { "litellm.settings": { cache: true, cache_params: { type: "local", ttl: 600 } } },
    on: ["local"],
    touches: ["LiteLLM"],
  },
  {
    what: "Call a provider's models in place of mocks, with its first key",
    set: {},
    secrets: { "providers.openai.apiKey": "sk-that-somebody-entered-first" },
    on: ["local"],
    touches: ["LiteLLM"],
  },
  {
    what: "Replace a provider's key",
    set: {},
    secrets: { "providers.openai.apiKey": "sk-that-takes-the-place-of-another" },
    on: IN_CLUSTERS,
    touches: ["LiteLLM", "LiteLLM's secrets"],
  },
  {
    what: "Hand LiteLLM a secret for a callback",
    set: { "litellm.settings": { success_callback: ["langfuse"] }, "secrets.LANGFUSE_PUBLIC_KEY": "pk-lf-1" },
    secrets: { "secrets.LANGFUSE_SECRET_KEY": "sk-lf-that-somebody-entered" },
    on: ["prod"],
    touches: [...config, "LiteLLM's secrets"],
  },
];

/** What is offered, at which price, and what is done when a provider fails. */
export const models: Subject = {
  title: "Models",
  lead: "What is only tried on `local` changes nothing but the text of `litellm-config.yaml`: in a cluster that is a new ConfigMap, and LiteLLM's pods are replaced for it, as for more retries.",
  edits,
};
