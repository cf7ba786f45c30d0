/** A route of LiteLLM's API; `{model}` in its path stands for the name of a model, which may hold slashes. */
export interface ClientRoute {
  method: "GET" | "POST";
  path: string;
  /** Query parameters that it takes besides those of its family. Default: none. */
  query?: string[];
  /** The public API whose parameters its requests may hold; see `components/litellm/public_api.json`. Default: no body. */
  family?: ApiFamily;
}

/** A public API, by the name that it has in `components/litellm/public_api.json`. */
export type ApiFamily =
  | "chat"
  | "completions"
  | "embeddings"
  | "messages"
  | "count_tokens"
  | "responses"
  | "generate_content"
  | "google_count_tokens"
  | "rerank"
  | "moderations"
  | "speech"
  | "transcriptions"
  | "images"
  | "image_edits";

/** What answers everybody, without a key: whether the proxy can work, and no more. */
const WITHOUT_KEY: ClientRoute[] = get("/health/readiness", "/health/liveliness");

/**
 * What every key opens: calls of models, and a look at models and at the key itself.
 *
 * Each path is meant exactly as it stands. What LiteLLM has below one is not meant: `/v1/messages/batches` and
 * `/v1/responses/{id}` reach a provider past models and budgets. `/health` calls every model, and is in no list.
 */
const ALWAYS: ClientRoute[] = [
  ...post("chat", ...versioned("/chat/completions")),
  ...post("completions", ...versioned("/completions")),
  ...post("messages", "/v1/messages"),
  ...post("count_tokens", "/v1/messages/count_tokens"),
  ...post("responses", ...versioned("/responses")),
  ...post("embeddings", ...versioned("/embeddings")),
  ...get(...versioned("/models"), ...versioned("/model/info"), "/key/info"),
];

/** What a key can open besides, by the name of the group. */
const GROUPS = {
  images: [
    ...post("images", ...versioned("/images/generations")),
    ...post("image_edits", ...versioned("/images/edits")),
  ],
  audio: [
    ...post("speech", ...versioned("/audio/speech")),
    ...post("transcriptions", ...versioned("/audio/transcriptions")),
  ],
  rerank: post("rerank", ...versioned("/rerank"), "/v2/rerank"),
  moderations: post("moderations", ...versioned("/moderations")),
  google: [
    ...post(
      "generate_content",
      "/v1beta/models/{model}:generateContent",
      "/v1beta/models/{model}:streamGenerateContent",
    ),
    ...post("google_count_tokens", "/v1beta/models/{model}:countTokens"),
  ],
} satisfies Record<string, ClientRoute[]>;

/** A group of routes that is closed unless somebody opens it. */
export type RouteGroup = keyof typeof GROUPS;

/** The names of all groups. */
export const ROUTE_GROUPS = Object.keys(GROUPS) as RouteGroup[];

/** Everything that a key opens. */
export function keyRoutes(groups: readonly RouteGroup[] = []): ClientRoute[] {
  return [...ALWAYS, ...ROUTE_GROUPS.filter((group) => groups.includes(group)).flatMap((group) => GROUPS[group])];
}

/**
 * Everything that clients may ask LiteLLM for. All else, such as its UI, sign-in, management and documentation, is for
 * administrators.
 *
 * @param groups Those that any key opens.
 */
export function clientRoutes(groups: readonly RouteGroup[] = []): ClientRoute[] {
  return [...keyRoutes(groups), ...WITHOUT_KEY];
}

/** LiteLLM answers to most of OpenAI's paths without their version, too. */
function versioned(path: string): string[] {
  return [`/v1${path}`, path];
}

function get(...paths: string[]): ClientRoute[] {
  return paths.map((path) => ({ method: "GET", path }));
}

function post(family: ApiFamily, ...paths: string[]): ClientRoute[] {
  return paths.map((path) => ({ method: "POST", path, family }));
}
