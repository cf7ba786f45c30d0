import type { KeySettings } from "../../config/litellm/key-fields.ts";
import { answerTogether, Batcher, type KeyQuestion, whenGone } from "./batched-calls.ts";
import type { LiteLlmClient } from "./client.ts";
import { tokenOf } from "./key-value.ts";
import { differences, durationUntil, expiryOf, fromWire, type StoredKey, toWire } from "./key-wire.ts";
import { LiteLlmError } from "./litellm-error.ts";

/** The keys of a LiteLLM proxy. Each method may be repeated, and ends the same. */
export class KeyStore {
  readonly #client: LiteLlmClient;
  readonly #batcher: Batcher<KeyQuestion, StoredKey[]>;
  /** Teams that were looked for already: many keys may be in one. */
  readonly #teams = new Map<string, Promise<unknown>>();

  constructor(client: LiteLlmClient) {
    this.#client = client;
    this.#batcher = new Batcher((questions) => answerTogether(client, questions));
  }

  /**
   * Does the same for several keys, side by side and to its end, whatever becomes of the others. What it asks this store
   * to find or to delete is asked of LiteLLM together.
   */
  forEach<Key, Result>(
    keys: ReadonlyMap<string, Key>,
    task: (key: Key, name: string) => Promise<Result>,
  ): Promise<Map<string, PromiseSettledResult<Result>>> {
    return this.#batcher.forEach(keys, task);
  }

