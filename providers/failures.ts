/** This many names of parts that failed for one reason are written out. */
const SHOWN = 10;

/** What is wrong with one part of a resource that has many: a key, a project. */
export interface Failure {
  name: string;
  reason: string;
}

/** Why parts failed: one line for each reason, with the names of those that it holds for. */
export function failuresByReason(failures: Failure[]): string[] {
  const byReason = Map.groupBy(failures, ({ reason }) => reason);
  return [...byReason].map(([reason, parts]) => `${shortened(parts.map(({ name }) => name))}: ${reason}`);
}

/** The failures among the results for several parts. */
export function failuresOf(results: Iterable<readonly [string, PromiseSettledResult<unknown>]>): Failure[] {
  return [...results].flatMap(([name, result]) =>
    result.status === "rejected" ? [{ name, reason: messageOf(result.reason) }] : [],
  );
}

function shortened(names: string[]): string {
  const rest = names.length - SHOWN;
  return rest > 0 ? `${quoted(names.slice(0, SHOWN))} and ${rest} more` : quoted(names);
}

/** Names for a sentence. */
export function quoted(names: string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
