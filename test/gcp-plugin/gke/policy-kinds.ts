import type { Manifest } from "../../cluster/api-server.ts";
import { boolean, definition, integer, object, oneOf, text } from "./schema.ts";

const GROUP = "networking.gke.io";

const targetRef = object({ group: text(), kind: text("^[a-zA-Z]+$"), name: text(), namespace: text() }, [
  "group",
  "kind",
  "name",
]);

function policy(kind: string, plural: string, settings: object): Manifest {
  return definition(GROUP, kind, object({ targetRef, default: { ...settings } }, ["targetRef"]), plural);
}

const probe = object(
  {
    host: text(),
    port: integer(1, 65_535),
    portName: text("^[a-z]([-a-z0-9]*[a-z0-9])?$"),
    portSpecification: oneOf("USE_FIXED_PORT", "USE_NAMED_PORT", "USE_SERVING_PORT"),
    proxyHeader: oneOf("NONE", "PROXY_V1"),
    requestPath: text("^/[A-Za-z0-9/\\-._~%!?$&'()*+,;=:]*$"),
    response: text(),
  },
  [],
  [
    [
      "a port needs the specification USE_FIXED_PORT, and the other way round",
      "has(self.port) == (has(self.portSpecification) && self.portSpecification == 'USE_FIXED_PORT')",
    ],
  ],
);

const KINDS = { TCP: "tcpHealthCheck", HTTP: "httpHealthCheck", HTTPS: "httpsHealthCheck", HTTP2: "http2HealthCheck" };

const healthCheck = object(
  {
    checkIntervalSec: integer(1, 300),
    timeoutSec: integer(1, 300),
    healthyThreshold: integer(1, 10),
    unhealthyThreshold: integer(1, 10),
    logConfig: object({ enabled: boolean }),
    config: object(
      { type: oneOf(...Object.keys(KINDS)), ...Object.fromEntries(Object.values(KINDS).map((name) => [name, probe])) },
      ["type"],
      Object.entries(KINDS).map(([type, name]) => [
        `${name} must be specified for type ${type}`,
        `self.type == '${type}' ? has(self.${name}) : true`,
      ]),
    ),
  },
  [],
  [
    [
      "timeoutSec cannot exceed checkIntervalSec",
      "has(self.checkIntervalSec) && has(self.timeoutSec) ? self.checkIntervalSec >= self.timeoutSec : true",
    ],
  ],
);

const backend = object({
  backendPreference: oneOf("DEFAULT", "PREFERRED"),
  connectionDraining: object({ drainingTimeoutSec: integer(0, 3600) }),
  logging: object({ enabled: boolean, sampleRate: integer(0, 1_000_000) }),
  maxRatePerEndpoint: integer(1, 1_000_000_000),
  securityPolicy: text(),
  sessionAffinity: object({ type: text("^[A-Z_]+$"), cookieTtlSec: integer(0, 1_209_600) }),
  timeoutSec: integer(1, 2_147_483_647),
});

const gateway = object({ allowGlobalAccess: boolean, region: text(), sslPolicy: text() });

/** GKE's own policies for Gateways: https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources. */
export const policyKinds: Manifest[] = [
  policy("HealthCheckPolicy", "healthcheckpolicies", healthCheck),
  policy("GCPBackendPolicy", "gcpbackendpolicies", backend),
  policy("GCPGatewayPolicy", "gcpgatewaypolicies", gateway),
];
