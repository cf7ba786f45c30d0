import { describe, expect, it } from "vitest";

import { keyArgs } from "../../config/schema/keys.ts";
import { poolSchema, resolvePool } from "../../config/schema/pools.ts";
import { keyPaths } from "../../config/schema/routes.ts";
import { projectSchema, resolveProject } from "../../config/schema/projects.ts";

const project = (more: object) => ({ models: ["gpt-4o"], budget: 40, ...more });

describe("a project's key", () => {
  it("is told of its generation, overlap and origin, if the settings have them", () => {
    const parsed = projectSchema.parse(project({ generation: 2, overlap: "0s", adopt: "research" }));
    expect(keyArgs(resolveProject("team", parsed, 20))).toEqual({
      alias: "team",
      models: ["gpt-4o"],
      maxBudget: 50,
      budgetDuration: "30d",
      allowedRoutes: keyPaths(),
      metadata: { project: "team", soft_budget: 40, soft_action: "stop", soft_unknown: "stop" },
      generation: 2,
      overlap: "0s",
      adopt: "research",
    });
    const plain = keyArgs(resolveProject("team", projectSchema.parse(project({})), 20));
    expect(Object.keys(plain)).toEqual(["alias", "models", "allowedRoutes", "maxBudget", "budgetDuration", "metadata"]);
  });

  it("carries its project's tags among its metadata, where LiteLLM takes them without a licence", () => {
    const parsed = projectSchema.parse(project({ tags: ["eu"] }));
    expect(keyArgs(resolveProject("team", parsed, 20)).metadata).toMatchObject({ project: "team", tags: ["eu"] });
  });

  it("tells agents what to do at the soft budget, from which LiteLLM's own follows by the margin", () => {
    const throttled = { softAction: "throttle", softFallback: ["gpt-4o-mini"], softUnknown: "allow", budgetMargin: 50 };
    const { maxBudget, metadata } = keyArgs(resolveProject("team", projectSchema.parse(project(throttled)), 20));
    expect(maxBudget).toBe(80);
    expect(metadata).toEqual({
      ...{ project: "team", soft_budget: 40, soft_action: "throttle" },
      ...{ soft_fallback: ["gpt-4o-mini"], soft_unknown: "allow" },
    });
    expect(keyArgs(resolveProject("team", projectSchema.parse(project({})), 0)).maxBudget).toBe(40);
  });

  it("says of a pool which project it works for, so that both can be added up", () => {
    const pool = resolvePool("gpu", poolSchema.parse(project({ project: "team" })), 20);
    expect(keyArgs(pool).metadata).toMatchObject({ pool: "gpu", project: "team" });
  });

  it.each([
    { generation: 0 },
    { generation: 1.5 },
    { overlap: "a day" },
    { overlap: 0 },
    { metadata: { tags: "x" } },
    { metadata: { soft_budget: "1" } },
    { budgetMargin: 91 },
  ])("refuses %j", (more) => {
    expect(projectSchema.safeParse(project(more)).success).toBe(false);
  });

  it("is not adopted for a pool, whose workers could not use it", () => {
    const { error } = poolSchema.safeParse(project({ adopt: "research" }));
    expect(error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [["adopt"], "is not for a pool: its workers need the key, which LiteLLM does not tell; leave it out"],
    ]);
  });
});
