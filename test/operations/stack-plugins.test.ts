import { expect, it } from "vitest";

import { stackCommand } from "../../operations/parse-pulumi-args.ts";
import { pluginsFor } from "../../operations/stack-plugins.ts";

it("the list of plugins names the plugins of the platform that the stack file chooses", async () => {
  expect(pluginsFor(await stackCommand(["up", "--stack", "local", "--yes"]))).toEqual(["random", "postgresql"]);
  expect(pluginsFor(await stackCommand(["preview", "--diff", "-s", "organization/llm-gateway/kubernetes"]))).toEqual([
    "random",
    "postgresql",
    "kubernetes",
  ]);
});

it("the list of plugins is that of the stack that is selected, if the command names none", async () => {
  const selected = () => Promise.resolve("kubernetes");
  expect(pluginsFor(await stackCommand(["up", "--yes"], { selected }))).toContain("kubernetes");
  expect(pluginsFor(await stackCommand(["import", "--file", "x.json"], { selected }))).toContain("kubernetes");
});

it("the list of plugins has random and postgresql only where no plugin is started, or the stack has no file", async () => {
  for (const args of [["config", "--stack", "kubernetes"], [], ["up", "--stack", "unheard-of"]]) {
    expect(pluginsFor(await stackCommand(args))).toEqual(["random", "postgresql"]);
  }
});
