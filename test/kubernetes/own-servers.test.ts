import * as yaml from "yaml";
import { describe, expect, it } from "vitest";

import { rulesFor } from "../../components/kubernetes/http-routes.ts";
import { clientRoutes } from "../../config/schema/routes.ts";
import { deploy } from "../program/deploy.ts";
import { TestAuthority } from "../tls/authority.ts";
import { inputsOf, workloadOf } from "./rendered.ts";

/** What two authorities would have the servers' certificates checked against. */
const [ofPostgres, ofRedis] = await Promise.all([TestAuthority.create(), TestAuthority.create()]);

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const { resources } = await deploy("kubernetes", {
  "llm-gateway:providers": { openai: { apiKey: "sk-test" }, anthropic: { apiKey: "sk-test" } },
  "llm-gateway:kubernetes": {
    context: "production",
    namespace: "ai",
    createNamespace: false,
    images: { litellm: `registry.example.com/litellm@${digest}` },
    pullSecrets: ["registry"],
    priorityClass: "important",
    litellm: { replicas: 3, maxReplicas: 3, memory: "6Gi" },
    workers: { maxReplicas: 5 },
    postgres: {
      host: "10.20.0.5",
      adminUser: "administrator",
      adminPassword: "of-the-administrator",
      caCertificate: ofPostgres.certificate,
    },
    redis: {
      host: "redis.internal",
      password: "of-redis",
      caCertificate: ofRedis.certificate,
      addresses: { cidrs: ["10.30.0.0/28"] },
    },
    clients: { cidrs: ["10.0.0.0/8"] },
    access: {
      route: { hostname: "llm.example.com", class: "gke-l7-rilb", issuer: "internal-ca" },
      loadBalancer: { annotations: { "networking.gke.io/load-balancer-type": "Internal" } },
    },
  },
});

const litellm = workloadOf(resources, "litellm");
const container = litellm.spec.template.spec.containers[0];

describe("an own PostgreSQL server", () => {
  it("gets a role and a database for each service, over TLS", () => {
    const made = resources.filter(({ type }) => type.startsWith("postgresql:")).map(({ name }) => name);
    const databases = ["litellm", "sagewai", "litellm-closed", "sagewai-closed"];
    expect(made).toEqual([...databases, "litellm-administrator", "sagewai-administrator", "litellm", "sagewai"]);
    expect(resources.find(({ type }) => type === "pulumi:providers:postgresql")?.inputs).toMatchObject({
      host: "10.20.0.5",
      port: "5432",
      username: "administrator",
      password: "[secret]",
      sslmode: "verify-full",
      sslrootcert: expect.stringMatching(/^\.gateway\/authorities\/[0-9a-f]{16}\.pem$/) as unknown,
      superuser: "false",
    });
    expect(resources.filter(({ type }) => /StatefulSet/.test(type))).toEqual([]);
  });

  it("is checked by Sagewai, which takes the mode from variables", () => {
    const { env } = workloadOf(resources, "sagewai-admin").spec.template.spec.containers[0];
    expect(env).toContainEqual({ name: "PGSSLMODE", value: "verify-full" });
    expect(env).toContainEqual({ name: "PGSSLROOTCERT", value: "/etc/sagewai/postgres-ca.pem" });
  });

  it.each(["litellm", "litellm-migration", "sagewai-admin"])("has its authority among the files of %s", (name) => {
    const { data } = inputsOf(resources, "ConfigMap", name) as { data: Record<string, string> };
    expect(data["postgres-ca.pem"]).toBe(ofPostgres.certificate);
    const { volumes, containers } = workloadOf(resources, name).spec.template.spec;
    expect(JSON.stringify(volumes)).toContain(`{"configMap":{"name":"${name}-{hash}"}}`);
    expect(containers[0].volumeMounts).toContainEqual(expect.objectContaining({ name: "files" }));
  });

  it("has no other file of LiteLLM in its migration, which would run again for each change of one", () => {
    const { data } = inputsOf(resources, "ConfigMap", "litellm-migration") as { data: object };
    expect(Object.keys(data)).toEqual(["postgres-ca.pem"]);
  });

  it("is the only address of its port that pods may call", () => {
    expect(inputsOf(resources, "NetworkPolicy", "litellm-migration")).toMatchObject({
      spec: { egress: [{}, { to: [{ ipBlock: { cidr: "10.20.0.5/32" } }], ports: [{ port: 5432 }] }] },
    });
  });
});

