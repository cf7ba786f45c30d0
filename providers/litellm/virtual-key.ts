import { isDeepStrictEqual } from "node:util";

import type * as pulumi from "@pulumi/pulumi";

import type { Access } from "../access.ts";
import type { Configure, Lifecycle } from "../shell.ts";
import { setCallLimits } from "./call-limits.ts";
import { LiteLlmClient, LiteLlmError } from "./client.ts";
import { keyFailures } from "./key-check.ts";
import { KEY_FIELDS } from "./key-fields.ts";
import type { KeySettings } from "./key-settings.ts";
import { expiryOf, KeyStore, type StoredKey, tokenOf } from "./key-store.ts";
import { fromWire } from "./key-wire.ts";
import { replacedAlias, replacedKeys, type Rotation } from "./rotation.ts";

export interface Inputs extends KeySettings, Omit<Rotation, "alias" | "key"> {
  /** The way to the proxy. */
  gateway: Access;
  /** Secret. */
  masterKey: string;
  /** The key itself: secret, chosen by us, `sk-` and at least 13 more characters. Empty for an adopted one of unknown value. */
  key: string;
  /** Alias, or SHA-256, of a key that exists: it is taken over in place of making one. */
  adopt?: string;
}

export interface State extends Inputs {
  /** SHA-256 of the key: LiteLLM's name for it, and no secret. */
  token: string;
  /** When it expires, as ISO 8601. */
  expires?: string;
}

/** Takes what calls may take from the settings of the last update. */
export const configure: Configure = (config) => {
  setCallLimits(config.get("llm-gateway:litellm"));
};

/**
 * LiteLLM's virtual keys. Because the key is ours to choose, create can be repeated: a reply that got lost or a run that
 * was killed leaves neither an orphan on the server nor a key that nobody knows. A resource lives as long as its owner
 * needs a key; the key in it may be replaced by an update, with the old one valid beside it for a while.
 */
export const provider: Lifecycle<Inputs, State> = {
  async check(olds, news) {
    const failures = keyFailures({ ...olds }, { ...news });
    const replaced = replacedKeys(olds, news);
    return { inputs: { ...news, ...(replaced.length > 0 && { replaced }) }, failures };
  },

  async diff(_id, olds, news) {
    const compared = [...KEY_FIELDS, "gateway", "masterKey", "key", "replaced"] as const;
    const changes = compared.some((field) => !isDeepStrictEqual(olds[field], news[field]));
    // When it is replaced because somebody asks for it, it is by a key of the same value.
    return { changes, replaces: [], deleteBeforeReplace: true };
  },

  async create(inputs) {
    const store = storeOf(inputs);
    if (inputs.adopt !== undefined) return adopt(store, inputs, inputs.adopt);
    const token = tokenOf(inputs.key);
    const stored = await store.create(inputs.key, settingsOf(inputs));
    return { id: token, outs: stateOf(inputs, token, stored) };
  },

  async read(id, props): Promise<pulumi.dynamic.ReadResult<State>> {
    if (!props) throw new Error("A virtual key can't be imported: name it in `adopt`, and run `pulumi up`.");
    const stored = await storeOf(props).find(props.token);
    const { token } = props;
    if (!stored) {
      if (!props.replaced) return {};
      // Its predecessors are still to be deleted, so the resource stays: with all settings to be made again.
      const rest = withoutSettings(props);
      return { id, props: { ...rest, token } as State, inputs: rest as State };
    }
    const inputs: Inputs = { ...withoutSettings(props), ...fromWire(stored, seenSettings(props, stored)) };
    // Inputs that differ from the code's let the next preview name the property that was changed behind our back.
    return { id, props: stateOf(inputs, token, stored), inputs: inputs as State };
  },

  async update(_id, olds, news) {
    const store = storeOf(news);
    const token = news.key ? tokenOf(news.key) : olds.token;
    const isSame = token === olds.token;
    const kept = (news.replaced ?? [])
      .map(({ alias }) => alias)
      .filter((alias) => isSame || alias !== aliasOf(olds, news));
    for (const { alias } of olds.replaced ?? []) {
      if (!kept.includes(alias)) await store.deleteNamed(alias, { except: olds.token });
    }
    const stored = isSame ? await updated(store, token, olds, news) : await rotated(store, olds, news);
    return { outs: stateOf(news, token, stored) };
  },

  async delete(_id, props) {
    const store = storeOf(props);
    await store.delete(props.token).catch((error: unknown) => {
      throw undeletable(props.alias, error);
    });
    for (const { alias } of props.replaced ?? []) await store.deleteNamed(alias, { except: props.token });
  },
};

