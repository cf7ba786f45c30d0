/** What is watched, by the names that Google Cloud's metrics have for it. */
export interface Subjects {
  cluster: string;
  namespace: string;
  /** Name of LiteLLM's Deployment, which is that of its Service and of its PodMonitoring too. */
  service: string;
  /** `<project>:<instance>`, of Cloud SQL. */
  database: string;
  /** Connections that PostgreSQL accepts. */
  maxConnections: number;
  /** GB that PostgreSQL's disk may grow to. */
  diskLimit: number;
  /** Names of the log-based metrics. */
  logMetrics: { migrationFailures: string; loggedErrors: string };
}

/** What a request may come to without an answer: LiteLLM counts as `None` what failed without a status. */
const FAILED = 'status_code=~"5..|None"';

/** Everything that is asked of the metrics, in PromQL. */
export function queries({ cluster, namespace, service, database, logMetrics }: Subjects) {
  const place = `cluster="${cluster}",namespace="${namespace}"`;
  const litellm = (metric: string, ...labels: string[]) => `litellm_${metric}{${[place, ...labels].join(",")}}`;
  const deployment = (metric: string) => `kube_deployment_${metric}{${place},deployment="${service}"}`;
  const postgres = (metric: string) =>
    `cloudsql_googleapis_com:database_${metric}{monitored_resource="cloudsql_database",database_id="${database}"}`;
  const logged = (metric: string, resource: string) =>
    `logging_googleapis_com:user_${metric.replaceAll(/\W/g, "_")}{monitored_resource="${resource}"}`;

  const requests = (...labels: string[]) => litellm("proxy_total_requests_metric_total", ...labels);
  const quantiles = (metric: string) =>
    Object.fromEntries(
      [0.5, 0.95, 0.99].map((quantile) => [
        `p${quantile * 100}`,
        `histogram_quantile(${quantile}, sum by (le) (rate(${litellm(`${metric}_bucket`)}[5m])))`,
      ]),
    );
  // Each process of each pod shows what it saw last: the least that is left is what is true.
  const left = `min by (api_key_alias) (${litellm("remaining_api_key_budget_metric")})`;
  const budget = `max by (api_key_alias) (${litellm("api_key_max_budget_metric")})`;

  return {
    requests: `sum by (requested_model) (rate(${requests()}[5m]))`,
    failures: `sum by (exception_class, exception_status) (rate(${litellm("proxy_failed_requests_metric_total")}[5m]))`,
    failedShare: `sum(rate(${requests(FAILED)}[10m])) / sum(rate(${requests()}[10m]))`,
    failedCount: `sum(increase(${requests(FAILED)}[10m]))`,
    latency: quantiles("request_total_latency_metric"),
    overhead: quantiles("overhead_latency_metric"),
    deploymentState: `max by (litellm_model_name, api_provider) (${litellm("deployment_state")})`,
    spend: `sum by (api_key_alias) (increase(${litellm("spend_metric_total")}[1d]))`,
    budgetUsed: `1 - ${left} / ${budget}`,
    wantedReplicas: `max(${deployment("spec_replicas")})`,
    readyReplicas: `max(${deployment("status_replicas_available")})`,
    measuredReplicas: `up{${place},job="${service}"} == 1`,
    connections: `sum(${postgres("postgresql_num_backends")})`,
    cpu: `max(${postgres("cpu_utilization")})`,
    disk: `max(${postgres("disk_utilization")})`,
    diskUsed: `max(${postgres("disk_bytes_used")})`,
    loggedErrors: `sum(rate(${logged(logMetrics.loggedErrors, "k8s_container")}[5m]))`,
    failedMigrations: `sum(increase(${logged(logMetrics.migrationFailures, "k8s_cluster")}[10m]))`,
  };
}

export type Queries = ReturnType<typeof queries>;
