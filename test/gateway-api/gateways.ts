import { type Backend, backendsFor, type HttpRoute } from "./http-route.ts";

/**
 * What Gateways make of a path before they look for a rule, and what they send on. The specification says nothing of it,
 * so whoever writes rules must expect all of this.
 */
export interface Gateway {
  matched: (path: string) => string;
  sent: (path: string) => string;
}

/** With normalize_path and merge_slashes: https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge. */
export const ENVOY: Gateway = { matched: normalized, sent: normalized };

export const GATEWAYS: Record<string, Gateway> = {
  "one that takes paths as they come": { matched: same, sent: same },
  "one of Envoy, which sends on what it matched": ENVOY,
  // With proxy_pass and no path of its own: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass.
  "one of nginx, which sends on what the client sent": { matched: (path) => normalized(decoded(path)), sent: same },
};

/** What gets past a Gateway: where it goes, and the path that is seen there. */
export interface Passed {
  backend: Backend;
  path: string;
}

/** A request by way of a Gateway; undefined where it is refused. */
export function through(
  gateway: Gateway,
  routes: HttpRoute[],
  { path, ...request }: { host: string; method: string; path: string },
): Passed | undefined {
  const [backend] = backendsFor(routes, { ...request, path: gateway.matched(path) }) ?? [];
  return backend && { backend, path: gateway.sent(path) };
}

function same(path: string): string {
  return path;
}

function decoded(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => String.fromCharCode(Number(`0x${escape.slice(1)}`)));
}

/** Without `//`, `/./` and `/../`, and with what needs no escape decoded: RFC 3986, 6.2.2. */
function normalized(path: string): string {
  const unescaped = path.replaceAll(/%(2d|2e|5f|7e|[3][0-9]|[46][1-9a-f]|[57][0-9a])/gi, decoded);
  const kept: string[] = [];
  const elements = unescaped
    .replaceAll(/\/{2,}/g, "/")
    .split("/")
    .slice(1);
  for (const element of elements) {
    if (element === "..") kept.pop();
    else if (element !== ".") kept.push(element);
  }
  if ([".", ".."].includes(elements.at(-1) ?? "")) kept.push("");
  return `/${kept.join("/")}`;
}
