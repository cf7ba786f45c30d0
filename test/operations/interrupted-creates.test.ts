import { describe, expect, it, vi } from "vitest";

import { takeOverVariables } from "../../operations/interrupted-creates.ts";

const TAKE_OVER = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
const urn = (types: string, name: string) => `urn:pulumi:prod::llm-gateway::${types}::${name}`;
const deployment = urn("llm-gateway:kubernetes:Workload$kubernetes:apps/v1:Deployment", "litellm");

function state(pending: { type: string; urn: string }[], resources: string[] = []): string {
  return JSON.stringify({
    deployment: {
      resources: resources.map((known) => ({ urn: known })),
      pending_operations: pending.map(({ type, urn: begun }) => ({ type, resource: { urn: begun } })),
    },
  });
}

describe("takeOverVariables", () => {
  it("lets `up` take over what a killed run had begun to create in the cluster", async () => {
    const read = async () => state([{ type: "creating", urn: deployment }]);
    expect(await takeOverVariables({ name: "up", platform: "kubernetes" }, read)).toEqual(TAKE_OVER);
    expect(await takeOverVariables({ name: "update", platform: "gcp" }, read)).toEqual(TAKE_OVER);
  });

  it.each([
    ["nothing was interrupted", state([])],
    ["the stack was never brought up", JSON.stringify({ version: 3 })],
    ["the state can't be read", undefined],
    ["it was taken over since", state([{ type: "creating", urn: deployment }], [deployment])],
    ["an update was interrupted", state([{ type: "updating", urn: deployment }])],
    [
      "it is not in the cluster",
      state([{ type: "creating", urn: urn("gcp:sql/databaseInstance:DatabaseInstance", "sql") }]),
    ],
    [
      "only its parent is named like it",
      state([{ type: "creating", urn: urn("kubernetes:a/v1:B$random:index:C", "c") }]),
    ],
  ])("takes nothing over where %s", async (_, text) => {
    expect(await takeOverVariables({ name: "up", platform: "kubernetes" }, async () => text)).toEqual({});
  });

  it("reads no state for other commands and platforms", async () => {
    const read = vi.fn(async () => state([{ type: "creating", urn: deployment }]));
    for (const [name, platform] of [
      ["up", "local"],
      ["up", undefined],
      ["preview", "kubernetes"],
      ["destroy", "gcp"],
    ] as const) {
      expect(await takeOverVariables({ name, platform }, read)).toEqual({});
    }
    expect(read).not.toHaveBeenCalled();
  });
});
