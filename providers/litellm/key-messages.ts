/**
 * What whoever runs Pulumi has to know before: that keys stop working. In its own words Pulumi says of a set of keys only
 * that it is updated, even when some of them are deleted.
 *
 * @param removed The keys that are deleted, by name.
 * @param replaced Until when each key that is replaced works; nothing for a key that ends at once.
 */
export function keyWarnings(
  removed: ReadonlyMap<string, unknown>,
  replaced: ReadonlyMap<string, string | undefined>,
): string[] {
  const deleted = `Virtual keys that are deleted, as they left the settings: ${quoted([...removed.keys()])}. Whoever uses one is refused from then on.`;
  return [
    ...(removed.size > 0 ? [deleted] : []),
    ...[...Map.groupBy(replaced, ([, until]) => until)].map(([until, keys]) => {
      const end = until === undefined ? "stop working at once" : `work until ${until}`;
      return `Virtual keys that are replaced by new ones: ${quoted(keys.map(([name]) => name))}. The old ones ${end}.`;
    }),
  ];
}

/** This many names of keys that failed for one reason are written out. */
const SHOWN = 10;

/** What is wrong with one key. */
export interface KeyFailure {
  name: string;
  reason: string;
}

/** Why keys failed: one line for each reason, with the names of the keys that it holds for. */
export function failedKeys(failures: KeyFailure[]): string[] {
  const byReason = Map.groupBy(failures, ({ reason }) => reason);
  return [...byReason].map(([reason, keys]) => `${shortened(keys.map(({ name }) => name))}: ${reason}`);
}

/** The failures among the results for several keys. */
export function failuresOf(results: Iterable<readonly [string, PromiseSettledResult<unknown>]>): KeyFailure[] {
  return [...results].flatMap(([name, result]) =>
    result.status === "rejected" ? [{ name, reason: messageOf(result.reason) }] : [],
  );
}

function shortened(names: string[]): string {
  const rest = names.length - SHOWN;
  return rest > 0 ? `${quoted(names.slice(0, SHOWN))} and ${rest} more` : quoted(names);
}

function quoted(names: string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

/** A change of keys that is refused. Pulumi prints the stack of what a `diff` throws, which would bury the message. */
export class RefusedChange extends Error {
  override readonly name = "Refused";

  constructor(refused: KeyFailure[]) {
    super(failedKeys(refused).join("\n"));
    this.stack = this.message;
  }

  override toString(): string {
    return this.name;
  }
}
