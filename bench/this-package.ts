import { BUDGETS, type Participant } from "./contender.ts";
import { type BenchGateway, projectName } from "./gateway.ts";

/** This package: each key is a project in the settings of a gateway that is up. */
export function thisPackage(gateway: BenchGateway): Participant {
  return {
    name: "this package",
    alias: projectName,
    operations: {
      create: (keys) => gateway.up({ keys, budget: BUDGETS.before }),
      preview: () => gateway.preview(),
      raise: (keys) => gateway.up({ keys, budget: BUDGETS.after }),
      refresh: () => gateway.refresh(),
      destroy: () => gateway.up({ keys: 0, budget: BUDGETS.after }),
      rotate: async (keys) => {
        await gateway.up({ keys, budget: BUDGETS.after });
        return gateway.up({ keys, budget: BUDGETS.after, generation: 2 });
      },
    },
    stateBytes: () => gateway.stateBytes(),
  };
}
