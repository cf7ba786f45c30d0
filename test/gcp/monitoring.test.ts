import { beforeAll, describe, expect, it } from "vitest";

import { Monitoring, type MonitoringArgs } from "../../components/gcp/monitoring/monitoring.ts";
import { podMonitoring, scrapers } from "../../components/gcp/monitoring/pod-monitoring.ts";
import { only, place, registered, type RegisteredWithOptions } from "./mocks.ts";

const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
const LOG_METRIC = "gcp:logging/metric:Metric";

async function monitoring(overrides: Partial<MonitoringArgs> = {}) {
  let url: string | undefined;
  const resources = await registered(
    () => {
      const { dashboard } = new Monitoring(
        "monitoring",
        {
          place: place(),
          cluster: "cluster-1a2b3c4",
          namespace: "llm-gateway",
          service: "litellm",
          postgres: { instance: "postgres-1a2b3c4", maxConnections: 400, diskLimit: 500 },
          emails: [],
          ...overrides,
        },
        {},
      );
      dashboard.apply((value) => (url = value));
    },
    ({ name }) => ({ name: `${name}-1a2b3c4` }),
  );
  return { resources, url };
}

/** The conditions of a policy, as one text. */
function conditions(resources: RegisteredWithOptions[], key: string): string {
  return JSON.stringify(only(resources, POLICY, `-${key}`).inputs["conditions"]);
}

describe("alerts", () => {
  let resources: RegisteredWithOptions[];

  beforeAll(async () => {
    ({ resources } = await monitoring({
      emails: ["admin@example.com", "budget@example.com"],
      certificates: ["clients-1a2b3c4"],
      uptimeCheck: "check-1a2b3c4",
    }));
  });

  it("go out to everybody who is named, with what to do", () => {
    const channels = resources.filter(({ type }) => type.endsWith(":NotificationChannel"));
    expect(channels.map(({ inputs }) => inputs["labels"])).toEqual([
      { email_address: "admin@example.com" },
      { email_address: "budget@example.com" },
    ]);
    const policies = resources.filter(({ type }) => type === POLICY);
    expect(policies.map(({ name }) => name).sort()).toEqual([
      "llm-gateway-test-budget-used",
      "llm-gateway-test-budget-warning",
      "llm-gateway-test-certificate",
      "llm-gateway-test-error-rate",
      "llm-gateway-test-migration-failed",
      "llm-gateway-test-no-replica",
      "llm-gateway-test-postgres-connections",
      "llm-gateway-test-postgres-disk",
      "llm-gateway-test-unreachable",
    ]);
    for (const { inputs } of policies) {
      expect(inputs["notificationChannels"]).toHaveLength(2);
      // Cloud Monitoring takes no second condition beside one on logs, and a runbook is about one.
      expect(inputs["conditions"]).toHaveLength(1);
      const { content, subject } = inputs["documentation"] as { content: string; subject: string };
      expect(content).toMatch(/\n\n1\. \S/);
      // Cloud Monitoring takes no more.
      expect(content.length).toBeLessThan(8192);
      expect(subject.length).toBeLessThan(255);
    }
  });

  it("come before a key's budget is used up, and when it is", () => {
    const used = (share: string) =>
      'litellm_remaining_api_key_budget_metric{cluster=\\"cluster-1a2b3c4\\",namespace=\\"llm-gateway\\"}) / max by ' +
      `(api_key_alias) (litellm_api_key_max_budget_metric{cluster=\\"cluster-1a2b3c4\\",namespace=\\"llm-gateway\\"}) >= ${share}"`;
    expect(conditions(resources, "budget-warning")).toContain(used("0.8"));
    expect(conditions(resources, "budget-used")).toContain(used("1"));
  });

  it("come when PostgreSQL is nearly out of connections, or its disk nearly as large as it may become", () => {
    expect(conditions(resources, "postgres-connections")).toContain(
      'database_id=\\"my-project:postgres-1a2b3c4\\"}) > 320',
    );
    // 85 % of 500 GB, of which it may use more and more as it grows.
    const used =
      'database_disk_bytes_used{monitored_resource=\\"cloudsql_database\\",database_id=\\"my-project:postgres-1a2b3c4\\"}';
    expect(conditions(resources, "postgres-disk")).toContain(`${used}) > 456340275200`);
  });

  it("come when no replica is ready, and when none is there to say so", () => {
    expect(conditions(resources, "no-replica")).toContain('deployment=\\"litellm\\"}) < 1');
    expect(conditions(resources, "no-replica")).toContain(" or absent(up{");
  });

  it("come for the administrators' certificate too", async () => {
    const { resources: both } = await monitoring({ certificates: ["clients-1a2b3c4", "admins-5d6e7f8"] });
    expect(conditions(both, "certificate")).toContain(
      'jsonPayload.certificates:(\\"clients-1a2b3c4\\" OR \\"admins-5d6e7f8\\")',
    );
  });

  it("come for the clients' own certificate, once a day", () => {
    expect(conditions(resources, "certificate")).toContain('jsonPayload.certificates:\\"clients-1a2b3c4\\"');
    expect(only(resources, POLICY, "-certificate").inputs["alertStrategy"]).toEqual({
      autoClose: "86400s",
      notificationRateLimit: { period: "86400s" },
    });
  });

  it("come when the uptime check fails", () => {
    expect(conditions(resources, "unreachable")).toContain('metric.labels.check_id = \\"check-1a2b3c4\\"');
  });

  it("ask for metrics that aren't there yet", () => {
    const asking = resources
      .filter(({ type }) => type === POLICY)
      .flatMap(({ inputs }) => inputs["conditions"] as { conditionPrometheusQueryLanguage?: object }[])
      .flatMap(({ conditionPrometheusQueryLanguage: condition }) => condition ?? []);
    expect(asking.length).toBeGreaterThan(6);
    expect(asking).toEqual(asking.map((condition) => ({ ...condition, disableMetricValidation: true })));
  });

  it("show in Google Cloud alone where nobody is named, and are of nothing that isn't there", async () => {
    const quiet = (await monitoring()).resources;
    expect(quiet.filter(({ type }) => type.endsWith(":NotificationChannel"))).toEqual([]);
    const policies = quiet.filter(({ type }) => type === POLICY);
    expect(policies).toHaveLength(7);
    expect(policies.map(({ inputs }) => inputs["notificationChannels"])).toEqual(policies.map(() => []));
  });
});

