import "../../toolchain/exit-with-engine.ts";

import { isDeepStrictEqual } from "node:util";

import type * as pulumi from "@pulumi/pulumi";

import { FIELDS, KEY_FIELDS } from "../../config/litellm/key-fields.ts";
import { announce } from "../announce.ts";
import { failuresByReason, failuresOf } from "../failures.ts";
import type { Lifecycle } from "../shell.ts";
import { LiteLlmClient } from "./client.ts";
import { duplicateAliases, keyFailures } from "./key-check.ts";
import { keyWarnings } from "./key-messages.ts";
import { applyKey, deleteKey, readKey } from "./key-operations.ts";
import {
  keyChanges,
  type KeyInputs,
  type KeySet,
  keysOf,
  type KeyState,
  type Memory,
  planned,
  sharedOf,
  statesOf,
  without,
  withValue,
} from "./key-set.ts";
import { KeyStore } from "./key-store.ts";
import { isAdopted, keyValue, tokenOf } from "./key-value.ts";
import { stateOf } from "./key-wire.ts";
import { setCallLimits } from "./retry-budget.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/litellm/virtual-keys.ts";
  type: "litellm:VirtualKeys";
}

/** A resource holds one set, which stays the same whatever becomes of its keys. */
const ID = "virtual-keys";

/**
 * A set of LiteLLM's virtual keys as one resource, because Pulumi writes its whole state again for each resource that
 * changes. Each key has its own life in it: a key that fails keeps no other one from being made, changed or deleted.
 *
 * A key has three shapes: {@link KeyInputs}, what the program asks for (from the settings by `keyArgs` in
 * `config/schema/keys.ts`); {@link KeyState}, what Pulumi's state has of it once it is made; and `StoredKey`, what LiteLLM
 * has, converted in `key-wire.ts`.
 *
 * The engine calls, in each preview and again in each update:
 *
 * 1. `check`, with the inputs of the last update that succeeded as `olds`, and what the program says as `news`. It answers
 *    with the inputs of this update, in which the preview finds what it shows: also when a key expires, and until when
 *    those before it work (`planned`).
 * 2. `diff`, with the outputs of the last update as `olds`, whether it succeeded or failed in part, and the answer of
 *    `check` as `news`. What LiteLLM has is read from these outputs only (`keyChanges`).
 * 3. `create` or `update` with the same two, but only in an update, where there is anything to do.
 *
 * So `planned` runs twice for a key: in `check`, the only one that can show a moment in the preview, but doesn't know what an
 * update that failed has done; and in `keyChanges`, which does know, and keeps the moments that the preview showed.
 * `refresh` calls `read` with the outputs, and `destroy` calls `delete` with them.
 */
export const provider: Lifecycle<KeySet> = {
  /** Takes the limits of calls from the settings of the last update. */
  async configure({ config }) {
    setCallLimits(config.get("llm-gateway:litellm"));
  },

  async check(olds, news) {
    const now = new Date();
    const before = keysOf(olds);
    const inputs: KeySet = { ...news };
    const failures: pulumi.dynamic.CheckFailure[] = duplicateAliases(keysOf(news));
    for (const [name, key] of keysOf(news)) {
      const wanted = withValue(news, name, key);
      const found = keyFailures({ ...wanted });
      failures.push(...found.map(({ reason }) => ({ property: "", reason: `\`${name}\`: ${reason}` })));
      if (found.length > 0) continue;
      const last = before.get(name);
      const value = last && keyValue(olds.keySeed, name, last);
      const next = planned(last && { ...last, token: value ? tokenOf(value) : "" }, wanted, now);
      inputs[name] = without(inFormerOrder(last, next), ["key"]);
    }
    return { inputs, failures };
  },

  async diff(_id, olds, news) {
    const changes = keyChanges(olds, news);
    for (const warning of keyWarnings(changes.removed, changes.replaced)) await announce(warning);
    const isChanged = changes.removed.size + changes.outOfSync.size > 0;
    const isSame = !isChanged && isDeepStrictEqual(sharedOf(olds), sharedOf(news));
    // Told nothing, the engine compares the inputs itself, and shows what differs; told that something does, it shows all.
    return { ...(isSame && { changes: false }), replaces: [] };
  },

  async create(inputs) {
    return { id: ID, outs: await apply({}, inputs) };
  },

  async read(id, props) {
    if (!props) throw new Error("Virtual keys can't be imported: name them in `adopt`, and run `pulumi up`.");
    const store = storeOf(props);
    const before = statesOf(props);
    const state: KeySet = { ...sharedOf(props) };
    const inputs: KeySet = { ...sharedOf(props) };
    const gone = new Map(before);
    for (const [name, result] of await store.forEach(before, (key) => readKey(store, key))) {
      if (result.status === "rejected") throw result.reason;
      if (!result.value) continue;
      gone.delete(name);
      state[name] = result.value;
      inputs[name] = without(result.value, ["token"]);
    }
    // Inputs that differ from the code's let the next preview name the property that was changed behind our back.
    return { id, props: { ...state, ...lowestAfter(props, gone, { isOver: false }) }, inputs };
  },

  async update(_id, olds, news) {
    return { outs: await apply(olds, news) };
  },

  async delete(_id, props) {
    const store = storeOf(props);
    const results = await store.forEach(statesOf(props), (key) => deleteKey(store, key));
    const failures = failuresByReason(failuresOf(results));
    if (failures.length > 0) throw new Error(failures.join("\n"));
  },
};

