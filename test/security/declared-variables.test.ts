import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

interface Listed {
  type: string;
  name: string;
  inputs: {
    data?: Record<string, string>;
    files?: Record<string, string>;
    spec?: { template?: { spec?: { containers?: { name: string; env?: { name: string }[] }[] } } };
  };
}

/** The committed resources of a stack, which test/program holds to the program. */
async function resourcesOf(stack: string): Promise<Listed[]> {
  const text = await readFile(join(import.meta.dirname, "..", "program", `${stack}.resources.yaml`), "utf8");
  return yaml.parse(text) as Listed[];
}

/** What a text names of the environment of the process that reads it. */
function references(text: string): string[] {
  return [...text.matchAll(/os\.environ\/(\w*)|(oidc\/\S*)/g)].map(([, name, other]) => name ?? other ?? "");
}

function configOf(resources: Listed[]): string {
  const texts = resources.flatMap(({ inputs }) => (inputs.data ?? inputs.files ?? {})["litellm-config.yaml"] ?? []);
  expect(texts).toHaveLength(1);
  return texts[0] ?? "";
}

describe("litellm-config.yaml", () => {
  it.each(["kubernetes", "dev", "prod"])("of %s names only variables that LiteLLM's pods are given", async (stack) => {
    const resources = await resourcesOf(stack);
    const containers = resources.flatMap(({ inputs }) => inputs.spec?.template?.spec?.containers ?? []);
    const given = containers.filter(({ name }) => name === "gateway").flatMap(({ env = [] }) => env);
    const named = references(configOf(resources));
    expect(named.length).toBeGreaterThan(1);
    expect(given.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
  });

  it("of local, where models give mock answers, names none", async () => {
    expect(references(configOf(await resourcesOf("local")))).toEqual([]);
  });
});
