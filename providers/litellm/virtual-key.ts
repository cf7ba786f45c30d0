import { isDeepStrictEqual } from "node:util";

import { LiteLlmError } from "./client.ts";
import { KEY_FIELDS } from "./key-fields.ts";
import { isAdopted, type KeyInputs, type KeyState, type Wanted, without } from "./key-set.ts";
import type { KeySettings } from "./key-settings.ts";
import { durationUntil, expiryOf, type KeyStore, type StoredKey, tokenOf } from "./key-store.ts";
import { fromWire } from "./key-wire.ts";
import { replacedAlias } from "./rotation.ts";

/** By so much the expiry that LiteLLM works out may differ from ours, in milliseconds: clocks do, and calls take time. */
const TOLERANCE = 60_000;

/** Whether LiteLLM has the key as it is wanted already. */
export function isSettled(olds: KeyState, news: Wanted): boolean {
  const compared = [...KEY_FIELDS, "replaced", "expires"] as const;
  return !isReplacement(olds, news) && compared.every((field) => isDeepStrictEqual(olds[field], news[field]));
}

/** Whether another key takes the place of the one that is there. */
export function isReplacement(olds: KeyState, news: Wanted): boolean {
  return news.key !== "" && tokenOf(news.key) !== olds.token;
}

/**
 * Brings one virtual key in line with what is wanted. Because its value is ours to choose, this can be repeated: a reply
 * that got lost or a run that was killed leaves neither an orphan on the server nor a key that nobody knows.
 *
 * @param olds What it was before; nothing for a new key.
 */
export async function bringKey(store: KeyStore, olds: KeyState | undefined, news: Wanted): Promise<KeyState> {
  if (!olds) return stateOf(news, isAdopted(news) ? await adopt(store, news) : await make(store, news));
  const replaces = isReplacement(olds, news);
  const kept = (news.replaced ?? [])
    .map(({ alias }) => alias)
    .filter((alias) => !replaces || alias !== replacedAlias(olds));
  for (const { alias } of olds.replaced ?? []) {
    if (!kept.includes(alias)) await store.deleteNamed(alias, { except: olds.token });
  }
  return stateOf(news, replaces ? await replace(store, olds, news) : await update(store, olds, news));
}

/** Deletes a key, and those that it replaced. */
export async function deleteKey(store: KeyStore, { alias, token, replaced = [] }: KeyState): Promise<void> {
  await store.delete(token).catch((error: unknown) => {
    throw undeletable(alias, error);
  });
  for (const { alias: old } of replaced) await store.deleteNamed(old, { except: token });
}

/** A key as LiteLLM has it now; nothing if it is gone, and nothing is left to be done about it. */
export async function readKey(store: KeyStore, props: KeyState): Promise<KeyState | undefined> {
  const stored = await store.find(props.token);
  const { expires, ...others } = without(props, KEY_FIELDS);
  if (stored) {
    const settings = fromWire(stored, without(props, ["duration"]));
    return { ...settings, ...others, ...seenExpiry(props, stored) };
  }
  // Its predecessors are still to be deleted, so it stays: with all settings to be made again.
  return props.replaced ? ({ ...others, expires } as KeyState) : undefined;
}

async function make(store: KeyStore, news: Wanted): Promise<string> {
  await store.create(news.key, sent(news));
  return tokenOf(news.key);
}

/** Takes over a key that exists. */
async function adopt(store: KeyStore, news: Wanted): Promise<string> {
  const name = news.adopt ?? "";
  const isHash = /^[0-9a-f]{64}$/.test(name);
  let named: StoredKey[] = isHash ? [{ token: name }] : await store.named(name);
  // An attempt whose reply got lost may have given it its new alias already.
  if (named.length === 0) named = await store.named(news.alias);
  const [{ token = "" } = {}, ...others] = named;
  const found = token && others.length === 0 ? await store.find(token) : undefined;
  if (!found) {
    const count = others.length === 0 ? "no key" : `${named.length} keys`;
    throw new Error(
      `LiteLLM has ${count} with the alias or hash \`${name}\`, which \`adopt\` names: name one that exists, by its hash if need be, or remove \`adopt\` to make a new key.`,
    );
  }
  if (news.key && tokenOf(news.key) !== token) {
    throw new Error(
      `\`key\` is not the value of the key that \`adopt\` names (\`${name}\`): correct it, or leave it out.`,
    );
  }
  await store.update(token, sent(news), { ...fromWire(found, {}), duration: expiryOf(found) });
  return token;
}

/** Brings the key in line, and makes it anew if somebody deleted it. */
async function update(store: KeyStore, olds: KeyState, news: Wanted): Promise<string> {
  const before = { ...settingsOf(olds), duration: olds.expires };
  // Each time it is sent, the expiry moves.
  const settings = olds.expires === news.expires ? { ...sent(news), duration: before.duration } : sent(news);
  try {
    await store.update(olds.token, settings, before);
  } catch (error) {
    if (!(error instanceof LiteLlmError && error.status === 404)) throw error;
    if (!news.key) {
      throw new Error(
        `The key \`${news.alias}\` was deleted from LiteLLM, and its value is not known: raise \`generation\` for a new one.`,
        { cause: error },
      );
    }
    await make(store, news);
  }
  return olds.token;
}

/** Makes a new key beside the old one, which keeps working as long as `replaced` says. Each step may be repeated. */
async function replace(store: KeyStore, olds: KeyState, news: Wanted): Promise<string> {
  const alias = replacedAlias(olds);
  const old = await store.find(olds.token);
  await store.rename(olds.token, alias);
  // The budget is not doubled: what the old key spent counts.
  await store.create(news.key, sent(news), Number(old?.["spend"] ?? 0));
  // Last, so that nobody is without a valid key if making the new one fails.
  const until = news.replaced?.find((key) => key.alias === alias)?.until;
  await (until === undefined ? store.delete(olds.token) : store.expire(olds.token, new Date(until)));
  return tokenOf(news.key);
}

/** The state of a key that is as it is wanted. */
export function stateOf(news: Wanted, token: string): KeyState {
  return { ...without(news, ["key"]), token };
}

function settingsOf(inputs: KeyInputs): KeySettings {
  const present = KEY_FIELDS.filter((field) => inputs[field] !== undefined);
  return Object.fromEntries(present.map((field) => [field, inputs[field]])) as unknown as KeySettings;
}

/** The settings as LiteLLM is sent them: it is told no moment, but how much is left until then. */
function sent(news: Wanted): KeySettings {
  const settings = without(settingsOf(news), ["duration"]);
  return { ...settings, ...(news.expires !== undefined && { duration: durationUntil(new Date(news.expires)) }) };
}

/** When it expires. LiteLLM tells no duration: if the moment is another one, the duration is what is left until then. */
function seenExpiry({ duration, expires }: KeyState, stored: StoredKey): Pick<KeyInputs, "duration" | "expires"> {
  const actual = expiryOf(stored);
  if (actual === undefined) return {};
  const moved = Math.abs(new Date(actual).getTime() - new Date(expires ?? 0).getTime());
  return moved > TOLERANCE ? { duration: durationUntil(new Date(actual)), expires: actual } : { duration, expires };
}

/** A gateway that is gone takes its keys along, but only its user knows that it will not come back. */
function undeletable(alias: string, error: unknown): unknown {
  if (error instanceof LiteLlmError && error.status < 500) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const last = `If the gateway is gone for good, so is the key \`${alias}\`: forget it with \`pulumi state delete\`.`;
  return new Error(`${reason} ${last}`, { cause: error });
}
