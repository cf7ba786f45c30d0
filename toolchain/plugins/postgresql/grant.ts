import pg from "pg";
import { z } from "zod";

import type { Failure, ResourceType } from "../resource-type.ts";
import type { PostgresServer } from "./server.ts";
import { hasCode } from "./server.ts";

const { escapeIdentifier } = pg;

/** What can be granted on each kind of object. */
const PRIVILEGES = { database: ["CREATE", "CONNECT", "TEMPORARY"], schema: ["CREATE", "USAGE"] };

/** PostgreSQL's codes for what a grant needs and that is gone: database, role, schema. */
const GONE = ["3D000", "42704", "3F000"];

const inputs = z.object({
  role: z.string().min(1, "it must not be empty"),
  database: z.string().min(1, "it must not be empty"),
  objectType: z.enum(["database", "schema"], 'the offline plugin only has "database" and "schema"'),
  schema: z.string().optional(),
  /** All that the role has on the object; an empty list takes everything away. */
  privileges: z.array(z.string()),
  withGrantOption: z.boolean().default(false),
});
type Inputs = z.output<typeof inputs>;

/** The privileges of one role, or of "public", on one database or schema. */
export function grantType(server: PostgresServer): ResourceType<typeof inputs> {
  const apply = (wanted: Inputs) =>
    server.transaction(async (client) => {
      const owner = await ownerOf(client, wanted);
      const work = async () => {
        for (const statement of grantStatements(wanted)) await client.query(statement);
      };
      await (owner === undefined ? work() : server.asMember(client, owner, work));
      // To someone who may not, PostgreSQL only gives a warning.
      const held = await heldPrivileges(client, wanted);
      if (held?.join() !== [...wanted.privileges].sort().join()) {
        const now = held?.join(", ") ?? "";
        throw new Error(
          `${wanted.role} now has [${now}], not [${wanted.privileges.join(", ")}]: ${server.user} may not change that`,
        );
      }
    }, connectionDatabase(wanted));

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
      return { id, outputs: wanted };
    },

    async read(id, state) {
      const known = inputs.safeParse(state);
      if (!known.success) throw new Error(`the offline plugin can't import grants (${id})`);
      const held = await unlessGone(() =>
        server.connected((client) => heldPrivileges(client, known.data), connectionDatabase(known.data)),
      );
      return held && { ...state, privileges: held };
    },

    async update(_state, wanted) {
      await apply(wanted);
      return wanted;
    },

    async delete(state) {
      const { data } = inputs.safeParse(state);
      if (data) await unlessGone(() => apply({ ...data, privileges: [] }));
    },
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

/** A schema is seen from inside its database alone; a database from any, also one that the administrator can't enter. */
function connectionDatabase({ database, schema }: Inputs): string | undefined {
  return schema === undefined ? undefined : database;
}

/** Whose word counts: the owner of the schema, or of the database, whom PostgreSQL names pg_database_owner in schemas. */
async function ownerOf(client: pg.Client, { database, schema }: Inputs): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    `SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = $1 AND ($2::text IS NULL OR EXISTS (
       SELECT FROM pg_namespace WHERE nspname = $2 AND nspowner = 'pg_database_owner'::regrole))
     UNION ALL SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = $2
     LIMIT 1`,
    [database, schema ?? null],
  );
  return rows[0]?.owner;
}

/** What the role holds; undefined when the role or the schema is gone. Grantee 0 is PUBLIC. */
async function heldPrivileges(client: pg.Client, grant: Inputs): Promise<string[] | undefined> {
  const { role, database, schema } = grant;
  const { rows } = await client.query<{ privileges: string[] }>(
    `SELECT ARRAY(
       SELECT privilege_type FROM aclexplode(object.acl) WHERE grantee = holder.oid ORDER BY 1
     ) AS privileges
     FROM (SELECT 0::oid AS oid WHERE $1 = 'public' UNION SELECT oid FROM pg_roles WHERE rolname = $1) AS holder, (
       SELECT coalesce(datacl, acldefault('d', datdba)) AS acl FROM pg_database WHERE datname = $2 AND $3::text IS NULL
       UNION ALL SELECT coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE nspname = $3
     ) AS object`,
    [role, database, schema ?? null],
  );
  return rows[0]?.privileges;
}

async function unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && (hasCode(error, ...GONE) || hasCode(error.cause, ...GONE))) return undefined;
    throw error;
  }
}
