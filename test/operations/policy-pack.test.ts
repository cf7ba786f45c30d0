import { describe, expect, it } from "vitest";

import { stackCommand } from "../../operations/parse-pulumi-args.ts";
import { POLICY_PACK, withPolicyPack } from "../../operations/policy-pack.ts";

const added = ["--policy-pack", POLICY_PACK];

async function given(...args: string[]): Promise<string[]> {
  return withPolicyPack(await stackCommand(args), args);
}

describe("npm run pulumi", () => {
  it.each(["dev", "prod", "kubernetes"])(
    "runs the policy pack in previews and updates of the stack %s",
    async (stack) => {
      expect(await given("preview", "--stack", stack, "--diff")).toEqual([
        "preview",
        ...added,
        "--stack",
        stack,
        "--diff",
      ]);
      expect(await given("--color", "never", "up", "-s", stack)).toEqual([
        "--color",
        "never",
        "up",
        ...added,
        "-s",
        stack,
      ]);
      expect(await given("update", "--yes", "-s", stack)).toEqual(["update", ...added, "--yes", "-s", stack]);
    },
  );

  it("runs it next to other packs, with a file for each where one has a file", async () => {
    const own = ["--policy-pack", "../ours", "--policy-pack-config", "ours.json"];
    const args = await given("up", "-s", "prod", ...own);
    expect(args).toEqual([
      "up",
      ...added,
      "--policy-pack-config",
      `${POLICY_PACK}/no-config.json`,
      "-s",
      "prod",
      ...own,
    ]);
  });

  it.each([
    [["preview", "--stack", "local"]],
    [["refresh", "--stack", "prod"]],
    [["destroy", "--stack", "prod"]],
    [["config", "--stack", "prod"]],
    [["up", "--stack", "prod", "--remote"]],
    [["preview", "--stack", "unheard-of"]],
  ])("doesn't run it for %j", async (args) => {
    expect(await given(...args)).toEqual(args);
  });
});
