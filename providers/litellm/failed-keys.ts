/** So many names of keys that failed for one reason are written out. */
const SHOWN = 10;

/** What is wrong with one key. */
export interface KeyFailure {
  name: string;
  reason: string;
}

/** Why keys failed: one line for each reason, with the names of all keys that it holds for. */
export function failedKeys(failures: KeyFailure[]): string[] {
  const byReason = Map.groupBy(failures, ({ reason }) => reason);
  return [...byReason].map(([reason, keys]) => `${listed(keys.map(({ name }) => name))}: ${reason}`);
}

/** Those of several results that are failures. */
export function failuresOf(results: Iterable<readonly [string, PromiseSettledResult<unknown>]>): KeyFailure[] {
  return [...results].flatMap(([name, result]) =>
    result.status === "rejected" ? [{ name, reason: messageOf(result.reason) }] : [],
  );
}

function listed(names: string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `\`${name}\``);
  const rest = names.length - shown.length;
  return rest === 0 ? shown.join(", ") : `${shown.join(", ")} and ${rest} more`;
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
