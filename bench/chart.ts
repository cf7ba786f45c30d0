import { CONTENDERS, type Results, secondsOf, sizes } from "./results.ts";

/** Seconds to create all keys by number of keys, as a mermaid chart with one line per contender that could do all. */
export function chart(results: Results): string {
  const keys = sizes(results);
  const lines = CONTENDERS.map((contender) => ({
    contender,
    seconds: keys.map((count) => secondsOf(results, contender, "create", count)),
  })).filter(({ seconds }) => seconds.every((value) => value !== undefined));
  const names = lines.map(({ contender }) => contender).join(", ");
  return [
    `Seconds to create all keys, by their number; the lines are, in this order of their colors: ${names}.`,
    "",
    "```mermaid",
    "xychart-beta",
    `  x-axis "keys" [${keys.join(", ")}]`,
    '  y-axis "seconds"',
    ...lines.map(({ seconds }) => `  line [${seconds.map((value) => (value ?? 0).toFixed(1)).join(", ")}]`),
    "```",
  ].join("\n");
}
