import { text } from "node:stream/consumers";

import { type Inputs, provider, type State } from "../../providers/litellm/virtual-key.ts";

/** One operation of the engine on a key, as a process of its own that can be killed. */
export type Operation =
  | { method: "create"; inputs: Inputs }
  | { method: "update"; id: string; olds: State; news: Inputs }
  | { method: "delete"; id: string; olds: State };

export async function operate(operation: Operation): Promise<{ id: string; outs?: State }> {
  switch (operation.method) {
    case "create":
      return await provider.create(operation.inputs);
    case "update": {
      const { inputs } = await provider.check(operation.olds, operation.news);
      const { outs } = await provider.update(operation.id, operation.olds, inputs ?? operation.news);
      return { id: operation.id, outs: outs as State };
    }
    case "delete":
      await provider.delete(operation.id, operation.olds);
      return { id: operation.id };
  }
}

if (import.meta.main) await operate(JSON.parse(await text(process.stdin)) as Operation);
