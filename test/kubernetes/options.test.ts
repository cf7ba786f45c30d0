import * as yaml from "yaml";
import { describe, expect, it } from "vitest";

import { deploy } from "../program/deploy.ts";
import { PolicyEvaluator } from "./policy-evaluator.ts";
import { inputsOf, podOf, workloadOf } from "./rendered.ts";

const { resources } = await deploy("kubernetes", {
  "llm-gateway:providers": { openai: { apiKey: "sk-test" }, anthropic: { apiKey: "sk-test" } },
  "llm-gateway:kubernetes": {
    litellm: { requestsPerSecond: 20, tokensPerSecond: 30_000 },
    postgres: {
      host: "10.20.0.5",
      adminPassword: "of-the-administrator",
      pooledConnections: 8,
      readReplica: { host: "10.20.0.6", port: 5433 },
    },
    redis: {
      sentinel: {
        service: "mymaster",
        nodes: [{ host: "sentinel-0.redis" }, { host: "sentinel-1.redis" }],
        password: "of-the-sentinels",
      },
      password: "of-redis",
      addresses: { cidrs: ["10.30.0.0/28"] },
    },
    metrics: {
      scrapers: { namespaces: [{ "kubernetes.io/metadata.name": "monitoring" }] },
      podMonitor: { labels: { release: "prometheus" }, interval: 15 },
    },
  },
});
const policies = new PolicyEvaluator(resources);
const pod = (name: string) => podOf(workloadOf(resources, name));
const container = workloadOf(resources, "litellm").spec.template.spec.containers[0];
const migration = workloadOf(resources, "litellm-migration").spec.template.spec.containers[0];

const fromSecret = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: "litellm-{hash}", key: name } } });

/** The names of the pods that may reach an address. */
const callersOf = (address: string, port: number) =>
  ["litellm", "litellm-migration", "sagewai-admin", "worker-general"].filter((name) =>
    policies.allows(pod(name), { address }, port),
  );

it("the options are manifests that the real API server is shown too, by options.engine.test.ts", async () => {
  const objects = resources.filter(
    ({ type, name }) => type.startsWith("kubernetes:") && (name === "namespace" || /^litellm(-metrics)?$/.test(name)),
  );
  await expect(yaml.stringify(objects, { aliasDuplicateObjects: false, lineWidth: 0 })).toMatchFileSnapshot(
    "options.resources.yaml",
  );
});

describe("a read replica", () => {
  it("is read by LiteLLM, as the role of its database, and by nobody else", () => {
    expect(container.env).toContainEqual(fromSecret("DATABASE_URL_READ_REPLICA"));
    expect(migration.env.map(({ name }) => name)).not.toContain("DATABASE_URL_READ_REPLICA");
    expect(callersOf("10.20.0.6", 5433)).toEqual(["litellm"]);
    expect(callersOf("10.20.0.6", 5432)).toEqual([]);
    expect(callersOf("10.20.0.5", 5432)).toEqual(["litellm", "litellm-migration", "sagewai-admin"]);
  });
});

describe("PgBouncer", () => {
  it("shares a pod's connections among its workers, and the migration goes past it", () => {
    expect(container.env).toContainEqual({ name: "LITELLM_PGBOUNCER_ENABLED", value: "true" });
    expect(container.env).toContainEqual({ name: "LITELLM_PGBOUNCER_MAX_DB_CONNECTIONS", value: "8" });
    expect(migration.env.filter(({ name }) => name.startsWith("LITELLM_PGBOUNCER"))).toEqual([]);
  });
});

describe("Redis Sentinel", () => {
  it("is asked with its own password for the server, and both are reached", () => {
    const { data } = inputsOf(resources, "ConfigMap", "litellm") as { data: Record<string, string> };
    expect(yaml.parse(data["litellm-config.yaml"] ?? "")).toMatchObject({
      general_settings: { coordination_redis: { service_name: "mymaster", ssl: true } },
    });
    expect(container.env).toContainEqual(fromSecret("REDIS_SENTINEL_PASSWORD"));
    expect(container.env).toContainEqual(fromSecret("REDIS_PASSWORD"));
    expect(callersOf("10.30.0.3", 26379)).toEqual(["litellm"]);
    expect(callersOf("10.30.0.3", 6379)).toEqual(["litellm"]);
    expect(callersOf("10.31.0.3", 6379)).toEqual([]);
  });
});

describe("metrics", () => {
  it("are on a port of their own", () => {
    expect(container.ports).toEqual([
      { name: "main", containerPort: 4000 },
      { name: "metrics", containerPort: 9090 },
    ]);
    expect(container.env).toContainEqual({ name: "PROMETHEUS_METRICS_PORT", value: "9090" });
    expect(migration.env.map(({ name }) => name)).not.toContain("PROMETHEUS_METRICS_PORT");
    expect(migration.ports).toBeUndefined();
    expect(inputsOf(resources, "Service", "litellm")).toMatchObject({ spec: { ports: [{ port: 4000 }] } });
  });

  it("are read from each pod, by a Prometheus that selects the monitor", () => {
    expect(inputsOf(resources, "PodMonitor", "litellm-metrics")).toMatchObject({
      apiVersion: "monitoring.coreos.com/v1",
      metadata: { name: "litellm", namespace: "llm-gateway", labels: { release: "prometheus" } },
      spec: {
        selector: { matchLabels: { "app.kubernetes.io/name": "litellm" } },
        podMetricsEndpoints: [{ port: "metrics", path: "/metrics/", interval: "15s" }],
      },
    });
  });

  it("make pods more by their requests and tokens, besides their CPU", () => {
    const pods = (name: string, averageValue: string) => ({
      type: "Pods",
      pods: { metric: { name }, target: { type: "AverageValue", averageValue } },
    });
    expect(inputsOf(resources, "HorizontalPodAutoscaler", "litellm")).toMatchObject({
      spec: {
        metrics: [
          { type: "Resource", resource: { name: "cpu" } },
          pods("litellm_requests_per_second", "20"),
          pods("litellm_tokens_per_second", "30000"),
        ],
      },
    });
  });
});