describe("log-based metrics", () => {
  it("count, and keep nothing of what the logs say", async () => {
    const { resources } = await monitoring();
    const metrics = resources.filter(({ type }) => type === LOG_METRIC);
    expect(metrics).toHaveLength(2);
    for (const { inputs } of metrics) {
      expect(Object.keys(inputs).sort()).toEqual(["description", "filter", "metricDescriptor"]);
      expect(inputs["metricDescriptor"]).toEqual({ metricKind: "DELTA", valueType: "INT64", unit: "1" });
    }
  });

  it("count the migrations of this stack that failed, and the alert asks for that", async () => {
    const { resources } = await monitoring();
    expect(only(resources, LOG_METRIC, "-migration-failures").inputs["filter"]).toBe(
      [
        'logName="projects/my-project/logs/events"',
        'resource.type="k8s_cluster"',
        'resource.labels.cluster_name="cluster-1a2b3c4"',
        'jsonPayload.involvedObject.kind="Job"',
        'jsonPayload.involvedObject.namespace="llm-gateway"',
        'jsonPayload.involvedObject.name=~"^litellm-migration-"',
        'jsonPayload.reason=("BackoffLimitExceeded" OR "DeadlineExceeded")',
      ].join("\n"),
    );
    expect(conditions(resources, "migration-failed")).toContain(
      "logging_googleapis_com:user_llm_gateway_test_migration_failures_1a2b3c4{",
    );
  });
});

describe("the dashboard", () => {
  it("fills a grid, and says no position of 0, which Google Cloud leaves out", async () => {
    const { resources, url } = await monitoring();
    const { inputs } = only(resources, "gcp:monitoring/dashboard:Dashboard");
    const { displayName, mosaicLayout } = JSON.parse(inputs["dashboardJson"] as string) as {
      displayName: string;
      mosaicLayout: { columns: number; tiles: { xPos?: number; yPos?: number; width: number; height: number }[] };
    };
    expect(displayName).toBe("llm-gateway-test");
    const cells = mosaicLayout.tiles.map(({ xPos = 0, yPos = 0, width, height }) => {
      expect(xPos + width).toBeLessThanOrEqual(mosaicLayout.columns);
      return `${xPos / width},${yPos / height}`;
    });
    expect(new Set(cells).size).toBe(12);
    expect(mosaicLayout.tiles.flatMap(({ xPos, yPos }) => [xPos, yPos])).not.toContain(0);
    expect(url).toBe(
      "https://console.cloud.google.com/monitoring/dashboards/builder/{id of llm-gateway-test}?project=my-project",
    );
  });
});

describe("Google's collectors", () => {
  it("are told where LiteLLM shows its metrics, and are let in", async () => {
    const resources = await registered(() => {
      podMonitoring("litellm", { namespace: "llm-gateway", interval: 30 }, {});
    });
    const [monitor] = resources;
    expect(monitor?.type).toBe("kubernetes:monitoring.googleapis.com/v1:PodMonitoring");
    // Its name is the label `job` of what is collected, which a query asks for.
    expect(monitor?.inputs["metadata"]).toMatchObject({ name: "litellm", namespace: "llm-gateway" });
    expect(monitor?.inputs["spec"]).toEqual({
      selector: { matchLabels: { "app.kubernetes.io/name": "litellm", "app.kubernetes.io/part-of": "llm-gateway" } },
      endpoints: [{ port: "metrics", path: "/metrics/", interval: "30s" }],
    });
    expect(scrapers.namespaces).toContainEqual({ "kubernetes.io/metadata.name": "gke-gmp-system" });
  });
});
