import { failuresByReason, type Failure, quoted } from "../failures.ts";

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

/** A change of keys that is refused. Pulumi prints the stack of what a `diff` throws, which would bury the message. */
export class RefusedChange extends Error {
  override readonly name = "Refused";

  constructor(refused: Failure[]) {
    super(failuresByReason(refused).join("\n"));
    this.stack = this.message;
  }

  override toString(): string {
    return this.name;
  }
}
