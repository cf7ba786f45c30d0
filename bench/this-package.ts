import { BUDGETS, type Contender } from "./contender.ts";
import { type BenchGateway, projectName } from "./bench-stack.ts";
import type { Timed } from "./timed-command.ts";

/** This package: each key is a project in the settings of a gateway that is up. */
export function thisPackage(gateway: BenchGateway): Contender {
  let wanted = { keys: 0, budget: BUDGETS.before as number, generation: 0 };
  const change = (changes: Partial<typeof wanted>): Promise<Timed> => {
    wanted = { ...wanted, ...changes };
    return gateway.up(wanted);
  };
  return {
    name: "this package",
    alias: projectName,
    operations: {
      // A key that was destroyed comes back only as one of the next generation.
      create: (keys) => change({ keys, budget: BUDGETS.before, generation: wanted.generation + 1 }),
      preview: () => gateway.preview(),
      previewRefresh: () => gateway.preview("--refresh"),
      raise: () => change({ budget: BUDGETS.after }),
      refresh: () => gateway.refresh(),
      destroy: () => change({ keys: 0 }),
      rotate: () => change({ generation: wanted.generation + 1 }),
      destroyGateway: () => gateway.destroyCountingCalls(),
    },
    state: () => gateway.state(),
  };
}
