import type { Manifest } from "../../cluster/api-server.ts";
import type { Schema } from "./schema.ts";
import { definition, integer, list, map, NAME, object, oneOf, text } from "./schema.ts";

const GROUP = "gateway.networking.k8s.io";

const hostname = text("^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$");
const port = integer(1, 65_535);
const time = text("^([0-9]{1,5}(h|m|s|ms)){1,4}$");

const listener = object(
  {
    name: text(NAME),
    hostname,
    port,
    protocol: oneOf("HTTP", "HTTPS", "TLS", "TCP", "UDP"),
    tls: object({
      mode: oneOf("Terminate", "Passthrough"),
      certificateRefs: list(object({ group: text(), kind: text(), name: text(), namespace: text() }, ["name"])),
      options: map,
    }),
    allowedRoutes: object({
      namespaces: object({ from: oneOf("All", "Selector", "Same"), selector: object({ matchLabels: map }) }),
      kinds: list(object({ group: text(), kind: text() }, ["kind"])),
    }),
  },
  ["name", "port", "protocol"],
  [
    [
      "tls must not be specified for protocols HTTP, TCP and UDP",
      "self.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(self.tls) : true",
    ],
  ],
);

const gateway = object(
  {
    gatewayClassName: text(NAME),
    addresses: list(object({ type: oneOf("Hostname", "IPAddress", "NamedAddress"), value: text() }, ["value"]), {
      maxItems: 16,
    }),
    listeners: list(listener, { minItems: 1, maxItems: 64 }),
    infrastructure: object({ annotations: map, labels: map }),
  },
  ["gatewayClassName", "listeners"],
);

const filters = list(
  object(
    {
      type: oneOf(
        "RequestHeaderModifier",
        "ResponseHeaderModifier",
        "RequestRedirect",
        "URLRewrite",
        "RequestMirror",
        "ExtensionRef",
      ),
      requestHeaderModifier: headers(),
      responseHeaderModifier: headers(),
      requestRedirect: object({ scheme: oneOf("http", "https"), hostname, port, statusCode: integer(301, 302) }),
    },
    ["type"],
  ),
);

const rule = object({
  name: text(NAME),
  matches: list(
    object({
      path: object({ type: oneOf("Exact", "PathPrefix", "RegularExpression"), value: text() }),
      method: oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
      headers: list(
        object({ type: oneOf("Exact", "RegularExpression"), name: text(), value: text() }, ["name", "value"]),
      ),
    }),
  ),
  filters,
  backendRefs: list(
    object(
      { group: text(), kind: text(), name: text(NAME), namespace: text(NAME), port, weight: integer(0, 1_000_000) },
      ["name"],
    ),
  ),
  timeouts: object({ request: time, backendRequest: time }),
});

const httpRoute = object({
  parentRefs: list(
    object({ group: text(), kind: text(), name: text(NAME), namespace: text(NAME), sectionName: text(NAME), port }, [
      "name",
    ]),
  ),
  hostnames: list(hostname, { maxItems: 16 }),
  rules: list(rule, { minItems: 1, maxItems: 16 }),
});

function headers(): Schema {
  const pairs = list(object({ name: text(), value: text() }, ["name", "value"]));
  return object({ set: pairs, add: pairs, remove: list(text()) });
}

/** The standard channel of the Gateway API, as far as GKE implements it: https://gateway-api.sigs.k8s.io/reference/spec. */
export const gatewayKinds: Manifest[] = [
  definition(GROUP, "Gateway", gateway, "gateways"),
  definition(GROUP, "HTTPRoute", httpRoute, "httproutes"),
];