function storeOf({ gateway, masterKey }: Inputs): KeyStore {
  return new KeyStore(new LiteLlmClient(gateway, masterKey));
}

/** Takes over a key that exists. */
async function adopt(store: KeyStore, inputs: Inputs, name: string): Promise<{ id: string; outs: State }> {
  const isHash = /^[0-9a-f]{64}$/.test(name);
  let named = isHash ? [{ token: name }] : await store.named(name);
  // An attempt whose reply got lost may have given it its new alias already.
  if (named.length === 0) named = await store.named(inputs.alias);
  const [{ token } = { token: "" }, ...others] = named;
  const found = token && others.length === 0 ? await store.find(token) : undefined;
  if (!found) {
    const count = others.length === 0 ? "no key" : `${named.length} keys`;
    throw new Error(
      `LiteLLM has ${count} with the alias or hash \`${name}\`, which \`adopt\` names: name one that exists, by its hash if need be, or remove \`adopt\` to make a new key.`,
    );
  }
  if (inputs.key && tokenOf(inputs.key) !== token) {
    throw new Error(
      `\`key\` is not the value of the key that \`adopt\` names (\`${name}\`): correct it, or leave it out.`,
    );
  }
  const settings = settingsOf(inputs);
  const stored = await store.update(token, settings, fromWire(found, {}));
  return { id: token, outs: stateOf(inputs, token, stored) };
}

/** Brings the key in line, and makes it anew if somebody deleted it. */
async function updated(store: KeyStore, token: string, olds: State, news: Inputs): Promise<StoredKey> {
  try {
    return await store.update(token, settingsOf(news), settingsOf(olds));
  } catch (error) {
    if (!(error instanceof LiteLlmError && error.status === 404)) throw error;
    if (!news.key) {
      throw new Error(
        `The key \`${news.alias}\` was deleted from LiteLLM, and its value is not known: raise \`generation\` for a new one.`,
        { cause: error },
      );
    }
    return store.create(news.key, settingsOf(news));
  }
}

/** Makes a new key beside the old one, which keeps working as long as `replaced` says. Each step may be repeated. */
async function rotated(store: KeyStore, olds: State, news: Inputs): Promise<StoredKey> {
  const alias = aliasOf(olds, news);
  const old = await store.find(olds.token);
  await store.rename(olds.token, alias);
  // The budget is not doubled: what the old key spent counts.
  const stored = await store.create(news.key, settingsOf(news), Number(old?.["spend"] ?? 0));
  // Last, so that nobody is without a valid key if making the new one fails.
  const until = news.replaced?.find((key) => key.alias === alias)?.until;
  await (until === undefined ? store.delete(olds.token) : store.expire(olds.token, new Date(until)));
  return stored;
}

/** What the old key is called once the new one is there. */
function aliasOf(olds: Partial<State>, news: Inputs): string {
  return replacedAlias({ alias: olds.alias ?? news.alias, generation: olds.generation ?? 1 });
}

function stateOf(inputs: Inputs, token: string, stored: StoredKey): State {
  const expires = expiryOf(stored);
  return { ...inputs, token, ...(expires !== undefined && { expires }) };
}

function settingsOf(inputs: Inputs): KeySettings {
  const present = KEY_FIELDS.filter((field) => inputs[field] !== undefined);
  return Object.fromEntries(present.map((field) => [field, inputs[field]])) as unknown as KeySettings;
}

/** A gateway that is gone takes its keys along, but only its user knows that it will not come back. */
function undeletable(alias: string, error: unknown): unknown {
  if (error instanceof LiteLlmError && error.status < 500) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const last = `If the gateway is gone for good, so is the key \`${alias}\`: forget it with \`pulumi state delete\`.`;
  return new Error(`${reason} ${last}`, { cause: error });
}

/** What the code said last. The server tells no duration: if the expiry is another one, it was changed to what is left. */
function seenSettings(props: State, stored: StoredKey): KeySettings {
  const { duration, ...settings } = settingsOf(props);
  const expires = expiryOf(stored);
  const isNew = props.expires === undefined && duration !== undefined;
  if (expires === props.expires || isNew) return { ...settings, ...(duration !== undefined && { duration }) };
  if (expires === undefined) return settings;
  return { ...settings, duration: `${Math.ceil((new Date(expires).getTime() - Date.now()) / 1000)}s` };
}

/** The inputs that are not the key's settings. */
function withoutSettings(props: State): Omit<Inputs, keyof KeySettings> {
  const others = Object.entries(props).filter(([name]) => ![...KEY_FIELDS, "token", "expires"].includes(name));
  return Object.fromEntries(others) as unknown as Omit<Inputs, keyof KeySettings>;
}
