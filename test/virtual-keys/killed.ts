import { join } from "node:path";

import { execa } from "execa";

import type { KeyInputs, KeySet } from "../../providers/litellm/key-set.ts";
import type { TestGateway } from "./gateway.ts";
import { settingsOf, valueOf, withSettings } from "./one-key.ts";
import { operate, type Operation } from "./operation.ts";

/** Something the engine does to a key, in the middle of which it may be killed. */
export interface Scenario {
  /** Makes what has to be there before. */
  prepare: (gateway: TestGateway, inputs: KeySet) => Promise<Operation>;
  /** The keys, by alias and budget, that are there once it was done, however often it was begun. */
  end: (alias: string) => [alias: string, maxBudget: number][];
}

export const SCENARIOS: Record<string, Scenario> = {
  create: {
    prepare: (_gateway, inputs) => Promise.resolve({ method: "create", inputs }),
    end: (alias) => [[alias, 5]],
  },
  adopt: {
    async prepare(gateway, inputs) {
      const adopt = `made-by-hand-${settingsOf(inputs).alias}`;
      const adoptedKey = valueOf(inputs);
      await gateway.call("POST", "/key/generate", { key: adoptedKey, key_alias: adopt });
      return { method: "create", inputs: withSettings(inputs, { adopt, adoptedKey }) };
    },
    end: (alias) => [[alias, 5]],
  },
  "take over a key in place of another": {
    async prepare(gateway, inputs) {
      const adopt = `made-by-hand-${settingsOf(inputs).alias}`;
      const adoptedKey = `sk-${adopt}`;
      await gateway.call("POST", "/key/generate", { key: adoptedKey, key_alias: adopt });
      return update(inputs, { adopt, adoptedKey });
    },
    end: replaced,
  },
  update: {
    prepare: (_gateway, inputs) => update(inputs, { maxBudget: 6 }),
    end: (alias) => [[alias, 6]],
  },
  "replace the key": {
    prepare: (_gateway, inputs) => update(inputs, { generation: 2 }),
    end: replaced,
  },
  "replace the key at once": {
    prepare: (_gateway, inputs) => update(inputs, { generation: 2, overlap: "0s" }),
    end: (alias) => [[alias, 5]],
  },
  delete: {
    async prepare(_gateway, inputs) {
      const { id, outs = inputs } = await operate({ method: "create", inputs });
      return { method: "delete", id, olds: outs };
    },
    end: () => [],
  },
};

function replaced(alias: string): [alias: string, maxBudget: number][] {
  return [
    [alias, 5],
    [`${alias}-g1`, 5],
  ];
}

async function update(inputs: KeySet, changes: Partial<KeyInputs>): Promise<Operation> {
  const { id, outs = inputs } = await operate({ method: "create", inputs });
  return { method: "update", id, olds: outs, news: withSettings(inputs, changes) };
}

/** An operation as a process of its own. */
export function startOperation(operation: Operation) {
  return execa("node", [join(import.meta.dirname, "operation.ts")], {
    input: JSON.stringify(operation),
    reject: false,
  });
}
