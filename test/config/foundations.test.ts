import { expect, it } from "vitest";

import { replacementSettings } from "../../config/replacement-settings.ts";
import { parseSettings } from "../../config/settings.ts";
import { access, existing, settingsOf } from "./gcp-stack.ts";
import { minimal, rawConfig } from "./stack.ts";

const ofKubernetes = (kubernetes: object) => {
  const settings = { ...minimal, platform: "kubernetes", providers: { openai: { apiKey: "sk-key" } }, kubernetes };
  return replacementSettings(
    parseSettings(rawConfig(settings), ["llm-gateway:providers", "llm-gateway:kubernetes"]),
    "staging",
  );
};

it("the foundation of a local stack is the platform only", () => {
  expect(replacementSettings(parseSettings(rawConfig(minimal)), "local")).toEqual({ platform: "local" });
});

it("the foundation of a stack in a cluster is where the gateway runs, and its server", () => {
  expect(ofKubernetes({ postgres: { trial: true } })).toEqual({
    platform: "kubernetes",
    "kubernetes.namespace": "llm-gateway",
    "kubernetes.postgres.trial": "true",
  });
  const server = { host: "10.0.0.5", adminPassword: "secret" };
  expect(ofKubernetes({ namespace: "llm", postgres: server })).toEqual({
    platform: "kubernetes",
    "kubernetes.namespace": "llm",
    "kubernetes.postgres.trial": "false",
    "kubernetes.postgres.host": "10.0.0.5:5432",
  });
});

it("the foundation of a stack for gcp is the place in Google Cloud, and the network", () => {
  expect(replacementSettings(settingsOf({}), "dev")).toEqual({
    platform: "gcp",
    "kubernetes.namespace": "llm-gateway",
    "gcp.project": "acme-llm",
    "gcp.region": "europe-west1",
    "gcp.name": "llm-gateway-dev",
    "gcp.network.existing": "none",
    "gcp.network.nodes": "10.20.0.0/22",
    "gcp.network.pods": "10.24.0.0/16",
    "gcp.network.services": "10.25.0.0/20",
  });
  const shared = replacementSettings(settingsOf({ network: { existing } }), "dev");
  expect(shared).toMatchObject({ "gcp.network.existing": "shared/gateway/pods/services" });
  expect(shared).not.toHaveProperty("gcp.network.pods");
});

it("the load balancer's range is a foundation as long as there is one, in a network of the stack's own", () => {
  expect(replacementSettings(settingsOf({ access }), "dev")).toHaveProperty(["gcp.network.proxies"], "10.26.0.0/23");
  expect(replacementSettings(settingsOf({}), "dev")).not.toHaveProperty(["gcp.network.proxies"]);
  const shared = replacementSettings(settingsOf({ access, network: { existing, proxies: "10.26.0.0/23" } }), "dev");
  expect(shared).not.toHaveProperty(["gcp.network.proxies"]);
});
