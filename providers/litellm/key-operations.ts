import { KEY_FIELDS } from "../../config/litellm/key-fields.ts";
import { replacedAlias } from "../../config/litellm/key-names.ts";
import { isReplacement, type KeyState, type Wanted, without, WRONG_VALUE } from "./key-set.ts";
import type { KeyStore } from "./key-store.ts";
import { isAdopted, tokenOf } from "./key-value.ts";
import { expiryOf, fromWire, settingsOf, settingsToSend, stateOf, type StoredKey, storedState } from "./key-wire.ts";
import { LiteLlmError } from "./litellm-error.ts";

/**
 * Makes one virtual key in LiteLLM what is wanted. Because its value is ours to choose, this can be repeated: a reply
 * that got lost or a run that was killed leaves neither an orphan on the server nor a key that nobody knows.
 *
 * @param last What it was before; nothing for a new key.
 */
export async function applyKey(store: KeyStore, last: KeyState | undefined, wanted: Wanted): Promise<KeyState> {
  if (!last) return stateOf(wanted, await createOrAdopt(store, wanted));
  const kept = new Set(wanted.replaced?.map(({ alias }) => alias));
  for (const { alias } of last.replaced ?? []) {
    if (!kept.has(alias)) await store.deleteNamed(alias, { except: last.token });
  }
  const apply = isReplacement(last, wanted) ? replace : update;
  const token = await apply(store, last, wanted);
  if (last.teamId !== wanted.teamId) {
    for (const alias of kept) await store.move(alias, settingsToSend(wanted), { except: token });
  }
  return stateOf(wanted, token);
}

/** Deletes a key, and those that it replaced. */
export async function deleteKey(store: KeyStore, { token, replaced = [] }: KeyState): Promise<void> {
  await store.delete(token).catch((error: unknown) => {
    throw undeletable(error);
  });
  for (const { alias: old } of replaced) await store.deleteNamed(old, { except: token });
}

/** A key as LiteLLM has it now; nothing if it is gone, and nothing is left to be done about it. */
export async function readKey(store: KeyStore, last: KeyState): Promise<KeyState | undefined> {
  const stored = await store.find(last.token);
  if (stored) return storedState(stored, last);
  // Its predecessors are still to be deleted, so it stays: with all settings to be made again.
  return last.replaced ? { ...without(last, KEY_FIELDS), alias: "" } : undefined;
}

/** Makes a key, or takes over one that exists. @param last The key that has its alias until then. */
async function createOrAdopt(store: KeyStore, wanted: Wanted, last?: KeyState): Promise<string> {
  if (!isAdopted(wanted)) {
    // The budget of the new key is what the old one left of it.
    const spend = last && (await store.find(last.token))?.["spend"];
    if (last) await store.rename(last.token, replacedAlias(last));
    await store.create(wanted.key, settingsToSend(wanted), Number(spend ?? 0));
    return tokenOf(wanted.key);
  }
  const { token, found } = await adoptable(store, wanted, last);
  if (last) await store.rename(last.token, replacedAlias(last));
  await store.update(token, settingsToSend(wanted), { ...fromWire(found, {}), duration: expiryOf(found) });
  return token;
}

/** Updates the key, and recreates it if somebody deleted it. */
async function update(store: KeyStore, last: KeyState, wanted: Wanted): Promise<string> {
  const before = { ...settingsOf(last), duration: last.expires };
  const settings = settingsToSend(wanted);
  // Each time a duration is sent, the expiry moves.
  if (last.expires === wanted.expires) settings.duration = before.duration;
  try {
    await store.update(last.token, settings, before);
  } catch (error) {
    if (!(error instanceof LiteLlmError && error.isMissing)) throw error;
    if (!wanted.key) {
      throw new Error("It was deleted from LiteLLM, and its value is not known: raise `generation` for a new key.", {
        cause: error,
      });
    }
    await store.create(wanted.key, settingsToSend(wanted));
  }
  return last.token;
}

/** Makes another key next to the old one, which keeps working as long as `replaced` says. Each step may be repeated. */
async function replace(store: KeyStore, last: KeyState, wanted: Wanted): Promise<string> {
  const alias = replacedAlias(last);
  const token = await createOrAdopt(store, wanted, last);
  // Last, so that nobody is without a valid key if making the new one fails.
  const until = wanted.replaced?.find((key) => key.alias === alias)?.until;
  await (until === undefined ? store.delete(last.token) : store.expire(last.token, new Date(until)));
  return token;
}

/**
 * Finds the key that `adopt` names.
 *
 * @param last The key whose place it takes; nothing for a new one.
 * @throws {Error} if there is none, if there are several, or if it can't be meant.
 */
async function adoptable(
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

/** A gateway that is gone takes its keys along, but only its user knows that it will not come back. */
function undeletable(error: unknown): unknown {
  if (error instanceof LiteLlmError && error.status < 500) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const last = "If the gateway is gone for good, so are all its keys: `pulumi state delete` forgets the whole set.";
  return new Error(`${reason} ${last}`, { cause: error });
}
