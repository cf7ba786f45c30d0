import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";

import { lastResources, outputsOf } from "../../components/last-state.ts";
import { storedMasterKey } from "../../components/sagewai-master-key.ts";

const RANDOM = "random:index/randomBytes:RandomBytes";
const OWN = "pulumi-nodejs:dynamic/sagewai:MasterKey";
const urn = (type: string, name: string) =>
  `urn:pulumi:prod::llm-gateway::llm-gateway:index:SagewaiAdmin$${type}::${name}`;

/** What is found in a state with these resources, by type and name. */
async function found(...resources: [type: string, name: string, outputs: Record<string, unknown>][]) {
  const outputs = Object.fromEntries(resources.map(([type, name, outputs]) => [urn(type, name), { type, outputs }]));
  await pulumi.runtime.setMocks(
    {
      newResource: () => {
        throw new Error("no resource is made");
      },
      call({ token, inputs }) {
        expect(token).toBe("pulumi:pulumi:readStackResourceOutputs");
        expect(inputs).toEqual({ stackName: "acme/llm-gateway/prod" });
        return { outputs };
      },
    },
    "llm-gateway",
    "prod",
    false,
    "acme",
  );
  return storedMasterKey(outputsOf(await lastResources()), "key");
}

const base64 = `${"+/".repeat(21)}+=`;

it("no master key is found in the state of a new stack, nor in another resource", async () => {
  expect(await found()).toEqual({});
  expect(
    await found([RANDOM, "other-key", { base64 }], ["random:index/randomPassword:RandomPassword", "key", {}]),
  ).toEqual({});
});

it("the master key is taken over, in the alphabet for URLs, of a stack that has it as RandomBytes only", async () => {
  expect(await found([RANDOM, "key", { base64, hex: "", length: 32 }])).toEqual({ takenOver: `${"-_".repeat(21)}-=` });
});

it("a stack goes on with its own master key, also while the former resource is still there", async () => {
  expect(await found([RANDOM, "key", { base64 }], [OWN, "key", { keys: "second first" }])).toEqual({
    present: "second first",
  });
});

it("the program stops rather than losing a master key that it can't read", async () => {
  await expect(found([RANDOM, "key", { hex: "00" }])).rejects.toThrow(
    "The state has a random:index/randomBytes:RandomBytes key without",
  );
});
