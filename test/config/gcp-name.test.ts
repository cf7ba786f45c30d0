import { describe, expect, it } from "vitest";

import { gcpNameFits } from "../../config/rules/gcp-name.ts";
import { gcpName } from "../../config/schema/gcp/name.ts";

describe("gcpName", () => {
  it("follows from the stack's name unless the settings give one", () => {
    expect(gcpName({}, "dev")).toBe("llm-gateway-dev");
    expect(gcpName({ name: "acme-llm" }, "dev")).toBe("acme-llm");
  });
});

describe("gcpNameFits", () => {
  const form = "2 to 20 lower-case letters, digits and hyphens, a letter first";

  it.each(["dev", "prod", "staging2"])("takes stack %s", async (stack) => {
    expect(await gcpNameFits(stack)({ platform: "gcp", gcp: {} })).toEqual([]);
  });

  it.each(["production", "Dev", "team_a", "eu."])("asks for a name for stack %s", async (stack) => {
    expect(await gcpNameFits(stack)({ platform: "gcp", gcp: {} })).toEqual([
      {
        path: ["gcp", "name"],
        message: `is missing, and "llm-gateway-${stack}" of the stack's name can't begin the names of everything; write ${form}`,
      },
    ]);
    expect(await gcpNameFits(stack)({ platform: "gcp", gcp: { name: "acme-llm" } })).toEqual([]);
    expect(await gcpNameFits(stack)({ platform: "kubernetes" })).toEqual([]);
  });
});
