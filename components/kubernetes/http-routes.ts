import type { ClientRoute } from "../../config/schema/routes.ts";

/** Where the requests of a rule go. */
export interface Backend {
  /** Name of a Service. */
  name: string;
  port: number;
}

interface Match {
  path: { type: "Exact" | "PathPrefix"; value: string };
}

/** A rule of an HTTPRoute: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule. */
export interface HttpRule {
  /** The rule is for requests that match one of these. Without any, it would be for all requests. */
  matches: [Match, ...Match[]];
  backendRefs: Backend[];
}

/** The rule that passes everything. */
export function everything(backend: Backend): HttpRule {
  return { matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [backend] };
}

/** Matches that a rule may have before version 1.2 of the Gateway API; since then it is 64, and 128 in all rules. */
const MATCHES_PER_RULE = 8;

/**
 * The rules of an HTTPRoute that pass these routes and nothing else. They match paths and no methods, since many Gateways,
 * GKE's among them, can't tell methods apart: LiteLLM answers 405 to others.
 *
 * @throws Error without routes, since an HTTPRoute without rules passes everything.
 */
export function rulesFor(routes: readonly ClientRoute[], backend: Backend): HttpRule[] {
  if (routes.length === 0) throw new Error(`nothing says which routes of ${backend.name} are for clients`);
  const matches = new Map(routes.map(({ path }) => matchOf(path)).map((match) => [JSON.stringify(match), match]));
  const rules: HttpRule[] = [];
  for (const match of matches.values()) {
    const last = rules.at(-1);
    if (last && last.matches.length < MATCHES_PER_RULE) last.matches.push(match);
    else rules.push({ matches: [match], backendRefs: [backend] });
  }
  return rules;
}

/**
 * An exact path. Of one with the name of a model in it, only the folders before that name can be matched: expressions mean
 * something else to each Gateway. What LiteLLM has in such a folder must all be for clients.
 */
function matchOf(path: string): Match {
  const [before = "", ...rest] = path.split("{");
  if (rest.length === 0) return { path: { type: "Exact", value: path } };
  return { path: { type: "PathPrefix", value: before.replace(/\/[^/]*$/, "") } };
}
