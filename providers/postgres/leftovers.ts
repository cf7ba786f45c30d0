import { randomBytes } from "node:crypto";

import pg from "pg";

import { type AdministratorConnection, codeOf, connected } from "./connection.ts";

const { escapeIdentifier } = pg;

// An update that is killed while it creates a role or a database leaves one that the state doesn't know, and that the
// next update would meet as somebody else's: "already exists". What is proven to be this stack's goes before.

/** Where people read what to do about what isn't removed. */
const HELP = "See docs/operations.md, Roles and databases that the state doesn't know.";

/** PostgreSQL's codes for a login that failed only after the password was found to be right. */
const AFTER_THE_PASSWORD = [
  "3D000", // there is no such database
  "42501", // the role may not connect to it
  "55000", // nobody may
];

/** PostgreSQL's code for what others depend on. */
const IN_USE = ["2BP01", "55006"];

/**
 * Removes a role that an interrupted update has made, before it is made again.
 *
 * What proves that it is this stack's is its password, 32 random characters that nobody else has. A name or a comment
 * proves nothing: another stack of this project gives the same.
 *
 * @returns whether there was one.
 * @throws {Error} if a role of that name is there and isn't this stack's, or is in use.
 */
export async function removeLeftoverRole(
  connection: AdministratorConnection,
  { name, password }: { name: string; password: string },
): Promise<boolean> {
  return connected(connection, async (administrator) => {
    const { rowCount } = await administrator.query("SELECT FROM pg_roles WHERE rolname = $1", [name]);
    if (rowCount === 0) return false;
    const what = `role "${name}" already exists on ${connection.host}:${connection.port}`;
    const refused = await loginProblem(connection, name, password);
    if (refused !== undefined) {
      throw new Error(`${what}, and isn't this stack's: with the password of the state, ${refused}. ${HELP}`);
    }
    // Where every password opens it, that one does too.
    if ((await loginProblem(connection, name, randomBytes(16).toString("hex"))) === undefined) {
      throw new Error(`${what}, and nothing shows whose it is: the server lets it in with any password. ${HELP}`);
    }
    await remove(administrator, `DROP ROLE ${escapeIdentifier(name)}`, `${what}, is this stack's, and is in use`);
    return true;
  });
}

/**
 * Removes an empty database that an interrupted update has made, before it is made again.
 *
 * What proves that it is this stack's is its owner, a role that this stack has made.
 *
 * @returns whether there was one.
 * @throws {Error} if a database of that name is there and belongs to somebody else, holds anything, or is in use.
 */
export async function removeLeftoverDatabase(
  connection: AdministratorConnection,
  { name, owner }: { name: string; owner: string },
): Promise<boolean> {
  return connected(connection, async (administrator) => {
    const { rows } = await administrator.query<{ owner: string }>(
      "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = $1",
      [name],
    );
    const [existing] = rows;
    if (!existing) return false;
    const what = `database "${name}" already exists on ${connection.host}:${connection.port}`;
    if (existing.owner !== owner) {
      throw new Error(`${what}, and isn't this stack's: it belongs to "${existing.owner}". ${HELP}`);
    }
    const content = await connected(connection, firstObject, { database: name });
    if (content !== undefined) {
      throw new Error(`${what}, is this stack's, and isn't empty: it holds ${content}. ${HELP}`);
    }
    await remove(administrator, `DROP DATABASE ${escapeIdentifier(name)}`, `${what}, is this stack's, and is in use`);
    return true;
  });
}

/** Why the server doesn't let the role in; undefined if the password is right. */
async function loginProblem(
  connection: AdministratorConnection,
  user: string,
  password: string,
): Promise<string | undefined> {
  try {
    await connected(connection, async () => undefined, { user, password });
    return undefined;
  } catch (error) {
    if (AFTER_THE_PASSWORD.includes(codeOf(error) ?? "")) return undefined;
    return `PostgreSQL says: ${messageOf(error)}`;
  }
}

/** Something that nobody finds in a new database: a table, a view or the like outside of PostgreSQL's own schemas. */
async function firstObject(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relation.oid::regclass::text AS name FROM pg_class AS relation
     JOIN pg_namespace AS schema ON schema.oid = relnamespace
     WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LIMIT 1`,
  );
  return rows[0]?.name;
}

async function remove(administrator: pg.Client, statement: string, inUse: string): Promise<void> {
  try {
    await administrator.query(statement);
  } catch (error) {
    if (!IN_USE.includes(codeOf(error) ?? "")) throw error;
    const detail = error instanceof pg.DatabaseError ? (error.detail ?? "").replaceAll("\n", ", ") : "";
    throw new Error(`${inUse}: ${detail}. ${HELP}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
