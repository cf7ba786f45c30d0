import * as z from "zod";

import { positive } from "../fields.ts";
import { isNamed, peers } from "./fields.ts";

/** Where LiteLLM shows its metrics, to whoever gets there: apart from its own port, so that keys open neither to the other. */
export const METRICS_PORT = 9090;

const podMonitor = z.strictObject({
  labels: z
    .record(z.string(), z.string())
    .default({})
    .describe("What your Prometheus selects its monitors by, such as `{ release: kube-prometheus-stack }`."),
  interval: positive().default(30).describe("Seconds from one reading to the next."),
});

/** LiteLLM's metrics, and who reads them. */
export const metrics = z.strictObject({
  scrapers: peers()
    .refine(
      isNamed,
      "names nobody; write the namespaces or cidrs of your Prometheus, because LiteLLM refuses all others",
    )
    .describe(`Who may read them, on port ${METRICS_PORT} and no other: where your Prometheus runs.`),
  podMonitor: podMonitor
    .optional()
    .describe(
      "A PodMonitor, which tells the Prometheus operator to read them; the operator must be installed. Default: none.",
    ),
});
