import { type KeyState, type Wanted } from "./key-set.ts";
import { type KeyStore, type StoredKey, tokenOf } from "./key-store.ts";

/** What is wrong when the value that the code gives is another key's. */
export const WRONG_VALUE = "`adoptedKey` is not the value of the key that `adopt` names: correct it, or leave it out.";

/**
 * Finds the key that `adopt` names.
 *
 * @param last The key whose place it takes; nothing for a new one.
 * @throws {Error} if there is none, if there are several, or if it can't be meant.
 */
export async function adoptable(
  store: KeyStore,
  wanted: Wanted,
  last?: KeyState,
): Promise<{ token: string; found: StoredKey }> {
  const { adopt: name = "", alias, key } = wanted;
  const isHash = /^[0-9a-f]{64}$/.test(name);
  let named: StoredKey[] = isHash ? [{ token: name }] : await store.named(name);
  // An attempt whose reply got lost may have given it its new alias already.
  if (named.length === 0) named = (await store.named(alias)).filter(({ token }) => token !== last?.token);
  const [{ token = "" } = {}, ...others] = named;
  if (token !== "" && token === last?.token) {
    throw new Error(`\`adopt\` names the key that is there already (\`${name}\`): undo this change.`);
  }
  const found = token && others.length === 0 ? await store.find(token) : undefined;
  if (!found) {
    const count = others.length === 0 ? "no key" : `${named.length} keys`;
    throw new Error(
      `LiteLLM has ${count} with the alias or hash \`${name}\`, which \`adopt\` names: name one that exists, by its hash if need be, or remove \`adopt\` to make a new key.`,
    );
  }
  if (key && tokenOf(key) !== token) throw new Error(WRONG_VALUE);
  return { token, found };
}