describe("Redis", () => {
  it("is what LiteLLM's pods share limits in, with the password from a Secret", () => {
    const { data } = inputsOf(resources, "ConfigMap", "litellm") as { data: Record<string, string> };
    expect(yaml.parse(data["litellm-config.yaml"] ?? "")).toMatchObject({
      general_settings: {
        coordination_redis: {
          host: "redis.internal",
          port: 6379,
          ssl: true,
          ssl_cert_reqs: "required",
          ssl_check_hostname: true,
          ssl_ca_certs: "os.environ/REDIS_SSL_CA_CERTS",
          password: "os.environ/REDIS_PASSWORD",
        },
      },
    });
    expect(data["redis-ca.pem"]).toBe(ofRedis.certificate);
    expect(container.env).toContainEqual({ name: "REDIS_SSL_CA_CERTS", value: "/etc/litellm/redis-ca.pem" });
    expect(container.env).toContainEqual({
      name: "REDIS_PASSWORD",
      valueFrom: { secretKeyRef: { name: "litellm-{hash}", key: "REDIS_PASSWORD" } },
    });
  });
});

describe("a namespace that is there", () => {
  it("is not made, and the rest of it is left alone", () => {
    expect(resources.filter(({ type }) => type.endsWith(":Namespace"))).toEqual([]);
    expect(inputsOf(resources, "NetworkPolicy", "default-deny")).toMatchObject({
      metadata: { namespace: "ai" },
      spec: { podSelector: { matchLabels: { "app.kubernetes.io/part-of": "llm-gateway" } } },
    });
  });
});

describe("the settings", () => {
  it("choose the cluster", () => {
    expect(resources.find(({ type }) => type === "pulumi:providers:kubernetes")?.inputs).toEqual({
      context: "production",
      enableServerSideApply: "true",
    });
  });

  it("choose images, what they are pulled with, sizes and priority", () => {
    expect(container.image).toBe(`registry.example.com/litellm@${digest}`);
    expect(litellm.spec.template.spec).toMatchObject({
      imagePullSecrets: [{ name: "registry" }],
      priorityClassName: "important",
    });
    expect(container.resources.requests).toEqual({ cpu: "1", memory: "6Gi" });
  });

  it("fix the number of pods where the most is the least", () => {
    expect(litellm.spec.replicas).toBe(3);
    expect(resources.filter(({ type }) => type.endsWith(":HorizontalPodAutoscaler")).map(({ name }) => name)).toEqual([
      "worker-general",
    ]);
  });
});

describe("the way of a key", () => {
  it("leads to the Service, through the cluster", () => {
    const keys = resources.find(({ type }) => type === "pulumi-nodejs:dynamic/litellm:VirtualKeys");
    expect(keys?.inputs["gatewayAccess"]).toEqual({
      ...{ context: "production", namespace: "ai", service: "litellm", port: 4000 },
    });
  });
});

describe("clients outside the cluster", () => {
  it("come by a route of an internal Gateway, with the issuer's certificate", () => {
    expect(inputsOf(resources, "Gateway", "litellm-clients-gateway")).toMatchObject({
      metadata: { annotations: { "cert-manager.io/cluster-issuer": "internal-ca" } },
      spec: {
        gatewayClassName: "gke-l7-rilb",
        listeners: [
          { protocol: "HTTPS", hostname: "llm.example.com", tls: { certificateRefs: [{ name: "litellm-tls" }] } },
        ],
      },
    });
    expect(inputsOf(resources, "HTTPRoute", "litellm-clients")).toMatchObject({
      spec: {
        parentRefs: [{ name: "litellm-clients" }],
        hostnames: ["llm.example.com"],
        rules: rulesFor(clientRoutes(), { name: "litellm", port: 4000 }),
      },
    });
  });

  it("come by a load balancer that the settings name internal", () => {
    expect(inputsOf(resources, "Service", "litellm-clients")).toMatchObject({
      metadata: { annotations: { "networking.gke.io/load-balancer-type": "Internal" } },
      spec: { type: "LoadBalancer", externalTrafficPolicy: "Local", selector: { "app.kubernetes.io/name": "litellm" } },
    });
  });
});
