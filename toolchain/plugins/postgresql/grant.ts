import pg from "pg";
import { z } from "zod";

import type { Values } from "../properties.ts";
import type { Failure, ResourceType } from "../resource-type.ts";
import type { PostgresServer } from "./server.ts";

const { escapeIdentifier } = pg;

/** What can be granted on each kind of object. */
const PRIVILEGES = { database: ["CREATE", "CONNECT", "TEMPORARY"], schema: ["CREATE", "USAGE"] };

const inputs = z.object({
  role: z.string().min(1, "it must not be empty"),
  database: z.string().min(1, "it must not be empty"),
  objectType: z.enum(["database", "schema"], 'the offline plugin only has "database" and "schema"'),
  schema: z.string().optional(),
  /**
   * All that the role has on the object; an empty list takes everything away. The SDK demands one, of which the official
   * plugin leaves nothing in a state that it has refreshed.
   */
  privileges: z.array(z.string()).default([]),
  withGrantOption: z.boolean().default(false),
});
type Inputs = z.output<typeof inputs>;

/**
 * The privileges of one role, or of "public", on one database or schema. Like the official plugin, it enters the database
 * for whatever it does; acts as the owner of a schema but not of a database; and takes PostgreSQL's word that there was
 * nothing to do for it, if the administrator may not: what the role has then is in the outputs, and differs.
 */
export function grantType(server: PostgresServer): ResourceType<typeof inputs> {
  const apply = (wanted: Inputs) =>
    server.transaction(async (client) => {
      const work = async () => {
        for (const statement of grantStatements(wanted)) await client.query(statement);
      };
      const { schema } = wanted;
      await (schema === undefined ? work() : server.withRoleGranted(client, await ownerOf(client, schema), work));
    }, wanted.database);
  const present = async (wanted: Inputs): Promise<Values> => ({
    ...wanted,
    privileges: (await server.connected((client) => heldPrivileges(client, wanted), wanted.database)) ?? [],
  });

  return {
    inputs,
    replaceOn: ["role", "database", "objectType", "schema", "withGrantOption"],
    sets: ["privileges"],
    deleteBeforeReplace: true,
    problems,

    async create(wanted) {
      await apply(wanted);
      const { role, database, objectType, schema } = wanted;
      const id = [role, database, ...(schema === undefined ? [] : [schema]), objectType].join("_");
      return { id, outputs: await present(wanted) };
    },

    async read(id, state) {
      const known = inputs.safeParse(state);
      if (!known.success) throw new Error(`grants can't be imported, neither here nor by the official plugin (${id})`);
      const grant = known.data;
      if (!(await server.connected((client) => exists(client, grant.database)))) return undefined;
      const privileges = await server.connected((client) => heldPrivileges(client, grant), grant.database);
      return privileges && { ...state, privileges };
    },

    async update(_state, wanted) {
      await apply(wanted);
      return present(wanted);
    },

    delete: (state) => apply({ ...inputs.parse(state), privileges: [] }),
  };
}

/** Takes everything away and gives what is wanted, in one transaction, so that the role never goes without. */
export function grantStatements({ role, database, schema, privileges, withGrantOption }: Inputs): string[] {
  const object = schema === undefined ? `DATABASE ${escapeIdentifier(database)}` : `SCHEMA ${escapeIdentifier(schema)}`;
  const grantee = role === "public" ? "PUBLIC" : escapeIdentifier(role);
  const option = withGrantOption ? " WITH GRANT OPTION" : "";
  const revoke = `REVOKE ALL PRIVILEGES ON ${object} FROM ${grantee}`;
  return privileges.length === 0
    ? [revoke]
    : [revoke, `GRANT ${privileges.join(", ")} ON ${object} TO ${grantee}${option}`];
}

function problems({ objectType, schema, privileges }: Inputs): Failure[] {
  const failures: Failure[] = [];
  if ((objectType === "schema") !== (schema !== undefined)) {
    const reason = objectType === "schema" ? 'it is required with objectType "schema"' : 'it needs objectType "schema"';
    failures.push({ property: "schema", reason });
  }
  const allowed = PRIVILEGES[objectType];
  const strange = privileges.filter((privilege) => !allowed.includes(privilege));
  if (strange.length > 0) {
    const reason = `${strange.join(", ")} can't be granted on a ${objectType}; ${allowed.join(", ")} can`;
    failures.push({ property: "privileges", reason });
  }
  return failures;
}

async function exists(client: pg.Client, database: string): Promise<boolean> {
  return (await client.query("SELECT FROM pg_database WHERE datname = $1", [database])).rowCount === 1;
}

/** Whose word counts: the owner of the schema, or of the database, whom PostgreSQL names pg_database_owner in schemas. */
async function ownerOf(client: pg.Client, schema: string): Promise<string> {
  const { rows } = await client.query<{ owner: string }>(
    `SELECT pg_get_userbyid(CASE WHEN nspowner = 'pg_database_owner'::regrole THEN datdba ELSE nspowner END)::text AS owner
     FROM pg_namespace, pg_database WHERE nspname = $1 AND datname = current_database()`,
    [schema],
  );
  if (!rows[0]) throw new Error(`could not find schema '${schema}' while looking for owner`);
  return rows[0].owner;
}

/**
 * What the role was given; undefined when the role or the schema is gone. Grantee 0 is PUBLIC. What it has by default, as
 * long as nobody has given or taken anything, isn't counted.
 */
async function heldPrivileges(client: pg.Client, grant: Inputs): Promise<string[] | undefined> {
  const { role, database, schema } = grant;
  const { rows } = await client.query<{ privileges: string[] }>(
    `SELECT ARRAY(
       SELECT privilege_type FROM aclexplode(object.acl) WHERE grantee = holder.oid ORDER BY 1
     ) AS privileges
     FROM (SELECT 0::oid AS oid WHERE $1 = 'public' UNION SELECT oid FROM pg_roles WHERE rolname = $1) AS holder, (
       SELECT datacl AS acl FROM pg_database WHERE datname = $2 AND $3::text IS NULL
       UNION ALL SELECT nspacl FROM pg_namespace WHERE nspname = $3
     ) AS object`,
    [role, database, schema ?? null],
  );
  return rows[0]?.privileges;
}
