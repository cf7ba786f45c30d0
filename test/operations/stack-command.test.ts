import { expect, it, vi } from "vitest";

import { stackCommand } from "../../operations/stack-command.ts";

it.each([
  [["up", "--stack", "prod"]],
  [["config", "get", "llm-gateway:protect"]],
  [["stack", "select", "prod"]],
  [["destroy", "--help"]],
  [["--help"]],
  [[]],
])("asks for the selected stack nowhere but where it matters: not for %j", async (args) => {
  const selected = vi.fn(() => Promise.resolve("local"));
  await stackCommand(args, { selected });
  expect(selected).not.toHaveBeenCalled();
});

it.each([
  ["up", ["--color", "always", "up", "--message", "destroy"]],
  ["destroy", ["-v=3", "--tracing", "file:trace", "--logtostderr", "destroy", "--yes"]],
  ["preview", ["--emoji", "preview", "--diff"]],
])("finds the name of the command, %s, behind the options before it", async (name, args) => {
  expect(await stackCommand(args, { selected: () => Promise.resolve("local") })).toMatchObject({
    name,
    stack: "local",
  });
});

it.each([[["--cwd", "../other", "destroy"]], [["destroy", "-C../other"]]])(
  "refuses to work in another folder, of whose stacks it knows nothing: %j",
  async (args) => {
    await expect(stackCommand(args)).rejects.toThrow(
      "--cwd ../other leads out of this project, whose stack files alone are known here: leave it out, or run `pulumi` itself.",
    );
  },
);
