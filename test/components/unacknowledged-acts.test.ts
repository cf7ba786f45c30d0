import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { LastResource } from "../../components/last-state.ts";
import { refuseUnacknowledged } from "../../components/unacknowledged-acts.ts";
import { REVIEW_VARIABLE } from "../../config/review-variable.ts";
import { VIRTUAL_KEYS } from "../../components/virtual-keys.ts";
import { parseSettings } from "../../config/settings.ts";
import { rawConfig } from "../config/stack.ts";

const TODAY = new Date("2026-12-01T12:00:00Z");

const key = (alias: string, more = {}) => ({ alias, models: ["gpt-4o"], token: "0", ...more });
const last: LastResource[] = [
  {
    type: "pulumi-nodejs:dynamic/gateway:Foundations",
    name: "foundations",
    outputs: {
      settings: { platform: "kubernetes", "kubernetes.namespace": "llm-gateway", "kubernetes.postgres.trial": "true" },
    },
  },
  {
    type: VIRTUAL_KEYS,
    name: "projects",
    outputs: { masterKey: "m", keySeed: "s", research: key("research"), bot: key("the bot") },
  },
  { type: VIRTUAL_KEYS, name: "pool-gpu", outputs: { gpu: key("pool-gpu") } },
  { type: VIRTUAL_KEYS, name: "sagewai-admin", outputs: { "sagewai-admin": key("sagewai-admin") } },
];

const holder = { models: ["gpt-4o"], budget: 40 };
const all = { projects: { research: holder, bot: { ...holder, alias: "the bot" } }, pools: { gpu: holder } };

/** What is said of these settings: the refusal, or nothing, and the warnings. */
function said(settings: object, platform = "kubernetes") {
  const models = [{ name: "gpt-4o", model: "gpt-4o", provider: "openai" }];
  const cluster = { postgres: { trial: true }, access: {} };
  const providers = { openai: { apiKey: "sk-key" } };
  const raw = rawConfig({
    platform,
    models,
    ...(platform === "kubernetes" && { kubernetes: cluster, providers }),
    ...all,
    ...settings,
  });
  const parsed = parseSettings(raw, platform === "kubernetes" ? ["llm-gateway:providers"] : []);
  try {
    refuseUnacknowledged(parsed, "prod", last, TODAY);
    return undefined;
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .filter((line) => line.startsWith("  ") && !line.includes("llm-gateway:acknowledge:"));
  }
}

const warned: string[] = [];

beforeEach(() => {
  warned.length = 0;
  vi.spyOn(pulumi.log, "warn").mockImplementation((message) => {
    warned.push(message);
    return Promise.resolve();
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it("an update that destroys nothing needs no acknowledgement", () => {
  expect(said({})).toBeUndefined();
  expect(said({ projects: { ...all.projects, more: holder } })).toBeUndefined();
});

it("keys of projects that left the settings are named by their aliases, with what to write, and those of pools aren't", () => {
  expect(said({ projects: { research: holder }, pools: {} })).toEqual([
    "  delete-key/the bot: the virtual key the bot is deleted: whoever uses it is refused.",
    "    delete-key/the bot: 2026-12-01",
  ]);
});

it("a key that ends at once needs an acknowledgement, and one with an overlap none", () => {
  const replaced = (overlap?: string) => ({
    projects: { ...all.projects, research: { ...holder, generation: 2, overlap } },
  });
  expect(said(replaced())).toBeUndefined();
  expect(said(replaced("1h"))).toBeUndefined();
  expect(said(replaced("0s"))).toEqual([
    "  replace-key/research: the virtual key research is replaced, and the one before ends at once.",
    "    replace-key/research: 2026-12-01",
  ]);
});

it("another namespace needs an acknowledgement, since everything in the former one goes", () => {
  const [first] = said({ kubernetes: { postgres: { trial: true }, access: {}, namespace: "other" } }) ?? [];
  expect(first).toContain(
    "  replace/kubernetes.namespace: llm-gateway:kubernetes.namespace changes from `llm-gateway` to `other`",
  );
});

it("an acknowledgement counts up to its last day, and then the refusal says that it did", () => {
  const gone = { projects: { research: holder } };
  expect(said({ ...gone, acknowledge: { "delete-key/the bot": "2026-12-01" } })).toBeUndefined();
  expect(said({ ...gone, acknowledge: { "delete-key/the bot": "2026-11-30" } })?.[0]).toContain(
    "It was acknowledged until 2026-11-30.",
  );
  expect(said({ ...gone, acknowledge: { "delete-key/bot": "2026-12-31" } })).toHaveLength(2);
});

it("an acknowledgement of nothing that happens is pointed out, and refuses nothing", () => {
  expect(said({ acknowledge: { "delete-key/the bot": "2026-12-31" } })).toBeUndefined();
  expect(warned).toEqual([
    'llm-gateway:acknowledge["delete-key/the bot"] is for nothing that this update does: remove it.',
  ]);
});

it("an acknowledgement of what only a review sees is not called one of nothing", () => {
  const acknowledge = {
    ...{ "delete/prod-postgres": "2026-12-31", "replace/prod-cluster": "2026-12-31" },
    "replace/kubernetes.namespace": "2026-12-31",
  };
  expect(said({ acknowledge })).toBeUndefined();
  expect(warned).toEqual([
    'llm-gateway:acknowledge["replace/kubernetes.namespace"] is for nothing that this update does: remove it.',
  ]);
});

it("platform local asks for nothing, and a review is shown what would be refused, but no update lets it pass", () => {
  const gone = { projects: { research: holder } };
  expect(said(gone, "local")).toBeUndefined();
  vi.stubEnv(REVIEW_VARIABLE, "1");
  const isDryRun = vi.spyOn(pulumi.runtime, "isDryRun");
  isDryRun.mockReturnValue(true);
  expect(said(gone)).toBeUndefined();
  isDryRun.mockReturnValue(false);
  expect(said(gone)).toHaveLength(2);
});

it.each(["tomorrow", "2026-13-01", "2026-02-30", 20261231])(
  "an acknowledgement until %j is refused with what to write",
  (day) => {
    expect(() => said({ acknowledge: { "delete-key/research": day } })).toThrow(
      `llm-gateway:acknowledge["delete-key/research"]: ${JSON.stringify(day)} is not a day; write one such as "2026-12-31"`,
    );
  },
);

it("an acknowledgement may be written as YAML writes a day without quotes", () => {
  const gone = { projects: { research: holder } };
  expect(said({ ...gone, acknowledge: { "delete-key/the bot": "2026-12-31T00:00:00Z" } })).toBeUndefined();
});
