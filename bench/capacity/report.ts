import { table } from "../table.ts";
import type { Capacity } from "./capacity.ts";

/** What one run measured, in Markdown. */
export function report({ date, machine, loads }: Capacity): string {
  const rows = loads.map(({ target, connections, load }) => [
    target,
    String(connections),
    load.rps.toFixed(0),
    ...[load.p50, load.p97_5, load.p99].map((milliseconds) => `${milliseconds} ms`),
    String(load.errors),
  ]);
  return [
    `Measured ${date.slice(0, 10)} on ${machine.processors} × ${machine.model}, ${machine.gigabytes} GB, load ${machine.load.toFixed(1)} at the start; one run. Load, model, proxy and PostgreSQL share the processors.`,
    table(["", "at once", "requests/s", "p50", "p97.5", "p99", "errors"], rows),
  ].join("\n\n");
}
