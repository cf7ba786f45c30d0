import { expect, it } from "vitest";

import { deletedTypes } from "../../bench/delete-calls.ts";

const KEYS =
  "urn:pulumi:bench::llm-gateway::llm-gateway:index:VirtualKeys$pulumi-nodejs:dynamic/litellm:VirtualKeys::k";
const PASSWORD = "urn:pulumi:bench::llm-gateway::random:index/randomPassword:RandomPassword::master-key";

it("the log of calls counts each call to delete a resource once, when it starts", () => {
  const log = [
    call("Delete", "request_started", KEYS),
    call("Delete", "request_completed", KEYS),
    call("Diff", "request_started", KEYS),
    call("Delete", "request_started", PASSWORD),
    "",
  ].join("\n");

  expect(deletedTypes(log)).toEqual([
    "pulumi-nodejs:dynamic/litellm:VirtualKeys",
    "random:index/randomPassword:RandomPassword",
  ]);
});

it.each([
  ["empty", ""],
  ["written in other words", call("Delete", "started", KEYS)],
])("the log of calls refuses a log that is %s", (_, log) => {
  expect(() => deletedTypes(log)).toThrow("no call to delete anything");
});

function call(method: string, progress: string, urn: string): string {
  return JSON.stringify({ method: `/pulumirpc.ResourceProvider/${method}`, progress, request: { urn } });
}
