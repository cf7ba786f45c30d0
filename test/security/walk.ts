import type { PodProcess, Route } from "./pod-process.ts";
import { type RawAnswer, send } from "./raw-request.ts";

export interface Answer {
  route: string;
  status: number;
  /** What it holds: the names at the top of an object, or what kind of thing it is. */
  tells: string;
}

/** Names that an answer may have to be told one by one. */
const MOST_NAMES = 20;

/** How LiteLLM says that it wants a key first. Where it says something else, such as that a password is wrong, it has listened. */
const WANTS_A_KEY = /No api key passed in|LiteLLM Virtual Key expected|Malformed API Key|Not authenticated/;

/** Requests at the same time. */
const AT_ONCE = 4;

/** GET and POST of every path, and each method that a route names besides: as people write them, with `x` for parameters. */
export function requests(routes: readonly Route[]): string[] {
  const all = routes.filter(({ kind }) => kind !== "APIWebSocketRoute");
  const own = all.flatMap(({ path, methods }) =>
    [...new Set(["GET", "POST", ...methods])].map((method) => `${method} ${path}`),
  );
  return [...new Set(own.map(concrete))].sort();
}

/** The paths of all websockets. */
export function websockets(routes: readonly Route[]): string[] {
  return [
    ...new Set(routes.filter(({ kind }) => kind === "APIWebSocketRoute").map(({ path }) => concrete(path))),
  ].sort();
}

/** What the proxy answers without a key, but where it only says that a key is missing or that there is nothing. */
export async function anonymousAnswers(proxy: PodProcess, wanted: readonly string[]): Promise<Answer[]> {
  const left = [...wanted];
  const answers: Answer[] = [];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const answer = await answerTo(proxy, next);
      if (answer) answers.push(answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers.sort((one, other) => (one.route < other.route ? -1 : 1));
}

async function answerTo({ host, port }: PodProcess, route: string): Promise<Answer | undefined> {
  const [method = "", path = ""] = route.split(" ");
  const answer = await send({ host, port, method, path, ...(!["GET", "HEAD"].includes(method) && { body: {} }) });
  const { status, text } = answer;
  // The request guard refuses what no API has before anybody is asked for a key.
  const isGuarded = status === 400 && text.includes('"refused_by_gateway"');
  const isClosed = isGuarded || [404, 405].includes(status) || ([401, 403].includes(status) && WANTS_A_KEY.test(text));
  return isClosed ? undefined : { route, status, tells: told(answer) };
}

function told({ headers, text }: RawAnswer): string {
  if (headers.location !== undefined) return `the way to ${new URL(headers.location).pathname}`;
  const [type = ""] = (headers["content-type"] ?? "nothing").split(";");
  if (type !== "application/json" || text === "") return type;
  const body = JSON.parse(text) as unknown;
  if (Array.isArray(body)) return body.length === 0 ? "an empty list" : "a list";
  if (body === null || typeof body !== "object") return JSON.stringify(body);
  const names = Object.keys(body).sort();
  return said(body) ?? (names.length > MOST_NAMES ? "many names" : names.join(", "));
}

/** The beginning of what an error says. */
function said(body: { error?: { message?: unknown }; detail?: unknown }): string | undefined {
  const message = body.error?.message ?? body.detail;
  return typeof message === "string" ? message.replaceAll(/\s+/g, " ").slice(0, 80) : undefined;
}

function concrete(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "x");
}
