/** What Pulumi calls the set that has the projects' keys. */
export const PROJECT_KEYS = "projects";

/** How a key of a set may be called: a name with a capital letter or `_` is none of a key. */
export const KEY_NAME = /^[a-z0-9-]+$/;

/** What a key of a set can't be called: Pulumi keeps these names of properties to itself. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(["id", "urn"]);

/** Control characters, line ends, and `..` between slashes: LiteLLM refuses them in an alias (`raise_if_unsafe_secret_name`). */
// eslint-disable-next-line no-control-regex -- They are what is looked for.
const UNSAFE = /(^|\/)\.\.(\/|$)|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether LiteLLM takes a text for the alias of a key. */
export function isAlias(text: string): boolean {
  return !UNSAFE.test(text);
}

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