  /** A key by its hash; nothing for one that LiteLLM never had or that was deleted. */
  async find(token: string): Promise<StoredKey | undefined> {
    return (await this.#batcher.ask({ want: "key", token }))[0];
  }

  /** The keys with an alias, the oldest first. Mostly one; see {@link create}. */
  async named(alias: string): Promise<StoredKey[]> {
    return this.#batcher.ask({ want: "namesakes", alias });
  }

  /**
   * Makes a key, or finds it again if an earlier attempt made it whose reply got lost.
   *
   * @param spend US dollars that it starts with as spent.
   * @throws {Error} if another key has its alias.
   */
  async create(key: string, settings: KeySettings, spend = 0): Promise<StoredKey> {
    const token = tokenOf(key);
    if (settings.teamId !== undefined) await this.#findTeam(settings.teamId);
    try {
      await this.#client.post("/key/generate", { key, ...toWire(settings), ...(spend > 0 && { spend }) });
    } catch (error) {
      if (!isAliasTaken(error)) throw error;
    }
    // Neither answer proves anything: the alias may be taken by the very key of an attempt whose reply got lost, and of
    // a key that exists under another alias LiteLLM echoes the request without storing it.
    const namesakes = await this.named(settings.alias);
    const stored = namesakes.find((namesake) => namesake.token === token) ?? (await this.find(token));
    if (!stored) throw aliasTaken();
    // LiteLLM looks whether the alias is free, then inserts: of several at once some may pass. The oldest one stays.
    const [oldest] = namesakes;
    if (oldest && oldest.token !== token) {
      if (stored["key_alias"] === settings.alias) await this.delete(token);
      throw aliasTaken();
    }
    const before = { ...fromWire(stored, settings), duration: expiryOf(stored) };
    // Of one that was replaced before, and is to be the key again, the end that it was given then goes.
    const isRight = (before.duration === undefined) === (settings.duration === undefined);
    return isRight && differences(before, { ...settings, duration: before.duration }).length === 0
      ? stored
      : this.update(token, settings, before);
  }

  /**
   * Updates a key to the settings.
   *
   * @throws {LiteLlmError} that says so if there is no such key; {@link Error} if another key has its alias, or if
   *   LiteLLM stored something else.
   */
  async update(token: string, settings: KeySettings, before: Partial<KeySettings>): Promise<StoredKey> {
    if (settings.softBudget !== undefined && before.budgetId !== undefined) {
      // Else the soft budget would be that of every key that shares the budget.
      await this.#client.post("/key/update", { key: token, budget_id: null });
    }
    try {
      await this.#send(token, toWire(settings, before), before.teamId);
    } catch (error) {
      throw isAliasTaken(error) ? aliasTaken() : error;
    }
    const stored = (await this.find(token)) ?? {};
    const wrong = differences(fromWire(stored, settings), settings);
    if (wrong.length > 0) {
      const values = wrong.map((name) => `\`${name}\` as ${JSON.stringify(fromWire(stored, settings)[name] ?? null)}`);
      throw new Error(
        `LiteLLM took the settings, but stored ${values.join(", ")}: write it so, or what LiteLLM knows.`,
      );
    }
    return stored;
  }

  /**
   * Sends the settings of a key. LiteLLM lets a key into a team only if what it may do until then is no more than the
   * team's, whatever else is asked for in the same call: so it gets its other settings first.
   *
   * @param before The team that it is in.
   */
  async #send(token: string, settings: Record<string, unknown>, before: string | undefined): Promise<void> {
    const { team_id: team, ...others } = settings;
    if (typeof team !== "string" || team === before) {
      await this.#client.post("/key/update", { key: token, ...settings });
      return;
    }
    await this.#client.post("/key/update", { key: token, ...others });
    await this.#client.post("/key/update", { key: token, team_id: team }).catch((error: unknown) => {
      throw isTeamMissing(error) ? teamMissing(team, error) : error;
    });
  }

  /**
   * Puts the keys with an alias into the team of the key that took their place, with what that may do; see {@link #send}.
   *
   * @param except The key that took their place.
   */
  async move(alias: string, settings: KeySettings, { except }: { except: string }): Promise<void> {
    const { teamId: team_id = null, models = [], tpmLimit = null, rpmLimit = null } = settings;
    for (const { token = "", team_id: before } of await this.named(alias)) {
      if (token === except || (before ?? null) === team_id) continue;
      const wire = { team_id, models, tpm_limit: tpmLimit, rpm_limit: rpmLimit };
      await this.#send(token, wire, undefined).catch(whenGone);
    }
  }

  /** LiteLLM makes a key of a team that doesn't exist without a word, and then no limit of a team holds for it. */
  #findTeam(team: string): Promise<unknown> {
    const query = `team_id=${encodeURIComponent(team)}&key_limit=1`;
    const looked =
      this.#teams.get(team) ??
      this.#client.get(`/team/info?${query}`).catch((error: unknown) => {
        throw error instanceof LiteLlmError && error.isMissing ? teamMissing(team, error) : error;
      });
    this.#teams.set(team, looked);
    return looked;
  }

  /** Gives a key another alias, so that its successor can have the one it had. One that is gone has none. */
  async rename(token: string, alias: string): Promise<void> {
    await this.#client.post("/key/update", { key: token, key_alias: alias }).catch(whenGone);
  }

  /** Lets LiteLLM refuse a key from a moment on, unless it expires before that anyway. */
  async expire(token: string, until: Date): Promise<void> {
    const stored = await this.find(token);
    const expiry = stored && expiryOf(stored);
    if (!stored || (expiry !== undefined && new Date(expiry) <= until)) return;
    await this.#client.post("/key/update", { key: token, duration: durationUntil(until) }).catch(whenGone);
  }

  async delete(token: string): Promise<void> {
    await this.#batcher.ask({ want: "deletion", token });
  }

  /** Deletes whatever has the alias, but never `except`. */
  async deleteNamed(alias: string, { except }: { except: string }): Promise<void> {
    for (const { token } of await this.named(alias)) {
      if (token !== undefined && token !== except) await this.delete(token);
    }
  }
}

function isAliasTaken(error: unknown): boolean {
  return error instanceof LiteLlmError && error.status === 400 && error.message.includes("already exists");
}

function isTeamMissing(error: unknown): boolean {
  return error instanceof LiteLlmError && error.status === 404 && error.message.includes("Team doesn't exist");
}

function teamMissing(team: string, cause: unknown): Error {
  const remedy = "run `pulumi refresh`, which finds that, and then `pulumi up`, which makes it again";
  return new Error(`Its team \`${team}\` is gone from LiteLLM: ${remedy}.`, { cause });
}

function aliasTaken(): Error {
  return new Error(
    "LiteLLM has another key with this alias, which is not of this set: choose another `alias`, delete that key, or take it over with `adopt`.",
  );
}
