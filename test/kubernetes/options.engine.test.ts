import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, expect, it } from "vitest";
import * as yaml from "yaml";

import type { Manifest } from "../cluster/api-server.ts";
import { TestCluster } from "../cluster/test-cluster.ts";
import type { Registered } from "../program/deploy.ts";
import { manifestOf } from "./rendered.ts";

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;

/** A kind of the Prometheus operator, as far as a monitor of ours goes. */
const podMonitors: Manifest = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "podmonitors.monitoring.coreos.com" },
  spec: {
    group: "monitoring.coreos.com",
    names: { kind: "PodMonitor", plural: "podmonitors", singular: "podmonitor" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                required: ["selector", "podMetricsEndpoints"],
                properties: {
                  selector: {
                    type: "object",
                    properties: { matchLabels: { type: "object", additionalProperties: { type: "string" } } },
                  },
                  podMetricsEndpoints: {
                    type: "array",
                    items: {
                      type: "object",
                      properties: {
                        port: { type: "string" },
                        path: { type: "string" },
                        interval: { type: "string", pattern: "^[0-9]+s$" },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

// Held to what the program makes of every option by options.test.ts.
const committed = await readFile(new URL("options.resources.yaml", import.meta.url), "utf8");
const manifests = (yaml.parse(committed) as Registered[]).map(manifestOf);

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start();
}, BUILD);

afterAll(() => cluster.stop());

it("every optional object is taken under strict validation", async () => {
  await cluster.api.apply(podMonitors);
  const served = () => cluster.api.isNamespaced("monitoring.coreos.com/v1", "PodMonitor").catch(() => false);
  await expect.poll(served, { timeout: 60_000 }).toBe(true);
  const first = manifests.filter(({ kind }) => kind === "Namespace");
  for (const object of [...first, ...manifests.filter(({ kind }) => kind !== "Namespace")]) {
    await cluster.api.apply(object);
  }
  expect(manifests.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["PodMonitor", "HorizontalPodAutoscaler"]));
  for (const object of manifests) expect(await cluster.api.get(object)).toMatchObject({ kind: object.kind });
});

it("pods with a second port, and with the variables of every option, are let in and run", async () => {
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "litellm", namespace: "llm-gateway" },
  };
  const available = async () => {
    const status = (await cluster.api.get(deployment))?.["status"] as { availableReplicas?: number } | undefined;
    return status?.availableReplicas;
  };
  await expect.poll(available, { timeout: 60_000 }).toBe(2);
});
