import { describe, expect, it } from "vitest";

import { sizesFor, workerConnections } from "../../config/schema/capacity.ts";
import { parseSettings } from "../../config/settings.ts";
import { place as gcp } from "./gcp-stack.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

describe("sizes by requests per second", () => {
  it.each([
    [1, { replicas: 2, maxReplicas: 4, tier: "db-custom-2-7680", diskSize: 50, nodeType: "STANDARD_SMALL" }],
    [300, { replicas: 4, maxReplicas: 8, tier: "db-custom-4-16384", diskSize: 200, nodeType: "STANDARD_SMALL" }],
    [1_000, { replicas: 12, maxReplicas: 24, tier: "db-custom-4-16384", diskSize: 200, nodeType: "STANDARD_SMALL" }],
    [5_000, { replicas: 58, maxReplicas: 116, tier: "db-custom-8-32768", diskSize: 500, nodeType: "HIGHMEM_MEDIUM" }],
    [
      10_000,
      { replicas: 115, maxReplicas: 230, tier: "db-custom-16-65536", diskSize: 1_000, nodeType: "HIGHMEM_XLARGE" },
    ],
  ])("are for %i", (rps, sizes) => {
    expect(sizesFor(rps)).toEqual(sizes);
  });

  it("give each worker ten connections, or fewer where that is too many for the server", () => {
    expect([workerConnections(400, 4), workerConnections(600, 116), workerConnections(100, 116)]).toEqual([10, 3, 3]);
  });
});

describe("the setting capacity", () => {
  const apiKeys = { providers: { openai: { apiKey: "sk-test" } } };
  const settingsOf = (settings: Record<string, unknown>) =>
    parseSettings(rawConfig({ ...minimal, ...apiKeys, ...settings }), ["llm-gateway:providers"]);

  it("sizes everything on gcp that isn't set", () => {
    const settings = settingsOf({ platform: "gcp", gcp, capacity: { rps: 5_000 } });
    expect(settings.kubernetes.litellm).toMatchObject({ replicas: 58, maxReplicas: 116 });
    expect(settings.gcp).toMatchObject({
      postgres: { tier: "db-custom-8-32768", diskSize: 500 },
      redis: { nodeType: "HIGHMEM_MEDIUM" },
    });
    expect([settings.litellm.databaseConnections, settings.postgres.maxConnections]).toEqual([3, 600]);
  });

  it("lets the server that it chooses accept more connections than by default, and no other", () => {
    const of = (settings: Record<string, unknown>) =>
      settingsOf({ platform: "gcp", gcp, ...settings, capacity: { rps: 10_000 } }).postgres.maxConnections;
    // 230 pods, and two rounds of 58 while they are replaced, with 3 connections each.
    expect(of({})).toBe(3 * (230 + 2 * 58) + 30);
    expect(of({ postgres: { maxConnections: 2_000 } })).toBe(2_000);
    const larger = { ...gcp, postgres: { tier: "db-custom-32-131072" } };
    expect(of({ gcp: larger, litellm: { databaseConnections: 2 } })).toBe(1_000);
  });

  it("leaves what is set", () => {
    const settings = settingsOf({
      platform: "gcp",
      gcp: { ...gcp, postgres: { tier: "db-custom-4-16384", diskSize: 60 } },
      kubernetes: { litellm: { maxReplicas: 6, memory: "3Gi" } },
      litellm: { databaseConnections: 20 },
      capacity: { rps: 100 },
    });
    expect(settings.kubernetes.litellm).toMatchObject({ replicas: 2, maxReplicas: 6, memory: "3Gi" });
    expect(settings.gcp?.postgres).toMatchObject({ tier: "db-custom-4-16384", diskSize: 60 });
    expect(settings.litellm.databaseConnections).toBe(20);
  });

  it("asks for more connections where the server has too few for it", () => {
    const kubernetes = { postgres: { trial: true } };
    expect(
      problemsOf({ ...apiKeys, platform: "kubernetes", kubernetes, capacity: { rps: 1_000 } }, [
        "llm-gateway:providers",
      ]),
    ).toEqual([
      "postgres.maxConnections: 100 is too few for 36 pods (12 of them while others are replaced) with 1 LiteLLM workers with 3 connections each and 30 for others; write at least 138, or lower those of litellm",
    ]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "more than one gateway carries",
      { platform: "kubernetes", capacity: { rps: 20_000 } },
      "capacity.rps: 20000 is more than one gateway carries; write up to 10000, and see docs/scale.md for more",
    ],
    [
      "platform local",
      { capacity: { rps: 10 } },
      "capacity is for gateways of many pods; leave it out on platform local, or set litellm.workers",
    ],
  ])("refuses %s", (_, settings, message) => {
    expect(
      problemsOf({ ...apiKeys, kubernetes: settings["platform"] ? { postgres: { trial: true } } : {}, ...settings }, [
        "llm-gateway:providers",
      ]),
    ).toEqual([message]);
  });
});
