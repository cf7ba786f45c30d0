import { describe, expect, it } from "vitest";

import { keyArgs } from "../../config/schema/keys.ts";
import { poolSchema } from "../../config/schema/pools.ts";
import { keyPaths } from "../../config/schema/routes.ts";
import { projectSchema, resolveProject } from "../../config/schema/projects.ts";

const project = (more: object) => ({ models: ["gpt-4o"], budget: 40, ...more });

describe("a project's key", () => {
  it("is told of its generation, overlap and origin, if the settings have them", () => {
    const parsed = projectSchema.parse(project({ generation: 2, overlap: "0s", adopt: "research" }));
    expect(keyArgs(resolveProject("team", parsed))).toEqual({
      alias: "team",
      models: ["gpt-4o"],
      maxBudget: 50,
      budgetDuration: "30d",
      allowedRoutes: keyPaths(),
      metadata: { project: "team" },
      generation: 2,
      overlap: "0s",
      adopt: "research",
    });
    const plain = keyArgs(resolveProject("team", projectSchema.parse(project({}))));
    expect(Object.keys(plain)).toEqual(["alias", "models", "allowedRoutes", "maxBudget", "budgetDuration", "metadata"]);
  });

  it("carries its project's tags among its metadata, where LiteLLM takes them without a licence", () => {
    const parsed = projectSchema.parse(project({ tags: ["eu"] }));
    expect(keyArgs(resolveProject("team", parsed)).metadata).toEqual({ project: "team", tags: ["eu"] });
  });

  it.each([{ generation: 0 }, { generation: 1.5 }, { overlap: "a day" }, { overlap: 0 }, { metadata: { tags: "x" } }])(
    "refuses %j",
    (more) => {
      expect(projectSchema.safeParse(project(more)).success).toBe(false);
    },
  );

  it("is not adopted for a pool, whose workers could not use it", () => {
    const { error } = poolSchema.safeParse(project({ adopt: "research" }));
    expect(error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [["adopt"], "is not for a pool: its workers need the key, which LiteLLM does not tell; leave it out"],
    ]);
  });
});
