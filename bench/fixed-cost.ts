import { step } from "../toolchain/progress.ts";
import { BUDGETS } from "./contender.ts";
import { EmptyProgram } from "./empty-program.ts";
import { FEW } from "./fixed-cost-report.ts";
import { BenchGateway } from "./bench-stack.ts";
import type { FixedCost, Timing } from "./results.ts";

/** How often both programs run each command, in turn, so that a busy machine is as busy for the one as for the other. */
const ROUNDS = 9;

/** What commands take that change nothing: of a gateway with {@link FEW} keys, beside an empty program. */
export async function fixedCost(): Promise<FixedCost[]> {
  const empty = await EmptyProgram.make();
  const gateway = await BenchGateway.make();
  const wanted = { keys: FEW, budget: BUDGETS.before };
  try {
    await step(`Bringing up a gateway with ${FEW} keys`, () => gateway.up(wanted));
    const commands = {
      preview: [() => empty.preview(), () => gateway.preview()],
      up: [() => empty.up(), () => gateway.up(wanted)],
      start: [() => empty.start(), () => gateway.start()],
    } as const;
    const costs: FixedCost[] = [];
    for (const command of ["preview", "up", "start"] as const) {
      const rounds = await step(`${ROUNDS} × ${command}, in turn with an empty program`, () =>
        inTurn(commands[command]),
      );
      costs.push({ command, rounds });
    }
    return costs;
  } finally {
    await gateway.remove();
    await empty.remove();
  }
}

async function inTurn([empty, ours]: readonly [() => Promise<Timing>, () => Promise<Timing>]) {
  // What the first run compiles is kept for the others.
  await empty();
  await ours();
  const rounds: FixedCost["rounds"] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ empty: await empty(), ours: await ours() });
  return rounds;
}
