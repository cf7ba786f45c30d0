import * as pulumi from "@pulumi/pulumi";
import { expect, it, vi } from "vitest";
import * as yaml from "yaml";

import { deploy } from "./deploy.ts";

// Whether a port is free depends on the machine, and is tested with the real one.
vi.mock("../../components/local/free-ports.ts", () => ({ freePorts: () => () => Promise.resolve([]) }));

const { resources, outputs } = await deploy("local");

const known = (output: unknown) =>
  new Promise((resolve) => {
    pulumi.output(output as Record<string, unknown>).apply(resolve);
  });

it("the stack file local provisions exactly the resources of the committed list", async () => {
  await expect(yaml.stringify(resources, { lineWidth: 0 })).toMatchFileSnapshot("local.resources.yaml");
});

it("the stack file local tells of models, projects and pools by name, so that one more shows as one more", async () => {
  expect(await known(outputs["models"])).toMatchObject({
    "gpt-4o": { mocked: true },
    "claude-sonnet": { mocked: true },
  });
  expect(await known(outputs["projects"])).toMatchObject({
    "research-team": { alias: "research-team", models: ["gpt-4o", "claude-sonnet"], budget: 40, hardBudget: 50 },
    "support-bot": { budget: 8, hardBudget: 10 },
  });
  expect(await known(outputs["pools"])).toMatchObject({
    general: { alias: "pool-general", replicas: 1 },
    "gpu-workers": { labels: { env: "production" } },
  });
});
