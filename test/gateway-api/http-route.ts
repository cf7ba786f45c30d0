/** An HTTPRoute of the Gateway API, as far as routing goes: https://gateway-api.sigs.k8s.io/reference/spec. */
export interface HttpRoute {
  spec: { hostnames?: string[]; rules?: Rule[] };
}

interface Rule {
  matches?: Match[];
  backendRefs?: Backend[];
}

interface Match {
  path?: { type?: "Exact" | "PathPrefix" | "RegularExpression"; value?: string };
  method?: string;
  headers?: { type?: "Exact" | "RegularExpression"; name: string; value: string }[];
}

export interface Backend {
  name: string;
  port?: number;
}

export interface Request {
  host: string;
  method: string;
  /** As the Gateway matches it, without a query. */
  path: string;
  /** By their names in lower case. */
  headers?: Record<string, string>;
}

/** What counts in a match that a request satisfies, the more important first. */
type Rank = [exact: number, prefix: number, method: number, headers: number];

/**
 * Where a Gateway sends a request, as the specification of HTTPRoute says.
 *
 * @returns The backends of the rule that counts; none where it has none, which is status 500. Undefined for status 404.
 */
export function backendsFor(routes: HttpRoute[], request: Request): Backend[] | undefined {
  const matched = routes
    .filter(({ spec }) => isHost(spec.hostnames, request.host))
    .flatMap(({ spec }) => spec.rules ?? [{}])
    .flatMap((rule) => matchesOf(rule).map((match) => ({ rule, rank: rankOf(match, request) })))
    .flatMap(({ rule, rank }) => (rank ? [{ rule, rank }] : []));
  // Among equals the first one counts.
  const [best] = matched.sort((one, other) => compare(other.rank, one.rank));
  return best && (best.rule.backendRefs ?? []);
}

/** A rule without matches matches everything. */
function matchesOf({ matches = [] }: Rule): Match[] {
  return matches.length > 0 ? matches : [{}];
}

function rankOf(match: Match, { method, path, headers = {} }: Request): Rank | undefined {
  const { type = "PathPrefix", value = "/" } = match.path ?? {};
  const all = match.headers ?? [];
  const isMatched =
    isPath(type, value, path) &&
    (match.method === undefined || match.method === method) &&
    all.every((header) => isHeader(header, headers[header.name.toLowerCase()]));
  if (!isMatched) return undefined;
  const length = type === "PathPrefix" ? value.length : 0;
  return [Number(type === "Exact"), length, Number(match.method !== undefined), all.length];
}

/** Prefixes match whole elements of a path: `/foo` matches `/foo` and `/foo/bar`, but not `/foobar`. */
function isPath(type: string, value: string, path: string): boolean {
  switch (type) {
    case "Exact":
      return path === value;
    case "PathPrefix": {
      const folder = value.replace(/\/$/, "");
      return path === folder || path.startsWith(`${folder}/`);
    }
    default:
      throw new Error(`${type} means something else to each Gateway, and nothing to this one`);
  }
}

function isHeader({ type = "Exact", name, value }: NonNullable<Match["headers"]>[number], seen?: string): boolean {
  if (type !== "Exact") throw new Error(`${type} of ${name} means something else to each Gateway`);
  return seen === value;
}

/** A wildcard stands for one or more labels, and counts less than any name; none at all stands for every host. */
function isHost(hostnames: string[] = [], host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  return (
    hostnames.length === 0 ||
    hostnames.some((one) => (one.startsWith("*.") ? name.endsWith(one.slice(1)) : one === name))
  );
}

function compare(one: Rank, other: Rank): number {
  const different = one.findIndex((value, index) => value !== other[index]);
  return different < 0 ? 0 : (one[different] ?? 0) - (other[different] ?? 0);
}
