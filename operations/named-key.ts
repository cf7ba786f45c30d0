import { UserError } from "../toolchain/user-error.ts";

/** Who holds a key. */
interface Holder {
  /** The project or pool. */
  name: string;
  /** Alias of its key. */
  alias: string;
}

export interface KeyHolders {
  projects: Holder[];
  pools: Holder[];
  /** Virtual keys by alias. */
  keys: Record<string, string>;
}

/**
 * A virtual key by its alias, or by the project or pool that holds it. What is an alias is taken for one first.
 *
 * @throws UserError if the name is none of these, or means two keys, or the key's value is not known.
 */
export function namedKey({ projects, pools, keys }: KeyHolders, name: string): string {
  const aliases = Object.keys(keys);
  const held = [...projects, ...pools].filter((holder) => holder.name === name).map(({ alias }) => alias);
  const [alias, other] = aliases.includes(name) ? [name] : held;
  if (other !== undefined) {
    throw new UserError(`"${name}" is a project and a pool; write the alias of the key: ${held.join(" or ")}.`);
  }
  if (alias === undefined) {
    throw new UserError(
      `"${name}" is not a project, a pool or the alias of a key; write one of ${aliases.join(", ")}.`,
    );
  }
  const key = keys[alias] ?? "";
  if (key === "") {
    throw new UserError(`The value of the adopted key ${alias} is not known: raise its \`generation\` for a new one.`);
  }
  return key;
}
