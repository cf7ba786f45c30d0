import "../../toolchain/exit-with-engine.ts";

import { isDeepStrictEqual } from "node:util";

import type * as pulumi from "@pulumi/pulumi";

import { announce } from "../announce.ts";
import type { Lifecycle } from "../shell.ts";
import { setCallLimits } from "./call-limits.ts";
import { LiteLlmClient } from "./client.ts";
import { failedKeys, failuresOf } from "./failed-keys.ts";
import { changesOf, withValue } from "./key-changes.ts";
import { duplicateAliases, keyFailures } from "./key-check.ts";
import { lowestAfter } from "./key-memory.ts";
import { isAdopted, type KeySet, keysOf, keyValue, sharedOf, statesOf, without } from "./key-set.ts";
import { KeyStore, tokenOf } from "./key-store.ts";
import { warnings } from "./key-warnings.ts";
import { planned } from "./rotation.ts";
import { inFormerOrder } from "./unordered.ts";
import { bringKey, deleteKey, readKey, stateOf } from "./virtual-key.ts";

/** There is one set a resource, and it stays the same whatever becomes of its keys. */
const ID = "virtual-keys";

/**
 * A set of LiteLLM's virtual keys as one resource, because Pulumi writes its whole state again for each resource that
 * changes. Each key has its own life in it: one that fails keeps no other one from being made, changed or deleted.
 *
 * After an update that failed in part, Pulumi keeps the inputs of the one before. What there is, is therefore read from the
 * outputs alone; of the inputs comes what is wanted, and what a preview shows.
 */
export const provider: Lifecycle<KeySet> = {
  /** Takes what calls may take from the settings of the last update. */
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
    const changes = changesOf(olds, news);
    for (const warning of warnings(changes)) await announce(warning);
    const isChanged = changes.leaving.size + changes.unsettled.size > 0;
    const isSame = !isChanged && isDeepStrictEqual(sharedOf(olds), sharedOf(news));
    // Told nothing, the engine compares the inputs itself, and shows what differs; told that something does, it shows all.
    return { ...(isSame && { changes: false }), replaces: [] };
  },

  async create(inputs) {
    return { id: ID, outs: await bring({}, inputs) };
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
    return { outs: await bring(olds, news) };
  },

  async delete(_id, props) {
    const store = storeOf(props);
    const results = await store.forEach(statesOf(props), (key) => deleteKey(store, key));
    const failures = failedKeys(failuresOf(results));
    if (failures.length > 0) throw new Error(failures.join("\n"));
  },
};

/** Brings all keys from one state to what is wanted. @returns The state. */
async function bring(olds: Partial<KeySet>, news: KeySet): Promise<KeySet> {
  const { before, wanted, leaving, unsettled, renamed } = changesOf(olds, news);
  const store = storeOf(news);
  // First, so that another key can have the alias of one that goes, or of one that gets another.
  const deleted = await store.forEach(leaving, (key) => deleteKey(store, key));
  // One that can't be renamed fails once more below. Until then it works under this name, which nobody else can have.
  await store.forEach(renamed, ({ token }) => store.rename(token, `renamed-${token}`));
  const brought = await store.forEach(unsettled, (key, name) => bringKey(store, before.get(name), key));

  const keys = new Map(before);
  for (const [name, key] of wanted) {
    const last = before.get(name);
    if (last && !unsettled.has(name)) keys.set(name, stateOf(key, last.token));
  }
  for (const [name, { status }] of deleted) if (status === "fulfilled") keys.delete(name);
  for (const [name, result] of brought) if (result.status === "fulfilled") keys.set(name, result.value);
  const gone = [...before].filter(([name]) => {
    const key = keys.get(name);
    return !key || isAdopted(key);
  });
  const failures = failuresOf([...deleted, ...brought]);
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
  const reasons = failedKeys(failures);
  throw Object.assign(new Error(reasons.join("\n")), { id: ID, properties, reasons });
}

function storeOf({ gatewayAccess, masterKey }: KeySet): KeyStore {
  return new KeyStore(new LiteLlmClient(gatewayAccess, masterKey));
}
