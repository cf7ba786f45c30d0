import pg from "pg";
import { z } from "zod";

import type { Values } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import { scramVerifier, verifies } from "./scram.ts";
import type { PostgresServer } from "./server.ts";

const { escapeIdentifier, escapeLiteral } = pg;

const flag = z.boolean().default(false);
const inputs = z.object({
  name: z.string().min(1, "it must not be empty"),
  password: z.string().optional(),
  login: flag,
  superuser: flag,
  createDatabase: flag,
  createRole: flag,
  inherit: z.boolean().default(true),
  replication: flag,
  bypassRowLevelSecurity: flag,
  connectionLimit: z.int().min(-1, "it must be -1 (no limit) or more").default(-1),
  /** The roles that it is a member of. */
  roles: z.array(z.string()).default([]),
  skipDropRole: flag,
  skipReassignOwned: flag,
  encryptedPassword: z.literal(true, "the offline plugin always stores passwords encrypted").default(true),
  validUntil: z.literal("infinity", "the offline plugin only has infinity").default("infinity"),
});
type Inputs = z.output<typeof inputs>;

const COLUMNS = `
  rolname AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreatedb AS "createDatabase",
  rolcreaterole AS "createRole", rolinherit AS inherit, rolreplication AS replication,
  rolbypassrls AS "bypassRowLevelSecurity", rolconnlimit AS "connectionLimit",
  ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = role.oid ORDER BY 1) AS roles`;

/** A role of the server. */
export function roleType(server: PostgresServer): ResourceType<typeof inputs> {
  return {
    inputs,
    replaceOn: [],
    sets: ["roles"],
    secretOutputs: ["password"],
    deleteBeforeReplace: true,

    async create(wanted, urn) {
      await server.transaction((client) => createRole(client, wanted, urn));
      return { id: wanted.name, outputs: wanted };
    },

    read: (id, state) => server.connected((client) => readRole(client, id, state)),

    async update(state, wanted) {
      const before = String(state["name"]);
      await server.transaction(async (client) => {
        if (before !== wanted.name) {
          await client.query(`ALTER ROLE ${escapeIdentifier(before)} RENAME TO ${escapeIdentifier(wanted.name)}`);
        }
        const password = before !== wanted.name || state["password"] !== wanted.password;
        await client.query(`ALTER ROLE ${escapeIdentifier(wanted.name)} WITH ${roleOptions(wanted, password)}`);
        await setMemberships(client, wanted);
      });
      return wanted;
    },

    async delete(state) {
      const name = String(state["name"]);
      const role = escapeIdentifier(name);
      await server.transaction(async (client) => {
        const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [name]);
        if (rowCount === 0) return;
        if (state["skipReassignOwned"] !== true) {
          await server.asMember(client, name, async () => {
            await client.query(`REASSIGN OWNED BY ${role} TO ${escapeIdentifier(server.user)}`);
            await client.query(`DROP OWNED BY ${role}`);
          });
        }
        if (state["skipDropRole"] !== true) await client.query(`DROP ROLE ${role}`);
      });
    },
  };
}

/** The options of CREATE ROLE and ALTER ROLE. */
export function roleOptions(wanted: Inputs, withPassword: boolean): string {
  const option = (name: string, on: boolean) => (on ? name : `NO${name}`);
  const password = wanted.password === undefined ? "NULL" : escapeLiteral(scramVerifier(wanted.password));
  return [
    option("LOGIN", wanted.login),
    option("SUPERUSER", wanted.superuser),
    option("CREATEDB", wanted.createDatabase),
    option("CREATEROLE", wanted.createRole),
    option("INHERIT", wanted.inherit),
    option("REPLICATION", wanted.replication),
    option("BYPASSRLS", wanted.bypassRowLevelSecurity),
    `CONNECTION LIMIT ${wanted.connectionLimit}`,
    ...(withPassword ? [`PASSWORD ${password}`] : []),
  ].join(" ");
}

/** A role says in its comment whose it is, so that a run that was killed can be repeated, and nobody else's is taken. */
async function createRole(client: pg.Client, wanted: Inputs, urn: string): Promise<void> {
  const role = escapeIdentifier(wanted.name);
  const mark = `Managed by Pulumi as ${urn}`;
  const { rows } = await client.query<{ comment: string | null }>(
    "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1",
    [wanted.name],
  );
  const [existing] = rows;
  if (existing && existing.comment !== mark) {
    throw new Error(`role ${wanted.name} already exists, made by someone else; drop it or choose another name`);
  }
  await client.query(`${existing ? "ALTER" : "CREATE"} ROLE ${role} WITH ${roleOptions(wanted, true)}`);
  await client.query(`COMMENT ON ROLE ${role} IS ${escapeLiteral(mark)}`);
  await setMemberships(client, wanted);
}

async function setMemberships(client: pg.Client, { name, roles }: Inputs): Promise<void> {
  const { rows } = await client.query<{ role: string }>(
    "SELECT pg_get_userbyid(roleid)::text AS role FROM pg_auth_members WHERE pg_get_userbyid(member) = $1",
    [name],
  );
  const current = rows.map((row) => row.role);
  for (const role of current.filter((role) => !roles.includes(role))) {
    await client.query(`REVOKE ${escapeIdentifier(role)} FROM ${escapeIdentifier(name)}`);
  }
  for (const role of roles.filter((role) => !current.includes(role))) {
    await client.query(`GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(name)}`);
  }
}

async function readRole(client: pg.Client, id: string, state: Values): Promise<Values | undefined> {
  const name = typeof state["name"] === "string" ? state["name"] : id;
  const { rows } = await client.query<Values>(`SELECT ${COLUMNS} FROM pg_roles AS role WHERE rolname = $1`, [name]);
  if (!rows[0]) return undefined;
  const { password, ...rest } = state;
  const kept = typeof password === "string" && (await isStill(client, name, password)) ? { password } : {};
  const unread = { skipDropRole: false, skipReassignOwned: false, encryptedPassword: true, validUntil: "infinity" };
  return { ...unread, ...rest, ...kept, ...rows[0] };
}

/** Whether the role still has the password; taken for granted by those who may not see. */
async function isStill(client: pg.Client, name: string, password: string): Promise<boolean> {
  const { rows } = await client.query<{ readable: boolean }>(
    "SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS readable",
  );
  if (!rows[0]?.readable) return true;
  const stored = await client.query<{ rolpassword: string | null }>(
    "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1",
    [name],
  );
  return verifies(password, stored.rows[0]?.rolpassword ?? "");
}
