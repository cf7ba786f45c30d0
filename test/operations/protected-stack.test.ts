import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { refuseProtected } from "../../operations/protected-stack.ts";
import { stackCommand } from "../../operations/parse-pulumi-args.ts";
import { messageOf } from "../config/stack.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-files-"));
  const files = {
    prod: "config:\n  llm-gateway:platform: gcp\n  llm-gateway:protect: true\n",
    cluster: "config:\n  llm-gateway:platform: kubernetes\n",
    live: "config:\n  llm-gateway:platform: gcp\n  llm-gateway:policies: { environment: prod }\n",
    "prod-trial": "config:\n  llm-gateway:platform: gcp\n  llm-gateway:policies: { environment: dev }\n",
    dev: 'config:\n  llm-gateway:platform: gcp\n  llm-gateway:protect: "false"\n',
    local: "config:\n  llm-gateway:platform: local\n",
    short: "config:\n  platform: gcp\n",
    merged: "config:\n  x: &common { llm-gateway:platform: gcp }\n  <<: *common\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `Pulumi.${name}.yaml`), text);
});

afterAll(() => rm(folder, { recursive: true }));

it.each([
  ["prod", ["destroy", "--stack", "prod"]],
  ["prod", ["destroy", "--yes", "--skip-preview", "-s", "organization/llm-gateway/prod"]],
  ["prod", ["dn", "-s=prod"]],
  ["prod", ["--color", "never", "-v", "3", "destroy", "--stack", "prod"]],
  ["cluster", ["down", "--stack=cluster"]],
  ["prod", ["destroy", "--yes", "--skip-preview"]],
  ["prod", ["--non-interactive", "destroy"]],
  ["prod", ["destroy", "--stack="]],
  ["prod", ["-m", "hello", "destroy"]],
  ["prod", ["destroy", "--preview-only=false"]],
  ["short", ["destroy", "--stack", "short"]],
  ["merged", ["destroy", "--stack", "merged"]],
  ["prod", ["destroy", "--stack", "prod", "--config-file", "Pulumi.dev.yaml"]],
])("npm run pulumi refuses to destroy the protected stack %s by %j, and names the steps", async (stack, args) => {
  const command = await stackCommand(args, {
    folder,
    selected: () => Promise.resolve("organization/llm-gateway/prod"),
  });
  const message = messageOf(() => {
    refuseProtected(command);
  });
  expect(message).toContain(`The stack \`${stack}\` is protected, so nothing of it is destroyed`);
  expect(message).toContain(`1. npm run pulumi -- config set --stack ${stack} llm-gateway:protect false`);
  const policies = `npm run pulumi -- config set --stack ${stack} --path llm-gateway:policies.levels.protection off`;
  expect(message.includes(policies)).toBe(stack === "prod");
  expect(message).toContain(`${stack === "prod" ? 4 : 3}. npm run pulumi -- destroy --stack ${stack}`);
});

it.each([
  ["live", true],
  ["prod-trial", false],
])(
  "the steps of the stack %s lift the policy on protection where its settings make it production: %s",
  async (stack, lifted) => {
    const command = await stackCommand(["destroy", "--stack", stack], { folder });
    const message = messageOf(() => {
      refuseProtected(command);
    });
    expect(message.includes("llm-gateway:policies.levels.protection off")).toBe(lifted);
  },
);

it.each([[["--config-file", "Pulumi.prod.yaml"]], [["--config-file=Pulumi.prod.yaml"]]])(
  "npm run pulumi refuses to destroy a stack by the file of %j, which protects it, and names it in the steps",
  async (file) => {
    for (const args of [
      ["destroy", "-s", "dev", ...file],
      [...file, "destroy", "-s=dev"],
    ]) {
      const command = await stackCommand(args, { folder });
      const message = messageOf(() => {
        refuseProtected(command);
      });
      const options = "--stack dev --config-file Pulumi.prod.yaml";
      expect(message).toContain(`1. npm run pulumi -- config set ${options} llm-gateway:protect false`);
      expect(message).toContain(`2. npm run pulumi -- up ${options} --refresh`);
      expect(message).toContain(`3. npm run pulumi -- destroy ${options}`);
    }
  },
);

it.each([
  [["destroy", "--stack", "dev"]],
  [["destroy", "--stack", "local"]],
  [["destroy", "--stack", "unheard-of"]],
  [["destroy"]],
  [["stack", "select", "destroy"]],
  [["up", "--stack", "prod"]],
  [["destroy", "--stack", "prod", "--target", "urn:pulumi:prod::llm-gateway::x"]],
  [["destroy", "--stack", "prod", "--preview-only"]],
])("npm run pulumi lets through %j", async (args) => {
  const command = await stackCommand(args, { folder, selected: () => Promise.resolve("dev") });
  expect(() => {
    refuseProtected(command);
  }).not.toThrow();
});
