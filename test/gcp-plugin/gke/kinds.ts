import type { Manifest } from "../../cluster/api-server.ts";
import { secretKinds } from "../../gcp/secret-crds.ts";
import { gatewayKinds } from "./gateway-kinds.ts";
import { definition, integer, list, map, object, oneOf, text } from "./schema.ts";
import { policyKinds } from "./policy-kinds.ts";

/** Google Cloud Managed Service for Prometheus: https://github.com/GoogleCloudPlatform/prometheus-engine/blob/main/doc/api.md. */
const podMonitoring = definition(
  "monitoring.googleapis.com",
  "PodMonitoring",
  object(
    {
      selector: object({ matchLabels: map }),
      endpoints: list(
        object(
          {
            port: { "x-kubernetes-int-or-string": true },
            path: text(),
            scheme: oneOf("http", "https"),
            params: { type: "object", additionalProperties: list(text()) },
            interval: text("^[0-9]+(ms|s|m|h)$"),
            timeout: text("^[0-9]+(ms|s|m|h)$"),
            metricRelabeling: list(
              object({
                action: text(),
                regex: text(),
                sourceLabels: list(text()),
                targetLabel: text(),
                replacement: text(),
              }),
            ),
          },
          ["port", "interval"],
        ),
      ),
      targetLabels: object({ metadata: list(text()), fromPod: list(object({ from: text(), to: text() }, ["from"])) }),
      limits: object({
        samples: integer(0),
        labels: integer(0),
        labelNameLength: integer(0),
        labelValueLength: integer(0),
      }),
    },
    ["selector", "endpoints"],
  ),
  "podmonitorings",
);

/** The kinds that an Autopilot cluster has beside those of Kubernetes, as far as the gateway needs them. */
export const kinds: Manifest[] = [...secretKinds, ...gatewayKinds, ...policyKinds, podMonitoring];
