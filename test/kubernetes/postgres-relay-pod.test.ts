import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { OwnSecrets } from "../../components/kubernetes/cluster-secrets.ts";
import { PostgresRelay } from "../../components/kubernetes/postgres-relay.ts";
import { localPort } from "../../components/kubernetes/tunnel.ts";
import type { Registered } from "../program/deploy.ts";
import { type End, PolicyEvaluator } from "./policy-evaluator.ts";
import { inputsOf, podOf, workloadOf } from "./rendered.ts";

const resources: Registered[] = [];
await pulumi.runtime.setMocks({
  newResource({ type, name, inputs }) {
    const values = inputs as Record<string, unknown> & { metadata?: object };
    resources.push({ type, name, inputs: values });
    return { id: `${name}-id`, state: { ...values, metadata: { name: `${name}-{hash}`, ...values.metadata } } };
  },
  call: ({ token }) => {
    throw new Error(`unexpected invoke of ${token}`);
  },
});

const nobody = { cidrs: [], namespaces: [] };
const addresses = { cidrs: [pulumi.output("10.2.0.5/32")], namespaces: [] };
const relay = new PostgresRelay("postgres-relay", {
  place: {
    namespace: "llm-gateway",
    network: {
      ports: { gateway: 4000, admin: 8000 },
      clients: { cidrs: ["10.8.0.0/24"], namespaces: [] },
      administrators: nobody,
      scrapers: nobody,
      resolvers: nobody,
      postgres: { ports: [5432], addresses },
      readReplica: undefined,
      redis: undefined,
      identity: undefined,
      providerPorts: [443],
      modelNamespaces: [],
      others: undefined,
    },
    secrets: new OwnSecrets(),
    pullSecrets: ["registry"],
    protect: true,
  },
  version: "1.0.1",
  host: pulumi.output("10.2.0.5"),
  kubeconfig: pulumi.secret("a kubeconfig"),
});
const access = await new Promise((resolve) => relay.access.apply(resolve));
await pulumi.runtime.disconnect();

const workload = workloadOf(resources, "postgres-relay");
const [container] = workload.spec.template.spec.containers;

describe("the relay's pod", () => {
  it("runs the program, which learns where the server is from its environment", () => {
    expect(container.image).toBe("ghcr.io/sagewai/backend:1.0.1");
    expect(container.command).toEqual(["python", "-ISu", "/etc/sagewai/relay.py"]);
    const target = container.env.filter(({ name }) => name.startsWith("POSTGRES_"));
    expect(target).toEqual([
      { name: "POSTGRES_HOST", value: "10.2.0.5" },
      { name: "POSTGRES_PORT", value: "5432" },
    ]);
  });

  it("knows no secret, and has no token for the cluster's API", () => {
    expect(resources.filter(({ type }) => type.endsWith(":Secret"))).toEqual([]);
    expect(JSON.stringify(container)).not.toContain("secretKeyRef");
    expect(workload.spec.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      serviceAccountName: "postgres-relay",
    });
    expect(inputsOf(resources, "ServiceAccount", "postgres-relay")).toMatchObject({
      automountServiceAccountToken: false,
    });
  });

  it("is ready while the server takes connections, and is not restarted while it doesn't", () => {
    const command = ["python", "-ISu", "/etc/sagewai/relay_ready.py"];
    expect(container.readinessProbe).toMatchObject({ exec: { command } });
    expect(container).not.toHaveProperty("livenessProbe");
    expect(container).not.toHaveProperty("startupProbe");
  });

  it("is small", () => {
    expect(container.resources).toEqual({ requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "64Mi" } });
  });

  it("talks to the server and to nobody else, and nobody talks to it", () => {
    const policies = new PolicyEvaluator(resources);
    const pod = podOf(workload);
    const neighbour: End = { labels: {}, namespace: { "kubernetes.io/metadata.name": "llm-gateway" } };
    expect(policies.allows(pod, { address: "10.2.0.5" }, 5432)).toBe(true);
    expect(policies.allows(pod, { address: "10.2.0.5" }, 22)).toBe(false);
    expect(policies.allows(pod, { address: "10.2.0.6" }, 5432)).toBe(false);
    expect(policies.allows(pod, { address: "104.18.7.192" }, 443)).toBe(false);
    expect(policies.allows(neighbour, pod, 5432)).toBe(false);
    expect(policies.allows({ address: "10.8.0.20" }, pod, 5432)).toBe(false);
  });

  it("is found by its Service", () => {
    expect(access).toEqual({
      kubeconfig: "a kubeconfig",
      namespace: "llm-gateway",
      service: "postgres-relay",
      port: 5432,
    });
    expect(inputsOf(resources, "Service", "postgres-relay")).toMatchObject({ spec: { ports: [{ port: 5432 }] } });
  });
});

describe("the local port", () => {
  it("is always the same for a stack, and another for most others", () => {
    expect(localPort("prod")).toBe(localPort("prod"));
    const ports = Array.from({ length: 100 }, (_, index) => localPort(`stack-${index}`));
    expect(ports.every((port) => port >= 20_000 && port < 30_000)).toBe(true);
    expect(new Set(ports).size).toBeGreaterThan(95);
  });
});
