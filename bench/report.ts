import { chart } from "./chart.ts";
import { fixedCostTable } from "./fixed-cost-report.ts";
import { CONTENDERS, OPERATIONS, type Results, secondsOf, sizes, TITLES } from "./results.ts";
import { table } from "./table.ts";
import { targets } from "./targets.ts";

/** What one run measured, in Markdown. */
export function report(results: Results): string {
  const { date, machine, versions, skipped } = results;
  const absent = Object.entries(skipped).map(([name, reason]) => `- ${name} did not take part: ${reason}`);
  const failures = [...new Set(results.figures.flatMap(failureLine))];
  return [
    `Measured ${date.slice(0, 10)} on ${machine.processors} × ${machine.model}, ${machine.gigabytes} GB, load ${machine.load.toFixed(1)} at the start; one run.`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ") + ".",
    table(
      ["", "promise", "measured"],
      targets(results).map(({ met, promise, measured }) => [verdict(met), promise, measured]),
    ),
    ...(results.fixed.length === 0 ? [] : [fixedCostTable(results.fixed)]),
    ...sizes(results).map((keys) => timeTable(results, keys)),
    memoryTable(results),
    ...(absent.length + failures.length === 0 ? [] : [[...absent, ...failures].join("\n")]),
    chart(results),
  ].join("\n\n");
}

function timeTable(results: Results, keys: number): string {
  const rows = OPERATIONS.map((operation) => [
    TITLES[operation],
    ...CONTENDERS.map((contender) => {
      const seconds = secondsOf(results, contender, operation, keys);
      if (seconds !== undefined) return `${seconds.toFixed(1)} s`;
      const failed = results.figures.some(
        (one) => one.contender === contender && one.operation === operation && one.keys === keys,
      );
      return failed ? "fails" : "–";
    }),
  ]);
  return `### ${keys} keys\n\n${table(["", ...CONTENDERS], rows)}`;
}

function memoryTable(results: Results): string {
  const rows = sizes(results).flatMap((keys) => [
    [
      `state per key, ${keys} keys`,
      ...CONTENDERS.map((contender) => {
        const bytes = results.state.find((one) => one.contender === contender && one.keys === keys)?.bytes;
        return bytes === undefined ? "–" : `${(bytes / 1000).toFixed(1)} KB`;
      }),
    ],
    [
      `peak memory, ${keys} keys`,
      ...CONTENDERS.map((contender) => {
        const own = results.figures.filter(
          (one) => one.contender === contender && one.keys === keys && one.operation !== "destroyGateway",
        );
        const peak = Math.max(0, ...own.map(({ megabytes = 0 }) => megabytes));
        return peak === 0 ? "–" : `${peak} MB`;
      }),
    ],
  ]);
  return `### State and memory\n\n${table(["", ...CONTENDERS], rows)}`;
}

function failureLine({ contender, operation, failure }: Results["figures"][number]): string[] {
  return failure === undefined ? [] : [`- ${contender} fails to ${TITLES[operation]}: ${failure}`];
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return "–";
  return met ? "met" : "not met";
}
