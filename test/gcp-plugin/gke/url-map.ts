import { ENVOY, type Passed, through } from "../../gateway-api/gateways.ts";
import type { HttpRoute } from "../../gateway-api/http-route.ts";

interface Reference {
  name: string;
  namespace?: string;
  sectionName?: string;
}

/** A Gateway, as far as it says which routes it takes. */
export interface Listeners {
  metadata: { name: string; namespace?: string };
  spec: { listeners: { name: string; hostname?: string; tls?: { options?: Record<string, string> } }[] };
}

/** An HTTPRoute with the Gateways that it wants to belong to. */
export type AttachedRoute = HttpRoute & {
  metadata: { name: string; namespace?: string };
  spec: { parentRefs?: Reference[] };
};

/**
 * Why GKE's internal load balancer takes no such route; undefined where it does. Of version 1.34 the conformance report says
 * that it can't tell methods apart: https://github.com/kubernetes-sigs/gateway-api/tree/main/conformance/reports.
 */
export function refusal({ spec }: HttpRoute): string | undefined {
  const matches = (spec.rules ?? []).flatMap((rule) => rule.matches ?? []);
  if (matches.some(({ method }) => method !== undefined)) return "GWCER104: method matches are not supported";
  if (matches.some(({ path }) => path?.type === "RegularExpression")) return "GWCER104: expressions are not supported";
  return undefined;
}

/** What the load balancers of these Gateways do with a request: undefined where they answer 404. */
export function passed(
  gateways: Listeners[],
  routes: AttachedRoute[],
  request: { host: string; method: string; path: string },
): Passed | undefined {
  const attached = routes.filter(
    (route) =>
      refusal(route) === undefined && gateways.some((gateway) => isTaken(gateway, route, request.host.toLowerCase())),
  );
  return through(ENVOY, attached, request);
}

/** Whether a listener for a host lets a route in, which it does from its own namespace. */
function isTaken({ metadata, spec }: Listeners, route: AttachedRoute, host: string): boolean {
  const own = route.metadata.namespace;
  return (route.spec.parentRefs ?? []).some(
    ({ name, namespace = own, sectionName }) =>
      name === metadata.name &&
      namespace === metadata.namespace &&
      own === metadata.namespace &&
      spec.listeners.some(
        (listener) => [undefined, listener.name].includes(sectionName) && [undefined, host].includes(listener.hostname),
      ),
  );
}
