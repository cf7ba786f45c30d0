import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { RULE_NAMES } from "../../config/schema/policy-rules.ts";
import { POLICY_PACK } from "../../operations/policy-pack.ts";
import type { Resource } from "../../policy/resource.ts";
import type { Registered } from "../program/deploy.ts";
import { TestStack } from "../toolchain/plugins/stack.ts";
import { CASES, SECRETS } from "./cases.ts";

/** Registers what a file lists as components, whose inputs the engine shows to packs as all others', without asking a cloud. */
const PROGRAM = `
  import { readFileSync } from "node:fs";
  const unknown = new random.RandomPassword("unknown", { length: 8 }).result;
  const egress = new pulumi.ComponentResource("llm-gateway:gcp:Egress", "egress");
  for (const { type, name, protect, inputs } of JSON.parse(readFileSync("resources.json", "utf8"))) {
    if (inputs.stringData !== undefined) inputs.stringData = pulumi.secret(inputs.stringData);
    new pulumi.ComponentResource(type, name, inputs, { protect, ...(name.includes("-egress-") && { parent: egress }) });
  }
  new pulumi.ComponentResource("pulumi-nodejs:dynamic/litellm:VirtualKeys", "unknown-keys", {
    "unknown-key": { alias: unknown, models: unknown, allowedRoutes: [unknown], budgetDuration: unknown, maxBudget: unknown, duration: unknown },
    "unknown-whole": unknown.apply(() => ({})),
  });
`;

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create();
  await stack.program(PROGRAM);
});

afterAll(async () => rm(stack.folder, { recursive: true, force: true }));

async function register(resources: Pick<Resource, "type" | "name" | "protect" | "inputs">[]): Promise<void> {
  // No component may have a provider's type.
  const own = resources.filter(({ type }) => !/^pulumi:(providers|pulumi):/.test(type));
  await writeFile(join(stack.folder, "resources.json"), JSON.stringify(own));
}

async function set(policies: object): Promise<void> {
  const file = join(stack.folder, "Pulumi.test.yaml");
  const { config, ...rest } = yaml.parse(await readFile(file, "utf8")) as { config?: object };
  const own = { "llm-gateway:platform": "gcp", "llm-gateway:policies": policies };
  await writeFile(file, yaml.stringify({ ...rest, config: { ...config, ...own } }));
}

describe("a preview with the policy pack", () => {
  it("fails for a stack that breaks each rule, and names the rule and what to write, but no secret", async () => {
    const broken = Object.values(CASES).flatMap((cases) => cases.flatMap(({ breaks }) => breaks));
    await register(broken.map((one, index) => ({ ...one, name: `${index}-${one.name}` })));
    await set({ levels: Object.fromEntries(RULE_NAMES.map((name) => [name, "refuse"])), budgetCeiling: 150 });
    const said = await stack.fails("preview", "--policy-pack", POLICY_PACK);
    expect(RULE_NAMES.filter((name) => !said.includes(`[mandatory]  ${name} `))).toEqual([]);
    expect(said).toContain("What is meant so: llm-gateway:policies.levels.key-models: warn.");
    expect(said).not.toContain("The key unknown");
    for (const secret of SECRETS) expect(said).not.toContain(secret);
  });

  it("succeeds for all that the stack prod consists of, and warns of images without a digest", async () => {
    const file = join(import.meta.dirname, "../program/prod.resources.yaml");
    const resources = yaml.parse(await readFile(file, "utf8")) as Registered[];
    await register(resources.map((one) => ({ ...one, protect: true })));
    // Written as a plain word, which YAML takes for a boolean elsewhere.
    await set({ environment: "prod", levels: { "key-expiry": "warn", labels: "off" }, budgetCeiling: 150 });
    const said = await stack.succeeds("preview", "--policy-pack", POLICY_PACK);
    expect(said).toContain("[advisory]  image-digests ");
    expect(said).toContain("[advisory]  key-expiry ");
    expect(said).not.toContain("[mandatory]");
  });
});
