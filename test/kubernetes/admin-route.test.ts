import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { GATEWAYS, through } from "../gateway-api/gateways.ts";
import type { HttpRoute } from "../gateway-api/http-route.ts";
import { deploy } from "../program/deploy.ts";
import { HOSTILE } from "../security/hostile-paths.ts";
import { PolicyEvaluator } from "./policy-evaluator.ts";
import { inputsOf, podOf, workloadOf } from "./rendered.ts";

const { resources } = await deploy("kubernetes", {
  "llm-gateway:providers": { openai: { apiKey: "sk-test" }, anthropic: { apiKey: "sk-test" } },
  "llm-gateway:kubernetes": {
    postgres: { trial: true },
    clients: { cidrs: ["10.8.0.0/24"] },
    access: {
      route: { hostname: "llm.example.com", class: "internal", issuer: "internal-ca" },
      adminRoute: {
        hostname: "admin.llm.example.com",
        class: "admins-only",
        issuer: "internal-ca",
        from: { cidrs: ["10.9.0.0/24"] },
      },
    },
  },
});
const routes = ["litellm-clients", "litellm-admins"].map((name) => inputsOf(resources, "HTTPRoute", name) as HttpRoute);
const litellm = workloadOf(resources, "litellm");
const ADMINS = { name: "litellm-admin", port: 9099 };

describe("administrators", () => {
  it("have a Gateway of their own, with a certificate of its own", () => {
    expect(inputsOf(resources, "Gateway", "litellm-admins-gateway")).toMatchObject({
      metadata: { name: "litellm-admins", annotations: { "cert-manager.io/cluster-issuer": "internal-ca" } },
      spec: {
        gatewayClassName: "admins-only",
        listeners: [{ hostname: "admin.llm.example.com", tls: { certificateRefs: [{ name: "litellm-admin-tls" }] } }],
      },
    });
    expect(routes[1]).toMatchObject({ spec: { parentRefs: [{ name: "litellm-admins" }] } });
  });

  it.each(Object.entries(GATEWAYS))("get everywhere under their own name, by way of %s", (_, gateway) => {
    for (const path of ["/", "/ui/", "/v2/login", "/key/generate", "/v1/models"]) {
      const request = { host: "admin.llm.example.com", method: "POST", path };
      expect(through(gateway, routes, request)).toMatchObject({ backend: ADMINS, path });
    }
  });

  it("come to LiteLLM's pods at a port that hands them on", () => {
    expect(inputsOf(resources, "Service", "litellm-admin")).toMatchObject({
      spec: {
        type: "ClusterIP",
        selector: { "app.kubernetes.io/name": "litellm" },
        ports: [{ name: "admin", port: 9099, targetPort: "admin" }],
      },
    });
    const { ports, env } = litellm.spec.template.spec.containers[0];
    expect(ports).toContainEqual({ name: "admin", containerPort: 9099 });
    expect(env).toContainEqual({ name: "ADMIN_PORT_ADDRESS", value: "0.0.0.0:9099" });
    expect(env).toContainEqual({ name: "ADMIN_PORT_LITELLM", value: "127.0.0.1:4000" });
  });
});

describe("clients", () => {
  it.each(HOSTILE)("don't get to administrators' %s, whatever Gateway they come by", (path) => {
    for (const gateway of Object.values(GATEWAYS)) {
      const passed = through(gateway, routes, { host: "llm.example.com", method: "POST", path });
      expect(passed?.backend).not.toEqual(ADMINS);
    }
  });

  it("get to the pods' own port, and not to that of administrators, whose Gateway gets to that alone", () => {
    const policies = new PolicyEvaluator(resources);
    const pod = podOf(litellm);
    const callers = { client: "10.8.0.20", administrators: "10.9.0.20", stranger: "10.10.0.20" };
    const reached = Object.entries(callers).map(([who, address]) => [
      who,
      [4000, 9099].filter((port) => policies.allows({ address }, pod, port)),
    ]);
    expect(Object.fromEntries(reached)).toEqual({ client: [4000], administrators: [9099], stranger: [] });
    const inside = ["sagewai-admin", "worker-general"].map((name) => podOf(workloadOf(resources, name)));
    expect(inside.map((from) => policies.allows(from, pod, 9099))).toEqual([false, false]);
  });
});

it("without a hostname for administrators there is no port for them", async () => {
  const committed = await readFile(new URL("../program/kubernetes.resources.yaml", import.meta.url), "utf8");
  expect(committed).toContain("request_guard:install");
  expect(committed).not.toMatch(/ADMIN_PORT_ADDRESS|9099/);
});
