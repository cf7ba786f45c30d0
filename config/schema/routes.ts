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

/** Routes that are closed unless a project or pool opens them. */
interface Group {
  /** What they open, and whether budgets hold there. */
  description: string;
  routes: ClientRoute[];
}

/** What answers everybody, without a key: whether the proxy can work, and no more. */
const WITHOUT_KEY: ClientRoute[] = get("/health/readiness", "/health/liveliness");

/**
 * What every key opens: calls of models, and a look at models and at the key itself.
 *
 * Each path is meant exactly as it stands. What LiteLLM has below one is not meant: `/v1/messages/batches` and
 * `/v1/responses/{id}` reach a provider past models and budgets.
 */
const INFERENCE: ClientRoute[] = [
  ...post("chat", ...versioned("/chat/completions")),
  ...post("completions", ...versioned("/completions")),
  ...post("messages", "/v1/messages"),
  ...post("count_tokens", "/v1/messages/count_tokens"),
  ...post("responses", ...versioned("/responses")),
  ...post("embeddings", ...versioned("/embeddings")),
  // Claude Code asks for a page of models, as Anthropic's API has it.
  ...get(...versioned("/models")).map((route) => ({ ...route, query: ["limit", "after_id", "before_id"] })),
  ...get(...versioned("/model/info")),
  // Sagewai's client asks whether the gateway is healthy, and an agent what its key has spent.
  ...get("/health", "/key/info"),
];

/**
 * What a key can open in addition, by the name of the group. A route is here only if a test proves that nothing but the key's
 * own models is reached, with the key that the settings have for them: `test/security/open-routes.engine.test.ts`.
 */
const GROUPS = {
  images: {
    description: "`images`: make and edit images. Budgets hold.",
    routes: [
      ...post("images", ...versioned("/images/generations")),
      ...post("image_edits", ...versioned("/images/edits")),
    ],
  },
  speech: {
    description:
      "`speech`: read texts aloud. Budgets hold for models priced by the text, such as tts-1, and not for those priced by the audio, such as gpt-4o-mini-tts: LiteLLM charges only their text.",
    routes: post("speech", ...versioned("/audio/speech")),
  },
  transcriptions: {
    description:
      "`transcriptions`: write down what is said. Budgets hold only as far as LiteLLM can read how long a recording is, which it can't of M4A and WebM, nor of a file that gives itself out as shorter.",
    routes: post("transcriptions", ...versioned("/audio/transcriptions")),
  },
  rerank: {
    description: "`rerank`: sort documents by relevance. Budgets hold.",
    routes: post("rerank", ...versioned("/rerank"), "/v2/rerank"),
  },
  moderations: {
    description: "`moderations`: classify texts. Nobody is charged, since OpenAI asks nothing for it.",
    routes: post("moderations", ...versioned("/moderations")),
  },
  google: {
    description:
      "`google`: Google's own API, `generateContent`, for models of every provider. Budgets hold, and counting tokens is free.",
    routes: [
      ...post(
        "generate_content",
        "/v1beta/models/{model}:generateContent",
        "/v1beta/models/{model}:streamGenerateContent",
      ),
      ...post("google_count_tokens", "/v1beta/models/{model}:countTokens"),
    ],
  },
} satisfies Record<string, Group>;

/** A group of routes that is closed unless somebody opens it. */
export type RouteGroup = keyof typeof GROUPS;

/** The names of all groups. */
export const ROUTE_GROUPS = Object.keys(GROUPS) as RouteGroup[];

/** What each group opens, in one text. */
export const ROUTE_GROUP_DESCRIPTIONS = Object.values(GROUPS)
  .map(({ description }) => description)
  .join(" ");

/** Everything that a key opens. */
export function keyRoutes(groups: readonly RouteGroup[] = []): ClientRoute[] {
  return [
    ...INFERENCE,
    ...ROUTE_GROUPS.filter((group) => groups.includes(group)).flatMap((group) => GROUPS[group].routes),
  ];
}

/**
 * Everything that a key opens, as LiteLLM wants to be told: by paths, each of which stands for all below it too. That those
 * are closed, the request guard sees to.
 */
export function keyPaths(groups: readonly RouteGroup[] = []): string[] {
  const paths = keyRoutes(groups).map(({ path }) => path.replace(/\/\{model\}.*/, ""));
  return [...new Set(paths)];
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
