import type { FixedCost, Timing } from "./results.ts";
import { table } from "./table.ts";

/** Keys of the gateway whose fixed cost is measured: so few that they take no time of their own. */
export const FEW = 10;

const TITLES: Record<FixedCost["command"], string> = { preview: "preview", up: "up", start: "first resource" };

/** What is compared of each run. */
const MEASURES = [
  { title: "time", of: ({ seconds }: Timing) => seconds, show: (value: number) => `${value.toFixed(1)} s` },
  {
    title: "processor time",
    of: ({ processorSeconds = 0 }: Timing) => processorSeconds,
    show: (value: number) => `${value.toFixed(2)} s`,
  },
  {
    title: "peak memory",
    of: ({ megabytes = 0 }: Timing) => megabytes,
    show: (value: number) => `${value.toFixed(0)} MB`,
  },
] as const;

/** What a run is judged by: processors' time where it is counted, which a busy machine changes the least. */
export function costOf({ seconds, processorSeconds = seconds }: Timing): number {
  return processorSeconds;
}

/** How many times as much of something this package took as an empty program: in the median of all rounds. */
export function medianRatio({ rounds }: FixedCost, of: (timing: Timing) => number): number {
  return median(rounds.map(({ empty, ours }) => of(ours) / of(empty)));
}

/** A table of medians, in Markdown. */
export function fixedCostTable(costs: readonly FixedCost[]): string {
  const rows = costs.flatMap((cost) => {
    const measured = MEASURES.filter(({ of }) => cost.rounds.some(({ ours }) => of(ours) > 0));
    return measured.map(({ title, of, show }) => [
      `${TITLES[cost.command]}: ${title}`,
      show(median(cost.rounds.map(({ empty }) => of(empty)))),
      show(median(cost.rounds.map(({ ours }) => of(ours)))),
      `${medianRatio(cost, of).toFixed(2)} ×`,
    ]);
  });
  return `### Fixed cost\n\n${table(["", "empty program", "this package", "ratio"], rows)}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
