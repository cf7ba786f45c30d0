import type { Changes } from "./key-changes.ts";
import { isReplacement } from "./rotation.ts";

/**
 * What whoever runs Pulumi has to know before: that keys stop working. In its own words Pulumi says of a set of keys only
 * that it is updated, even when some of them are deleted.
 */
export function warnings({ before, leaving, unsettled }: Changes): string[] {
  const replaced = [...unsettled].flatMap(([name, key]) => {
    const last = before.get(name);
    return last && isReplacement(last, key) ? [{ name, until: key.replaced?.at(-1)?.until }] : [];
  });
  const deleted = `Virtual keys that are deleted, as they left the settings: ${listed([...leaving.keys()])}. Whoever uses one is refused from then on.`;
  return [
    ...(leaving.size > 0 ? [deleted] : []),
    ...[...Map.groupBy(replaced, ({ until }) => until)].map(([until, keys]) => {
      const end = until === undefined ? "stop working at once" : `work until ${until}`;
      return `Virtual keys that are replaced by new ones: ${listed(keys.map(({ name }) => name))}. The old ones ${end}.`;
    }),
  ];
}

function listed(names: string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
