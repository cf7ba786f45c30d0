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

/** What a path that is no expression may not hold: each as CEL finds it. */
const NO_PATH = [
  ...["//", "/./", "/../", "%2f", "%2F", "#"].map((part) => [`must not contain '${part}'`, `contains('${part}')`]),
  ...["/..", "/."].map((end) => [`must not end with '${end}'`, `endsWith('${end}')`]),
];

const path = object(
  {
    type: { ...oneOf("Exact", "PathPrefix", "RegularExpression"), default: "PathPrefix" },
    value: { ...text(), maxLength: 1024, default: "/" },
  },
  [],
  [
    ["value must be an absolute path", literal("self.value.startsWith('/')")],
    ...NO_PATH.map<[string, string]>(([message = "", found = ""]) => [message, literal(`!self.value.${found}`)]),
    [
      "must only contain valid characters",
      literal(`self.value.matches(r"""^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$""")`),
    ],
  ],
);

/** A rule of all paths but expressions. */
function literal(condition: string): string {
  return `self.type in ['Exact', 'PathPrefix'] ? ${condition} : true`;
}

/** Matches of a rule, in version 1.1 of the Gateway API, which the oldest clusters have. Without any, it passes all. */
const matches = { maxItems: 8, default: [{ path: { type: "PathPrefix", value: "/" } }] };

const rule = object({
  name: text(NAME),
  matches: list(
    object({
      path: { ...path, default: { type: "PathPrefix", value: "/" } },
      method: oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
      headers: list(
        object({ type: oneOf("Exact", "RegularExpression"), name: text(), value: text() }, ["name", "value"]),
      ),
    }),
    matches,
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
  rules: list(rule, { minItems: 1, maxItems: 16, default: [{ matches: matches.default }] }),
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
