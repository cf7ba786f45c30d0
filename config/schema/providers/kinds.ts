/**
 * How a model's provider is signed in to. `api-key`: by one key. `azure`: Azure OpenAI and AI Foundry, by a key or Entra ID.
 * `bedrock`: AWS, by keys, a role or the pods' identity. `vertex`: Google Cloud, by credentials or the pods' identity.
 * `server`: a model server of one's own, which needs no key.
 */
export const PROVIDER_KINDS = ["api-key", "azure", "bedrock", "vertex", "server"] as const;

export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** What stands before the first slash of a deployment's `model`, by the kind that it can only be; the others are called with a key. */
const PREFIXES: Partial<Record<ProviderKind, string[]>> = {
  azure: ["azure", "azure_ai", "azure_text", "azure_speech"],
  bedrock: ["bedrock", "bedrock_mantle", "sagemaker", "sagemaker_chat", "sagemaker_nova", "aws_polly", "aws_textract"],
  vertex: ["vertex_ai", "vertex_ai_beta"],
};

/** Prefixes of servers that people run themselves, most of them without a key. */
const SERVERS = [
  ...["docker_model_runner", "hosted_vllm", "infinity", "lemonade", "llamafile", "lm_studio", "ollama", "ollama_chat"],
  ...["oobabooga", "triton", "vllm", "xinference"],
];

/** What only one kind can be told, and so says which. */
const MARKS: Partial<Record<ProviderKind, string[]>> = {
  azure: ["apiVersion", "tenantId", "clientId", "clientSecret"],
  bedrock: ["region", "accessKeyId", "secretAccessKey", "sessionToken", "roleArn", "roleSessionName", "externalId"],
  vertex: ["project", "location", "credentials"],
};

/** The prefixes of a kind, for messages; none for one that takes those that no other kind has. */
export function prefixesOf(kind: ProviderKind): string[] {
  return PREFIXES[kind] ?? [];
}

/** What stands before the first slash of `openai/gpt-4o`; the whole of a model without one. */
export function prefixOf(model: string): string {
  return model.split("/")[0] ?? "";
}

/** The kind that a model's provider must be; undefined for one that may be called with a key, or be a server without one. */
export function kindOfModel(model: string): ProviderKind | undefined {
  const prefix = model.includes("/") ? prefixOf(model) : "";
  return PROVIDER_KINDS.find((kind) => prefixesOf(kind).includes(prefix));
}

/**
 * The kind of an entry of `providers`: the one that it says, that its models need, or that has its settings. An entry with the
 * address of an API and without a key is a server; a provider without an entry is one of those that everybody knows.
 *
 * @param models LiteLLM's names of the models that it serves: `azure/prod-gpt4o`.
 */
export function kindOf(
  entry: { kind?: ProviderKind | undefined; apiKey?: unknown; apiBase?: unknown } | undefined,
  models: readonly string[],
): ProviderKind {
  if (entry === undefined) return "api-key";
  if (entry.kind !== undefined) return entry.kind;
  const needed = models.map(kindOfModel).find((kind) => kind !== undefined);
  if (needed !== undefined) return needed;
  const marked = PROVIDER_KINDS.filter((kind) => MARKS[kind]?.some((field) => field in entry));
  if (marked.length === 1 && marked[0] !== undefined) return marked[0];
  const isServer = entry.apiBase !== undefined || models.some((model) => SERVERS.includes(prefixOf(model)));
  return entry.apiKey === undefined && isServer ? "server" : "api-key";
}
