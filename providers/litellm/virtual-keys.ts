import { isDeepStrictEqual } from "node:util";

import * as pulumi from "@pulumi/pulumi";

import type { Lifecycle } from "../shell.ts";
import { announce } from "../announce.ts";
import { setCallLimits } from "./call-limits.ts";
import { LiteLlmClient } from "./client.ts";
import { failedKeys } from "./failed-keys.ts";
import { keyFailures } from "./key-check.ts";
import {
  type KeyInputs,
  type KeySet,
  keysOf,
  type KeyState,
  keyValue,
  sharedOf,
  type Wanted,
  without,
} from "./key-set.ts";
import { KeyStore } from "./key-store.ts";
import { warnings } from "./key-warnings.ts";
import { plannedExpiry, replacedKeys } from "./rotation.ts";
import { bringKey, deleteKey, isSettled, readKey, stateOf } from "./virtual-key.ts";

/** There is one set a resource, and it stays the same whatever becomes of its keys. */
const ID = "virtual-keys";

/**
 * A set of LiteLLM's virtual keys as one resource, because Pulumi writes its whole state anew for each resource that
 * changes. Each key has its own life in it: one that fails keeps no other one from being made, changed or deleted.
 */
export const provider: Lifecycle<KeySet> = {
  /** Takes what calls may take from the settings of the last update. */
  async configure({ config }) {
    setCallLimits(config.get("llm-gateway:litellm"));
  },

  async check(olds, news) {
    const now = new Date();
    const before = keysOf<KeyInputs>(olds);
    const inputs: KeySet = { ...news };
    const failures: pulumi.dynamic.CheckFailure[] = [];
    for (const [name, key] of keysOf<KeyInputs>(news)) {
      const last = before.get(name);
      const from = last ? { ...last, key: keyValue(olds.keySeed, name, last) } : {};
      const wanted = wantedKey(news, name, key);
      const replaced = replacedKeys(from, wanted, now);
      const expires = plannedExpiry(from, wanted, now);
      inputs[name] = { ...key, ...(replaced.length > 0 && { replaced }), ...(expires !== undefined && { expires }) };
      const found = keyFailures({ ...from }, { ...wanted });
      failures.push(...found.map(({ reason }) => ({ property: "", reason: `\`${name}\`: ${reason}` })));
    }
    return { inputs, failures };
  },

  async diff(_id, olds, news) {
    const { before, leaving, unsettled } = changesOf(olds, news);
    for (const warning of warnings(before, leaving, unsettled)) await announce(warning);
    const isSame = leaving.size + unsettled.size === 0 && isDeepStrictEqual(sharedOf(olds), sharedOf(news));
    return {
      // Told nothing, the engine compares the inputs itself, and shows what differs; told that something does, it shows all.
      ...(isSame && { changes: false }),
      replaces: [],
      // When the set is replaced because somebody asks for it, it is by keys of the same values.
      deleteBeforeReplace: true,
    };
  },

  async create(inputs) {
    return { id: ID, outs: await bring({}, inputs) };
  },

  async read(id, props) {
    if (!props) throw new Error("Virtual keys can't be imported: name them in `adopt`, and run `pulumi up`.");
    const store = storeOf(props);
    const state: KeySet = { ...sharedOf(props) };
    const inputs: KeySet = { ...sharedOf(props) };
    for (const [name, result] of await store.forEach(keysOf<KeyState>(props), (key) => readKey(store, key))) {
      if (result.status === "rejected") throw result.reason;
      if (!result.value) continue;
      state[name] = result.value;
      inputs[name] = without(result.value, ["token"]);
    }
    // Inputs that differ from the code's let the next preview name the property that was changed behind our back.
    return { id, props: state, inputs };
  },

  async update(_id, olds, news) {
    return { outs: await bring(olds, news) };
  },

  async delete(_id, props) {
    const store = storeOf(props);
    const failures = failedKeys([...(await store.forEach(keysOf<KeyState>(props), (key) => deleteKey(store, key)))]);
    if (failures.length > 0) throw new Error(failures.join("\n"));
  },
};

/** Brings all keys from one state to what is wanted. @returns The state. */
async function bring(olds: Partial<KeySet>, news: KeySet): Promise<KeySet> {
  const store = storeOf(news);
  const { before, wanted, leaving, unsettled } = changesOf(olds, news);
  // First, so that another key can have the alias of one that goes.
  const deleted = await store.forEach(leaving, (key) => deleteKey(store, key));
  const brought = await store.forEach(unsettled, (key, name) => bringKey(store, before.get(name), key));

  const state: KeySet = { ...sharedOf(news), ...Object.fromEntries(before) };
  for (const [name, key] of wanted) {
    const last = before.get(name);
    if (last && !unsettled.has(name)) state[name] = stateOf(key, last.token);
  }
  for (const [name, { status }] of deleted) if (status === "fulfilled") Reflect.deleteProperty(state, name);
  for (const [name, result] of brought) if (result.status === "fulfilled") state[name] = result.value;
  const failures = failedKeys([...deleted, ...brought]);
  if (failures.length === 0) return state;
  // With an ID, the engine keeps what was done, and lets the next update do the rest.
  const properties = { ...state, __provider: news["__provider"] };
  throw Object.assign(new Error(failures.join("\n")), { id: ID, properties, reasons: failures });
}

/** What is to be done from one state to what is wanted, by name of the key. */
function changesOf(olds: Partial<KeySet>, news: KeySet) {
  const before = keysOf<KeyState>(olds);
  const wanted = new Map([...keysOf<KeyInputs>(news)].map(([name, key]) => [name, wantedKey(news, name, key)]));
  const leaving = new Map([...before].filter(([name]) => !wanted.has(name)));
  const unsettled = new Map(
    [...wanted].filter(([name, key]) => {
      const last = before.get(name);
      return !last || !isSettled(last, key);
    }),
  );
  return { before, wanted, leaving, unsettled };
}

function wantedKey({ keySeed }: KeySet, name: string, key: KeyInputs): Wanted {
  return { ...key, key: keySeed === pulumi.runtime.unknownValue ? keySeed : keyValue(keySeed, name, key) };
}

function storeOf({ gatewayAccess, masterKey }: KeySet): KeyStore {
  return new KeyStore(new LiteLlmClient(gatewayAccess, masterKey));
}
