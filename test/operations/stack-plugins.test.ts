import { expect, it } from "vitest";

import { stackCommand } from "../../operations/stack-command.ts";
import { pluginsFor } from "../../operations/stack-plugins.ts";

it("names the plugins of the platform that the stack file chooses", async () => {
  expect(pluginsFor(await stackCommand(["up", "--stack", "local", "--yes"]))).toEqual(["random", "postgresql"]);
  expect(pluginsFor(await stackCommand(["preview", "--diff", "-s", "organization/llm-gateway/kubernetes"]))).toEqual([
    "random",
    "postgresql",
    "kubernetes",
  ]);
});

it("asks for none besides where no plugin is started, or the stack isn't named", async () => {
  for (const args of [["config", "--stack", "kubernetes"], ["up"], [], ["up", "--stack", "unheard-of"]]) {
    expect(pluginsFor(await stackCommand(args))).toEqual(["random", "postgresql"]);
  }
});
