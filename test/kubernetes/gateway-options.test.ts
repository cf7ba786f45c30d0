import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { gatewayOptions } from "../../components/kubernetes/gateway-options.ts";
import { parseSettings } from "../../config/settings.ts";
import { minimal, rawConfig } from "../config/stack.ts";

const url = pulumi.secret("postgresql://litellm:of-litellm@10.20.0.5:5432/litellm?sslmode=require");

/** What LiteLLM gets with these settings of the cluster. */
function optionsOf(settings: object) {
  const postgres = { host: "10.20.0.5", adminPassword: "of-the-administrator" };
  const kubernetes = { postgres, ...settings };
  const raw = rawConfig({
    ...minimal,
    platform: "kubernetes",
    providers: { openai: { apiKey: "sk-key" } },
    kubernetes,
  });
  const parsed = parseSettings(raw, ["llm-gateway:providers", "llm-gateway:kubernetes"]);
  return gatewayOptions(parsed.kubernetes, { DATABASE_URL: url });
}

async function replicaOf(readReplica: object) {
  const postgres = { host: "10.20.0.5", adminPassword: "of-the-administrator", readReplica };
  const found = pulumi.output(optionsOf({ postgres }).secrets["DATABASE_URL_READ_REPLICA"]);
  return { url: await new Promise((resolve) => found.apply(resolve)), secret: await pulumi.isSecret(found) };
}

describe("what LiteLLM gets in a cluster besides", () => {
  it("is nothing that no setting asks for", () => {
    expect(optionsOf({})).toEqual({ environment: {}, files: {}, secrets: {}, calls: [] });
  });

  it.each([
    [{ host: "10.20.0.6" }, "10.20.0.6:5432"],
    [{ host: "replica.internal", port: 6432, addresses: { cidrs: ["10.20.0.0/24"] } }, "replica.internal:6432"],
    [{ host: "fd00::7" }, "[fd00::7]:5432"],
  ])("is its own database's secret URL on the replica %o", async (readReplica, place) => {
    expect(await replicaOf(readReplica)).toEqual({
      url: `postgresql://litellm:of-litellm@${place}/litellm?sslmode=require`,
      secret: true,
    });
  });
});
