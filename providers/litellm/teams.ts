import "../../toolchain/exit-with-engine.ts";

import { isDeepStrictEqual } from "node:util";

import { TEAM_FIELDS, type TeamSettings } from "../../config/litellm/team-fields.ts";
import type { Access } from "../access/access.ts";
import type { Lifecycle } from "../shell.ts";
import { LiteLlmClient } from "./client.ts";
import { setCallLimits } from "./retry-budget.ts";
import { isSame, type Team, TeamStore } from "./team-store.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/litellm/teams.ts";
  type: "litellm:Team";
}

export interface Inputs extends Team {
  /** The way to the proxy. */
  gatewayAccess: Access;
  /** LiteLLM's master key: secret. */
  masterKey: string;
  /** Identity of the server that the team is stored on: on another one, it doesn't exist yet. Default: it never changes. */
  databaseServer?: string;
  /** Not set in code: what a refresh has found that people entered in LiteLLM, and that goes with the next update. */
  byHand?: Record<string, unknown>;
}

const NAMES = Object.keys(TEAM_FIELDS) as (keyof TeamSettings)[];

/**
 * A team of LiteLLM's. Its id is its name, which the settings choose, so to make one can be repeated: whatever a kill
 * interrupts, the next run makes the same call, and finds by the mark in it that the team is this stack's.
 *
 * Keys are put into teams by their own resource, which depends on these: a team is there before its keys, and goes after
 * they have left it.
 */
export const provider: Lifecycle<Inputs> = {
  /** Takes the limits of calls from the settings of the last update. */
  async configure({ config }) {
    setCallLimits(config.get("llm-gateway:litellm"));
  },

  async check(_olds, news) {
    return { inputs: news };
  },

  async diff(_id, olds, news) {
    const isUnchanged =
      olds.byHand === undefined &&
      NAMES.every((name) => isSame(name, olds[name], news[name])) &&
      isDeepStrictEqual(others(olds), others(news));
    // Told nothing, the engine compares the inputs itself, and shows what differs.
    return { ...(isUnchanged && { changes: false }), replaces: [] };
  },

  async create(inputs) {
    await storeOf(inputs).create(inputs);
    return { id: inputs.name, outs: inputs };
  },

  async read(id, props) {
    if (props?.mark === undefined) throw new Error("A team can't be imported: name it in `teams`.");
    const stored = await storeOf(props).find(id);
    // Without an ID, the engine forgets it: the next update makes it again.
    if (!stored) return { id: "" };
    const found = { ...others(props), ...inFormerOrder(props, stored) };
    // Inputs that differ from the code's let the next preview name what was changed behind our back.
    return { id, props: found, inputs: found };
  },

  async update(_id, _olds, news) {
    await storeOf(news).update(news);
    return { outs: news };
  },

  async delete(id, props) {
    await storeOf(props).delete(id);
  },
};

/** What isn't a setting of LiteLLM's. */
function others({ name, mark, gatewayAccess, masterKey, databaseServer }: Inputs): Omit<Inputs, keyof TeamSettings> {
  return { name, mark, gatewayAccess, masterKey, ...(databaseServer !== undefined && { databaseServer }) };
}

/** What is stored, where it is the same as before in the words that it had. */
function inFormerOrder<Stored extends TeamSettings>(last: TeamSettings, stored: Stored): Stored {
  const same = NAMES.filter((name) => isSame(name, last[name], stored[name]));
  const present = same.filter((name) => last[name] !== undefined);
  return { ...stored, ...Object.fromEntries(present.map((name) => [name, last[name]])) };
}

function storeOf({ gatewayAccess, masterKey }: Inputs): TeamStore {
  return new TeamStore(new LiteLlmClient(gatewayAccess, masterKey));
}
