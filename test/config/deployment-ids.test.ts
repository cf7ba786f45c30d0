import { describe, expect, it } from "vitest";

import { deploymentIds } from "../../config/deployment-ids.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { parseSettings } from "../../config/settings.ts";
import { rawConfig } from "./stack.ts";

const deployment = { name: "gpt-4o", model: "gpt-4o", provider: "openai" };

const idsOf = (...models: object[]): string[] => {
  const text = litellmConfig(parseSettings(rawConfig({ models })));
  return [...text.matchAll(/^ {6}id: "?([0-9a-f]{64})"?$/gm)].map(([, id = ""]) => id);
};

describe("the id of a deployment", () => {
  it("is its own, whatever it shares with others", () => {
    const others = [
      { ...deployment, price: { input: 1, output: 2 } },
      { ...deployment, apiBase: "https://eu.example.com/v1" },
      { ...deployment, provider: "anthropic" },
      { ...deployment, model: "openai/gpt-4o" },
      { ...deployment, name: "gpt" },
      deployment,
    ];
    expect(new Set(idsOf(deployment, ...others)).size).toBe(others.length + 1);
  });

  it("stays when its price, limits and weight change, and when others come before it", () => {
    const [id = ""] = idsOf(deployment);
    expect(idsOf({ ...deployment, price: { input: 1, output: 2 }, rpm: 60, tpm: 1000, weight: 2 })).toEqual([id]);
    expect(idsOf({ ...deployment, name: "other" }, deployment)[1]).toBe(id);
  });

  it("is no name that a model can have by chance", () => {
    expect(deploymentIds([{ ...deployment, apiBase: undefined }])[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
