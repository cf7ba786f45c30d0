import pg from "pg";
import { z } from "zod";

import type { Values } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import { type PostgresServer, quoteLiteral } from "./server.ts";

const { escapeIdentifier } = pg;

const flag = z.boolean().default(false);
const inputs = z.object({
  name: z.string().min(1, "it must not be empty"),
  /** A password, or what PostgreSQL stores of one; it is sent as it is. */
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

/** The attributes that are on or off, and PostgreSQL's words for them. */
const ATTRIBUTES = {
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  inherit: "INHERIT",
  login: "LOGIN",
  bypassRowLevelSecurity: "BYPASSRLS",
  replication: "REPLICATION",
} as const;

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

    async create(wanted) {
      await server.transaction(async (client) => {
        await client.query(createStatement(wanted));
        await setMemberships(client, wanted);
      });
      return { id: wanted.name, outputs: await present(server, wanted) };
    },

    read: (id, state) => server.connected((client) => readRole(server, client, id, state)),

    async update(state, wanted) {
      await server.transaction(async (client) => {
        for (const statement of alterStatements(state, wanted)) await client.query(statement);
        await setMemberships(client, wanted);
      });
      return present(server, wanted);
    },

    async delete(state) {
      const name = String(state["name"]);
      const role = escapeIdentifier(name);
      await server.transaction(async (client) => {
        if (state["skipReassignOwned"] !== true) {
          await server.withRoleGranted(client, name, async () => {
            await client.query(`REASSIGN OWNED BY ${role} TO ${escapeIdentifier(server.user)}`);
            await client.query(`DROP OWNED BY ${role}`);
          });
        }
        if (state["skipDropRole"] !== true) await client.query(`DROP ROLE ${role}`);
      });
    },
  };
}

/** The statement that makes the role. As with the official plugin, whoever reads statements reads its password. */
export function createStatement(wanted: Inputs): string {
  const options = [
    wanted.password !== undefined &&
      `${wanted.password.toUpperCase() === "NULL" ? "" : "ENCRYPTED "}${passwordOf(wanted)}`,
    "VALID UNTIL 'infinity'",
    `CONNECTION LIMIT ${wanted.connectionLimit}`,
    ...attributes(wanted).map(([, words]) => words),
  ];
  return `CREATE ROLE ${escapeIdentifier(wanted.name)} WITH ${options.filter(Boolean).join(" ")}`;
}

/**
 * The statements that turn the role that is there into the one that is wanted, apart from its memberships. None names an
 * attribute that stays: only a superuser may say NOSUPERUSER of a role that is none. A password can't be taken away.
 */
export function alterStatements(state: Values, wanted: Inputs): string[] {
  const role = escapeIdentifier(wanted.name);
  const renamed = state["name"] !== wanted.name;
  const hasPassword = wanted.password !== undefined && wanted.password !== "";
  return [
    renamed && `ALTER ROLE ${escapeIdentifier(String(state["name"]))} RENAME TO ${role}`,
    hasPassword && (renamed || state["password"] !== wanted.password) && `ALTER ROLE ${role} ${passwordOf(wanted)}`,
    state["connectionLimit"] !== wanted.connectionLimit &&
      `ALTER ROLE ${role} CONNECTION LIMIT ${wanted.connectionLimit}`,
    ...attributes(wanted)
      .filter(([property]) => (state[property] ?? property === "inherit") !== wanted[property])
      .map(([, words]) => `ALTER ROLE ${role} WITH ${words}`),
  ].filter((statement) => statement !== false);
}

function attributes(wanted: Inputs): [keyof typeof ATTRIBUTES, string][] {
  const names = Object.keys(ATTRIBUTES) as (keyof typeof ATTRIBUTES)[];
  return names.map((name) => [name, wanted[name] ? ATTRIBUTES[name] : `NO${ATTRIBUTES[name]}`]);
}

function passwordOf({ password = "" }: Inputs): string {
  return `PASSWORD ${password.toUpperCase() === "NULL" ? "NULL" : quoteLiteral(password)}`;
}

/** Takes the role out of everything and puts it where it belongs; a search path that somebody gave it goes as well. */
async function setMemberships(client: pg.Client, { name, roles }: Inputs): Promise<void> {
  const role = escapeIdentifier(name);
  const { rows } = await client.query<{ former: string }>(
    "SELECT pg_get_userbyid(roleid)::text AS former FROM pg_auth_members WHERE pg_get_userbyid(member) = $1",
    [name],
  );
  for (const { former } of rows) await client.query(`REVOKE ${escapeIdentifier(former)} FROM ${role}`);
  for (const wanted of roles) await client.query(`GRANT ${escapeIdentifier(wanted)} TO ${role}`);
  await client.query(`ALTER ROLE ${role} SET search_path TO DEFAULT`);
}

/** The role as it is after a change. */
async function present(server: PostgresServer, wanted: Inputs): Promise<Values> {
  return (await server.connected((client) => readRole(server, client, wanted.name, wanted))) ?? wanted;
}

async function readRole(
  server: PostgresServer,
  client: pg.Client,
  id: string,
  state: Values,
): Promise<Values | undefined> {
  const name = typeof state["name"] === "string" ? state["name"] : id;
  const { rows } = await client.query<Values>(`SELECT ${COLUMNS} FROM pg_roles AS role WHERE rolname = $1`, [name]);
  const [role] = rows;
  if (!role) return undefined;
  const { password, ...rest } = state;
  const kept =
    typeof password === "string" && password !== ""
      ? { password: await readPassword(server, client, { name, password, login: role["login"] === true }) }
      : {};
  const unread = { skipDropRole: false, skipReassignOwned: false, encryptedPassword: true, validUntil: "infinity" };
  return { ...unread, ...rest, ...kept, ...role };
}

/**
 * What the state is to say of the password: what it says already, unless an administrator who is a superuser finds
 * something else. Whether a password is still the one that the server has a verifier of, the official plugin doesn't try.
 */
async function readPassword(
  server: PostgresServer,
  client: pg.Client,
  { name, password, login }: { name: string; password: string; login: boolean },
): Promise<string> {
  if (!login || !server.superuser) return password;
  if (!(await server.isSuperuser(client))) {
    throw new Error(
      `could not read role password from Postgres as connected user ${server.user} is not a SUPERUSER. You can set ` +
        "`superuser = false` in the provider configuration so it will not try to read the password from Postgres",
    );
  }
  const { rows } = await client.query<{ stored: string }>(
    "SELECT coalesce(passwd, '') AS stored FROM pg_catalog.pg_shadow WHERE usename = $1",
    [name],
  );
  const stored = rows[0]?.stored ?? "";
  const isVerifier = password.startsWith("md5") || password.startsWith("SCRAM-SHA-256");
  return !isVerifier && stored.startsWith("SCRAM-SHA-256") ? password : stored;
}
