import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";

import type { LastOutputs } from "../../components/last-state.ts";
import { workerPool } from "../../components/worker-pool.ts";
import { parseSettings } from "../../config/settings.ts";
import { minimal, rawConfig } from "../config/stack.ts";
import { RecordingPlatform } from "./recording-platform.ts";

const SALT = "random:index/randomPassword:RandomPassword";
const KEYS = "pulumi-nodejs:dynamic/litellm:VirtualKeys";

/** The seed of the key of a pool `gpu`, in a stack whose state has these resources. */
async function seed(
  salt: string,
  ...state: [type: string, name: string][]
): Promise<{ keySeed: unknown; salts: number }> {
  let [keySeed, salts] = [undefined as unknown, 0];
  await pulumi.runtime.setMocks({
    newResource({ type, name, inputs }) {
      if (type === SALT) salts += 1;
      if (type === KEYS) ({ keySeed } = inputs as { keySeed: unknown });
      return { id: name, state: { ...(inputs as object), ...(type === SALT && { result: salt }) } };
    },
    call: () => ({}),
  });
  const settings = parseSettings(rawConfig({ ...minimal, pools: { gpu: { models: ["gpt-4o"], budget: 5 } } }));
  const text = (value: string) => pulumi.output(value);
  const gateway = {
    ...{ access: pulumi.output({ url: "http://127.0.0.1:4000" }), url: text("http://127.0.0.1:4000") },
    ...{ masterKey: pulumi.secret("sk-master"), keySeed: pulumi.secret("of-the-test-only"), ready: [] },
    database: new pulumi.ComponentResource("test:index:Database", "database"),
  };
  const before: LastOutputs = (type, name) =>
    state.some(([otherType, other]) => type === otherType && name === other) ? {} : undefined;
  const sagewai = {
    url: text("http://127.0.0.1:8000"),
    enrollmentKeys: { gpu: pulumi.secret("enrollment") },
    ready: [],
  };
  const platform = new RecordingPlatform();
  for (const pool of settings.pools) workerPool(pool, { platform, gateway, sagewai, version: "1.0.1", before });
  await pulumi.runtime.disconnect();
  return { keySeed, salts };
}

it("the worker pool gives a pool that returns another key than the one that it had", async () => {
  const first = await seed("a1");
  expect(await seed("a1", [SALT, "pool-gpu-key-salt"], [KEYS, "pool-gpu"])).toEqual(first);
  const again = await seed("b2");
  expect(again.salts).toBe(1);
  expect(again.keySeed).not.toEqual(first.keySeed);
});

it("the worker pool leaves the key of a pool alone that a former release made", async () => {
  const former = await seed("a1", [KEYS, "pool-gpu"]);
  expect(former.salts).toBe(0);
  expect(await seed("b2", [KEYS, "pool-gpu"])).toEqual(former);
  expect((await seed("a1")).keySeed).not.toEqual(former.keySeed);
});
