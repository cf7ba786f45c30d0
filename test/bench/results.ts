import { CONTENDERS, OPERATIONS, type Figure, type Results } from "../../bench/results.ts";

/**
 * Results of a run that measured only this.
 *
 * @param seconds By contender, operation and number of keys: `{ "raw API create 200": 2.5 }`.
 */
export function results(seconds: Record<string, number>, others: Partial<Results> = {}): Results {
  return {
    date: "2026-11-24T08:00:00.000Z",
    machine: { processors: 2, model: "Some CPU", gigabytes: 24, load: 0.5 },
    versions: { LiteLLM: "1.106.2" },
    skipped: {},
    figures: Object.entries(seconds).map(([name, time]) => ({ ...figureOf(name), seconds: time })),
    state: [],
    fixed: [],
    ...others,
  };
}

/** Who did what with how many keys, by a name such as `raw API create 200`. */
export function figureOf(name: string): Figure {
  const contender = CONTENDERS.find((one) => name.startsWith(`${one} `));
  const [operation, keys] = name.split(" ").slice(-2);
  const known = OPERATIONS.find((one) => one === operation);
  if (contender === undefined || known === undefined) throw new Error(`\`${name}\` names nothing that is measured.`);
  return { contender, operation: known, keys: Number(keys) };
}
