import "../../toolchain/exit-with-engine.ts";

import { isDeepStrictEqual } from "node:util";

import type { Access } from "../access/access.ts";
import type { Lifecycle } from "../shell.ts";
import { SagewaiClient, SagewaiError } from "./client.ts";
import { enrollmentHash, enrollmentValue } from "./enrollment-value.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/sagewai/enrollment-key.ts";
  type: "sagewai:EnrollmentKey";
}

export interface Inputs {
  /** The way to the admin. */
  adminAccess: Access;
  /** Opens its API: secret. */
  apiToken: string;
  /** Identity of the server that its database is on: if it changes, the key is recreated. Default: it never changes. */
  databaseServer?: string | undefined;
  pool: string;
  /** The project that the key registers workers for. Default: they take tasks that belong to no project. */
  project?: string | undefined;
  /** What the key's value is derived from: secret. */
  seed: string;
  /** Not set in code: 1, and one more each time that the key was revoked behind our back. */
  generation?: number;
  /** Not set in code: what a refresh has found. A key that was revoked gets another value, since it may have leaked. */
  lost?: "revoked" | "missing";
}

export interface Outputs extends Inputs {
  generation: number;
  /** Sagewai's name for the key, and no secret. */
  keyId: string;
}

/** What Sagewai lists of a key. */
interface Listed {
  id: string;
  revoked: boolean;
}

const KEYS = "/fleet/enrollment-keys";

/** Nobody revokes this many keys of a pool: an admin that says so is not asked for ever. */
const MOST_GENERATIONS = 100;

/**
 * The enrollment key of a pool, in Sagewai. The state has its value before Sagewai does, and to declare it is one call that
 * withdraws the pool's other keys as well (components/sagewai/pool_keys.py): whatever a kill interrupts, the next run makes
 * the same call.
 */
export const provider: Lifecycle<Inputs, Outputs> = {
  async check(olds, news) {
    const { generation = 1, lost } = olds as Partial<Inputs>;
    return { inputs: { ...news, generation: lost === "revoked" ? generation + 1 : generation } };
  },

  async diff(_id, olds, news) {
    const isSame =
      olds.lost === undefined &&
      olds.generation >= (news.generation ?? 1) &&
      isDeepStrictEqual(settings(olds), settings(news));
    // Told nothing, the engine compares the inputs itself, and shows what differs.
    return { ...(isSame && { changes: false }), replaces: [] };
  },

  async create(inputs) {
    return { id: inputs.pool, outs: await declare(inputs) };
  },

  async read(id, props) {
    if (props?.keyId === undefined) throw new Error("An enrollment key can't be imported: `pulumi up` makes it.");
    const { keys } = await clientOf(props).call<{ keys: Listed[] }>("GET", KEYS);
    const { keyId, ...inputs } = props;
    delete inputs.lost;
    const lost = lossOf(keys.find((key) => key.id === keyId));
    // Inputs that differ from the code's let the next preview show what was lost.
    return { id, props: { ...inputs, keyId, ...lost }, inputs: { ...inputs, ...lost } as unknown as Outputs };
  },

  async update(_id, olds, news) {
    return { outs: await declare({ ...news, generation: Math.max(olds.generation, news.generation ?? 1) }) };
  },

  async delete(_id, props) {
    await withdraw(props);
  },
};

/** Tells Sagewai the key. One that was revoked stays so, and the next generation takes its place. */
async function declare(inputs: Inputs): Promise<Outputs> {
  const { pool, project, seed } = inputs;
  const client = clientOf(inputs);
  const scope = project === undefined ? "no project" : `project ${project}`;
  for (let generation = inputs.generation ?? 1; generation <= MOST_GENERATIONS; generation += 1) {
    const name = `pool ${pool}, ${scope}, sha256 ${enrollmentHash(enrollmentValue(seed, generation))}`;
    try {
      const body = { name, pools: [pool], max_uses: null };
      const made = await client.call<{ id: string; key: string }>("POST", KEYS, body);
      const outputs = { ...inputs, generation, keyId: made.id };
      if (made.key === "") return outputs;
      // Sagewai itself has taken the name for a name only, and made a key up.
      await withdraw(outputs);
    } catch (error) {
      if (error instanceof SagewaiError && error.status === 409) continue;
      throw error;
    }
    throw new Error("The Sagewai admin is that of a former release: run `pulumi up` without `--target`.");
  }
  throw new Error(`${MOST_GENERATIONS} enrollment keys of the pool ${pool} have been revoked. See the admin's log.`);
}

/** Revokes the key, with which Sagewai forgets who has registered with it. */
async function withdraw(key: Outputs): Promise<void> {
  try {
    await clientOf(key).call("DELETE", `${KEYS}/${key.keyId}`);
  } catch (error) {
    if (!(error instanceof SagewaiError && error.status === 404)) throw error;
  }
}

function lossOf(key: Listed | undefined): Pick<Inputs, "lost"> {
  if (key === undefined) return { lost: "missing" };
  return key.revoked ? { lost: "revoked" } : {};
}

/** What the program says of the key. */
function settings({ adminAccess, apiToken, databaseServer, pool, project, seed }: Inputs) {
  return { adminAccess, apiToken, databaseServer, pool, project, seed };
}

function clientOf({ adminAccess, apiToken }: Inputs): SagewaiClient {
  return new SagewaiClient(adminAccess, apiToken);
}
