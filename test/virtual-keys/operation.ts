import { text } from "node:stream/consumers";

import type { KeySet } from "../../providers/litellm/key-set.ts";
import { provider } from "../../providers/litellm/virtual-keys.ts";

/** One operation of the engine on a set of keys, as a process of its own that can be killed. */
export type Operation =
  | { method: "create"; inputs: KeySet }
  | { method: "update"; id: string; olds: KeySet; news: KeySet }
  | { method: "delete"; id: string; olds: KeySet };

export async function operate(operation: Operation): Promise<{ id: string; outs?: KeySet }> {
  switch (operation.method) {
    case "create": {
      const { inputs = operation.inputs } = await provider.check({} as KeySet, operation.inputs);
      return await provider.create(inputs);
    }
    case "update": {
      const { inputs = operation.news } = await provider.check(operation.olds, operation.news);
      const { outs } = await provider.update(operation.id, operation.olds, inputs);
      return { id: operation.id, ...(outs && { outs }) };
    }
    case "delete":
      await provider.delete(operation.id, operation.olds);
      return { id: operation.id };
  }
}

/** What it is to make of the set; nothing if it deletes it. */
export function wantedOf(operation: Operation): KeySet | undefined {
  if (operation.method === "delete") return undefined;
  return operation.method === "create" ? operation.inputs : operation.news;
}

if (import.meta.main) await operate(JSON.parse(await text(process.stdin)) as Operation);