/** Makes all keys in LiteLLM what is wanted of them. @returns The state of the set. */
async function apply(olds: Partial<KeySet>, news: KeySet): Promise<KeySet> {
  const { before, wanted, removed, outOfSync, renamed } = keyChanges(olds, news);
  const store = storeOf(news);
  // First, so that another key can have the alias of one that goes, or of one that gets another.
  const deleted = await store.forEach(removed, (key) => deleteKey(store, key));
  // One that can't be renamed fails once more below. Until then it works under this name, which nobody else can have.
  await store.forEach(renamed, ({ token }) => store.rename(token, `renamed-${token}`));
  const applied = await store.forEach(outOfSync, (key, name) => applyKey(store, before.get(name), key));

  const keys = new Map(before);
  for (const [name, key] of wanted) {
    const last = before.get(name);
    if (last && !outOfSync.has(name)) keys.set(name, stateOf(key, last.token));
  }
  for (const [name, { status }] of deleted) if (status === "fulfilled") keys.delete(name);
  for (const [name, result] of applied) if (result.status === "fulfilled") keys.set(name, result.value);
  const gone = [...before].filter(([name]) => {
    const key = keys.get(name);
    return !key || isAdopted(key);
  });
  const failures = failuresOf([...deleted, ...applied]);
  const unsureKeys = failures.map(({ name }) => name).filter((name) => keys.has(name));
  const state: KeySet = {
    ...sharedOf(news),
    ...Object.fromEntries(keys),
    ...lowestAfter(olds, gone, { isOver: true }),
    ...(unsureKeys.length > 0 && { unsureKeys }),
  };
  if (failures.length === 0) return state;
  // With an ID, the engine keeps what was done, and lets the next update do the rest.
  const properties = { ...state, __provider: news["__provider"] };
  const reasons = failuresByReason(failures);
  throw Object.assign(new Error(reasons.join("\n")), { id: ID, properties, reasons });
}

function storeOf({ gatewayAccess, masterKey }: KeySet): KeyStore {
  return new KeyStore(new LiteLlmClient(gatewayAccess, masterKey));
}

/**
 * A key whose lists of names are in the order in which the last update had them, where they have the same names: their order
 * means nothing, so another one is no change.
 *
 * @param last The key as the last update had it; nothing for a new one.
 */
export function inFormerOrder<Key extends KeyInputs>(last: KeyInputs | undefined, key: Key): Key {
  const kept = KEY_FIELDS.filter((name) => FIELDS[name].kind === "texts" && isSameSet(last?.[name], key[name]));
  return { ...key, ...Object.fromEntries(kept.map((name) => [name, last?.[name]])) };
}

function isSameSet(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  const [sorted, otherSorted] = [one, other].map((names: unknown[]) => names.toSorted());
  return isDeepStrictEqual(sorted, otherSorted);
}

/**
 * The lowest generations after keys have gone: never lower than they were.
 *
 * @param gone Keys that were there.
 * @param isOver Whether their values may not come back.
 */
function lowestAfter(
  { lowestGenerations }: Memory,
  gone: Iterable<readonly [name: string, key: KeyState]>,
  { isOver }: { isOver: boolean },
): Pick<Memory, "lowestGenerations"> {
  const lowest = { ...lowestGenerations };
  for (const [name, key] of gone) {
    const generation = isAdopted(key) ? 1 : (key.generation ?? 1) + (isOver ? 1 : 0);
    if (generation > (lowest[name] ?? 1)) lowest[name] = generation;
  }
  return Object.keys(lowest).length === 0 ? {} : { lowestGenerations: lowest };
}
