import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { alertRules } from "../../components/gcp/monitoring/alert-rules.ts";
import { dashboard } from "../../components/gcp/monitoring/dashboard.ts";
import { litellmSchema } from "../../config/schema/services.ts";

const subjects = {
  project: "my-project",
  cluster: "llm-gateway-test-1a2b3c4",
  namespace: "llm-gateway",
  service: "litellm",
  database: "my-project:llm-gateway-test-1a2b3c4",
  maxConnections: 400,
  diskLimit: 500,
  logMetrics: { migrationFailures: "migration-failures-1a2b3c4", loggedErrors: "logged-errors-1a2b3c4" },
};

/** Google's metrics and what tells one of their series from another, as their documentation has them. */
const GOOGLE: Record<string, string> = {
  // https://cloud.google.com/stackdriver/docs/managed-prometheus/setup-managed#validate-collection
  up: "job instance",
  // https://cloud.google.com/kubernetes-engine/docs/how-to/kube-state-metrics#metrics-available
  kube_deployment_spec_replicas: "deployment",
  kube_deployment_status_replicas_available: "deployment",
  // https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql
  "cloudsql_googleapis_com:database_postgresql_num_backends": "monitored_resource database_id database",
  "cloudsql_googleapis_com:database_cpu_utilization": "monitored_resource database_id",
  "cloudsql_googleapis_com:database_disk_utilization": "monitored_resource database_id",
  "cloudsql_googleapis_com:database_disk_bytes_used": "monitored_resource database_id",
  // The stack's own: https://cloud.google.com/stackdriver/docs/managed-prometheus/promql#mapping
  "logging_googleapis_com:user_migration_failures_1a2b3c4": "monitored_resource",
  "logging_googleapis_com:user_logged_errors_1a2b3c4": "monitored_resource",
};

/** What Managed Service for Prometheus adds to everything that it collects. */
const COLLECTED = ["cluster", "namespace"];

/** Every query of the dashboard and the alerts. */
function everyQuery(): string[] {
  const { tiles } = dashboard("LLM gateway", subjects).mosaicLayout;
  const charted = tiles.flatMap(({ widget }) =>
    widget.xyChart.dataSets.map(({ timeSeriesQuery }) => timeSeriesQuery.prometheusQuery),
  );
  const alerted = alertRules({ certificate: true, uptimeCheck: true })
    .map(({ condition }) => condition(subjects))
    .flatMap(({ conditionPrometheusQueryLanguage }) =>
      conditionPrometheusQueryLanguage ? [(conditionPrometheusQueryLanguage as { query: string }).query] : [],
    );
  return [...charted, ...alerted];
}

/** Each metric of a query, with the labels that it is asked by. */
function asked(query: string): { metric: string; labels: string[] }[] {
  const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(", "));
  return [...query.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].map(([, metric = "", matchers = ""]) => ({
    metric,
    labels: [...grouped, ...[...matchers.matchAll(/(\w+)(?:=~|!=|!~|=)"/g)].map(([, label = ""]) => label)],
  }));
}

async function exported() {
  const text = await readFile(join(import.meta.dirname, "litellm-metrics.json"), "utf8");
  return JSON.parse(text) as { version: string; metrics: Record<string, string> };
}

it("the dashboard and the alerts ask for what LiteLLM and Google Cloud have, by labels that it has", async () => {
  const { metrics } = await exported();
  const all: Record<string, string> = { ...metrics, ...GOOGLE };
  const wrong = everyQuery()
    .flatMap(asked)
    .filter(({ metric, labels }) => {
      const known = all[metric];
      return known === undefined || !labels.every((label) => [...known.split(" "), ...COLLECTED].includes(label));
    });
  expect(wrong).toEqual([]);
});

it("no query asks for nothing, and none for what another stack of the project shows", () => {
  const unbound = everyQuery().filter((query) => {
    const metrics = asked(query);
    const own = (text: string) =>
      /cluster="llm-gateway-test-1a2b3c4",namespace="llm-gateway"|database_id="my-project:|:user_\w+_1a2b3c4/.test(
        text,
      );
    return metrics.length === 0 || !query.split("}").slice(0, -1).every(own);
  });
  expect(everyQuery().length).toBeGreaterThan(20);
  expect(unbound).toEqual([]);
});

it("what LiteLLM shows is known for the release that runs", async () => {
  expect((await exported()).version).toBe(litellmSchema.parse({}).version);
});
