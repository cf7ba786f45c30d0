/** What of a key decides what it is called once it is replaced. */
interface Replaceable {
  alias: string;
  generation?: number;
  /** Keys that were replaced before and are still valid. */
  replaced?: { alias: string }[];
}

/** The alias that a key gets when it is replaced: its own, `-g` and its generation, and a number if that is in use. */
export function replacedAlias({ alias, generation = 1, replaced = [] }: Replaceable): string {
  const first = `${alias}-g${generation}`;
  const candidates = [first, ...replaced.map((_, index) => `${first}-${index + 2}`)];
  return candidates.find((candidate) => replaced.every((key) => key.alias !== candidate)) ?? first;
}

/** The alias of which a text would be that of a replaced key, as {@link replacedAlias} makes it: `team` of `team-g2-3`. */
export function aliasOfReplaced(text: string): string | undefined {
  return /^(.+?)-g[1-9]\d*(-[1-9]\d*)?$/.exec(text)?.[1];
}
