import { isDeepStrictEqual } from "node:util";

import {
  CLOSED_FIELDS,
  MARK,
  SYSTEM_METADATA,
  TEAM_FIELDS,
  type TeamSettings,
} from "../../config/litellm/team-fields.ts";
import { whenGone } from "./batched-calls.ts";
import type { LiteLlmClient } from "./client.ts";
import { LiteLlmError } from "./litellm-error.ts";

/** A team as the program wants it. */
export interface Team extends TeamSettings {
  /** The team's id in LiteLLM, and its name there. */
  name: string;
  /** What only this stack writes into the team's metadata: it proves that a team of this name is ours. */
  mark: string;
}

/** A team as LiteLLM has it, in this package's names. */
export interface StoredTeam extends TeamSettings {
  /** Empty for one that bears none. */
  mark: string;
  /** What was entered by hand that no setting of ours sets, in LiteLLM's names. Default: nothing. */
  byHand?: Record<string, unknown>;
}

type Wire = Record<string, unknown>;
type Name = keyof TeamSettings;

const NAMES = Object.keys(TEAM_FIELDS) as Name[];

/** The teams of a LiteLLM proxy. Each method may be repeated, and ends the same. */
export class TeamStore {
  readonly #client: LiteLlmClient;

  constructor(client: LiteLlmClient) {
    this.#client = client;
  }

  /** A team by its name; nothing for one that LiteLLM doesn't have. */
  async find(name: string): Promise<StoredTeam | undefined> {
    try {
      // All of its keys come along otherwise.
      const query = `team_id=${encodeURIComponent(name)}&key_limit=1`;
      return storedTeam((await this.#client.get<{ team_info: Wire }>(`/team/info?${query}`)).team_info);
    } catch (error) {
      whenGone(error);
      return undefined;
    }
  }

  /**
   * Makes a team, or takes it over from an earlier attempt whose reply got lost.
   *
   * @throws {Error} if there is a team of this name that isn't this stack's.
   */
  async create(team: Team): Promise<void> {
    try {
      await this.#client.post("/team/new", toWire(team));
    } catch (error) {
      if (!isTaken(error)) throw error;
      if ((await this.find(team.name))?.mark !== team.mark) throw notOurs(team.name);
    }
    // An earlier attempt may have had other settings, and not all of a team's can be said when it is made.
    await this.update(team);
  }

  /** Makes a team that exists what is wanted, and one that somebody deleted again. @throws {Error} if LiteLLM stored something else. */
  async update(team: Team): Promise<void> {
    try {
      await this.#client.post("/team/update", { ...toWire(team), ...CLOSED_FIELDS });
    } catch (error) {
      whenGone(error);
      await this.create(team);
      return;
    }
    const stored = await this.find(team.name);
    const wrong = NAMES.filter((name) => !isSame(name, stored?.[name], team[name]));
    if (wrong.length === 0) return;
    const values = wrong.map((name) => `\`${name}\` as ${JSON.stringify(stored?.[name] ?? null)}`);
    throw new Error(`LiteLLM took the settings of the team \`${team.name}\`, but stored ${values.join(", ")}.`);
  }

  /**
   * Deletes a team that has no keys any more: LiteLLM deletes all those that it has along with it, without asking.
   *
   * @throws {Error} that names the keys which it still has.
   */
  async delete(name: string): Promise<void> {
    const keys = await this.#keysOf(name);
    if (keys.length > 0) throw hasKeys(name, keys);
    await this.#client.post("/team/delete", { team_ids: [name] }).catch(whenGone);
  }

  /** What the keys of a team are called, those among them that have expired. */
  async #keysOf(name: string): Promise<string[]> {
    const query = `team_id=${encodeURIComponent(name)}&return_full_object=true&size=100`;
    const { keys, total_count: count } = await this.#client.get<{ keys: Wire[]; total_count: number }>(
      `/key/list?${query}`,
    );
    const names = keys.map((key) => String(key["key_alias"] ?? key["key_name"] ?? key["token"]));
    return count > names.length ? [...names, `${count - names.length} more`] : names;
  }
}

/** Whether a setting is the same in both: absent is the same as cleared, and the order of models means nothing. */
export function isSame(name: Name, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normal(name, one), normal(name, other));
}

function normal(name: Name, value: unknown): unknown {
  const whole = value ?? TEAM_FIELDS[name].cleared;
  return Array.isArray(whole) ? whole.toSorted() : whole;
}

function toWire(team: Team): Wire {
  const fields = NAMES.map((name) => [TEAM_FIELDS[name].wire, team[name] ?? TEAM_FIELDS[name].cleared] as const);
  return {
    ...{ team_id: team.name, team_alias: team.name },
    ...Object.fromEntries(fields),
    metadata: { ...team.metadata, [MARK]: team.mark },
  };
}

function storedTeam(info: Wire): StoredTeam {
  const stored = (info["metadata"] ?? {}) as Wire;
  const own = Object.entries(stored).filter(([name]) => name !== MARK && name !== SYSTEM_METADATA);
  const metadata = Object.fromEntries(own);
  const values = NAMES.map((name) => [name, name === "metadata" ? metadata : info[TEAM_FIELDS[name].wire]] as const);
  const filled = values.filter(([name, value]) => !isSame(name, value, undefined));
  const byHand = Object.entries(info).filter(([name, value]) => name in CLOSED_FIELDS && !isNothing(value));
  return {
    ...({ models: [], ...Object.fromEntries(filled) } as TeamSettings),
    mark: typeof stored[MARK] === "string" ? stored[MARK] : "",
    ...(byHand.length > 0 && { byHand: Object.fromEntries(byHand) }),
  };
}

function isNothing(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false;
}

function isTaken(error: unknown): boolean {
  return error instanceof LiteLlmError && error.status === 400 && error.message.includes("already exists");
}

function notOurs(name: string): Error {
  return new Error(
    `LiteLLM has a team \`${name}\` that this stack didn't make: write another name in \`teams\`, or delete that team in LiteLLM once its keys are in another one. LiteLLM deletes a team's keys with it.`,
  );
}

function hasKeys(name: string, keys: string[]): Error {
  const named = keys.map((key) => `\`${key}\``).join(", ");
  return new Error(
    `The team \`${name}\` still has keys in LiteLLM, which would be deleted with it: ${named}. Move those that people made to another team or delete them, in LiteLLM's UI or by \`POST /key/update\`, and run the same command again; those of this stack leave with the next \`pulumi up\` without \`--target\`.`,
  );
}
