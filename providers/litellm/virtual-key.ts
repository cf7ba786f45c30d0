import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type * as pulumi from "@pulumi/pulumi";

import type { Access } from "../access.ts";
import type { Lifecycle } from "../shell.ts";
import { LiteLlmClient, LiteLlmError } from "./client.ts";
import { fromWire, KEY_FIELDS, type KeySettings, toWire } from "./key-fields.ts";

export interface Inputs extends KeySettings {
  /** The way to the proxy. */
  gateway: Access;
  /** Secret. */
  masterKey: string;
  /** The key itself: secret, chosen by us, `sk-` and at least 13 more characters. */
  key: string;
}

export interface State extends Inputs {
  /** SHA-256 of the key: LiteLLM's name for it, and no secret. */
  token: string;
}

interface KeyInfo {
  info: Record<string, unknown> & { status?: string };
}

/**
 * LiteLLM's virtual keys. Because the key is ours to choose, create can be repeated: a reply that got lost or a run that
 * was killed leaves neither an orphan on the server nor a key that nobody knows.
 */
export const provider: Lifecycle<Inputs, State> = {
  async check(_olds, news) {
    return { inputs: news };
  },

  async diff(_id, olds, news) {
    const changed = [...KEY_FIELDS, "gateway" as const, "masterKey" as const].filter(
      (field) => !isDeepStrictEqual(olds[field], news[field]),
    );
    const replaces = olds.key === news.key ? [] : ["key"];
    // Two keys can't have the same alias.
    return { changes: changed.length + replaces.length > 0, replaces, deleteBeforeReplace: true };
  },

  async create(inputs) {
    const client = new LiteLlmClient(inputs.gateway, inputs.masterKey);
    const token = createHash("sha256").update(inputs.key).digest("hex");
    try {
      await client.post("/key/generate", { key: inputs.key, ...toWire(inputs) });
    } catch (error) {
      if (!isAliasTaken(error)) throw error;
    }
    // Neither answer proves anything: an alias may be taken by the very key of an attempt whose reply got lost, and of
    // a key that exists under another alias LiteLLM echoes the request without storing it.
    const stored = await find(client, token);
    if (!stored) {
      throw new Error(
        `LiteLLM has another key with the alias \`${inputs.alias}\`, which is not of this stack: choose another alias, or delete that key.`,
      );
    }
    if (!isDeepStrictEqual(fromWire(stored, inputs), settingsOf(inputs))) {
      await client.post("/key/update", { key: token, ...toWire(inputs) });
    }
    return { id: token, outs: { ...inputs, token } };
  },

  async read(id, props): Promise<pulumi.dynamic.ReadResult<State>> {
    if (!props) throw new Error("A virtual key can't be imported: LiteLLM does not tell a key once it is made.");
    const client = new LiteLlmClient(props.gateway, props.masterKey);
    const stored = await find(client, id);
    if (!stored) return {};
    const { gateway, masterKey, key, token } = props;
    const inputs = { gateway, masterKey, key, ...fromWire(stored, settingsOf(props)) };
    // Inputs that differ from the code's let the next preview name the property that was changed behind our back.
    return { id, props: { ...inputs, token }, inputs: inputs as State };
  },

  async update(id, olds, news) {
    const client = new LiteLlmClient(news.gateway, news.masterKey);
    await client.post("/key/update", { key: id, ...toWire(news, olds) });
    return { outs: { ...news, token: id } };
  },

  async delete(id, props) {
    const client = new LiteLlmClient(props.gateway, props.masterKey);
    try {
      await client.post("/key/delete", { keys: [id] });
    } catch (error) {
      // It was gone already.
      if (!(error instanceof LiteLlmError && error.status === 404)) throw error;
    }
  },
};

/** What the server holds of a key; nothing for one that it never had or that was deleted, which it tells differently. */
async function find(client: LiteLlmClient, token: string): Promise<Record<string, unknown> | undefined> {
  try {
    const { info } = await client.get<KeyInfo>(`/key/info?key=${token}`);
    return info.status === "deleted" ? undefined : info;
  } catch (error) {
    if (error instanceof LiteLlmError && error.status === 404) return undefined;
    throw error;
  }
}

function isAliasTaken(error: unknown): boolean {
  return error instanceof LiteLlmError && error.status === 400 && error.message.includes("already exists");
}

function settingsOf(inputs: Inputs): KeySettings {
  const present = KEY_FIELDS.filter((field) => inputs[field] !== undefined);
  return Object.fromEntries(present.map((field) => [field, inputs[field]])) as unknown as KeySettings;
}
