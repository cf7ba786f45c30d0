import * as yaml from "yaml";
import { expect, it } from "vitest";

import { deploy } from "../program/deploy.ts";
import { inputsOf } from "./rendered.ts";

const { resources } = await deploy("kubernetes", {
  "llm-gateway:providers": { openai: { apiKey: "sk-test" }, anthropic: { apiKey: "sk-test" } },
  "llm-gateway:kubernetes": {
    postgres: { host: "fd00::7", adminPassword: "of-the-administrator", readReplica: { host: "fd00::8", port: 5433 } },
    redis: { host: "fd00::9" },
  },
});

it("an IPv6 address has brackets around it where a URL is made of it, as Pulumi's plugin makes one", () => {
  expect(resources.find(({ type }) => type === "pulumi:providers:postgresql")?.inputs).toMatchObject({
    host: "[fd00::7]",
    port: "5432",
  });
  const { settings } = resources.find(({ type }) => type.endsWith("gateway:Foundations"))?.inputs as {
    settings: Record<string, string>;
  };
  expect(settings["kubernetes.postgres.host"]).toBe("[fd00::7]:5432");
});

it("an IPv6 address has no brackets where it stands by itself", () => {
  const { data } = inputsOf(resources, "ConfigMap", "litellm") as { data: Record<string, string> };
  expect(yaml.parse(data["litellm-config.yaml"] ?? "")).toMatchObject({
    general_settings: { coordination_redis: { host: "fd00::9", port: 6379 } },
  });
});

it("the network policy lets LiteLLM call a server, its replica and Redis by their IPv6 addresses", () => {
  const { spec } = inputsOf(resources, "NetworkPolicy", "litellm") as { spec: { egress: { to: unknown[] }[] } };
  const cidrs = JSON.stringify(spec.egress);
  for (const address of ["fd00::7/128", "fd00::8/128", "fd00::9/128"]) expect(cidrs).toContain(`"cidr":"${address}"`);
});
