import pg from "pg";
import { z } from "zod";

import type { Values } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { PostgresServer } from "./server.ts";

const { escapeIdentifier, escapeLiteral } = pg;

/** Of the templates, the one that nobody changes. */
const TEMPLATE = "template0";

/** The official plugin's word for "whatever the template has" never matches what is read back. */
const explicit = z
  .string()
  .refine((value) => value.toUpperCase() !== "DEFAULT", "the offline plugin has no DEFAULT; leave the property out");

const inputs = z.object({
  name: z.string().min(1, "it must not be empty"),
  owner: explicit.optional(),
  template: explicit.optional(),
  encoding: explicit.optional(),
  lcCollate: explicit.optional(),
  lcCtype: explicit.optional(),
  tablespaceName: explicit.optional(),
  connectionLimit: z.int().min(-1, "it must be -1 (no limit) or more").default(-1),
  allowConnections: z.boolean().default(true),
  isTemplate: z.boolean().optional(),
  alterObjectOwnership: z.literal(false, "the offline plugin leaves the objects to their owner").default(false),
});
type Inputs = z.output<typeof inputs>;

const QUERY = `
  SELECT datname AS name, pg_get_userbyid(datdba)::text AS owner, pg_encoding_to_char(encoding) AS encoding,
    datcollate AS "lcCollate", datctype AS "lcCtype", spcname AS "tablespaceName", datconnlimit AS "connectionLimit",
    datallowconn AS "allowConnections", datistemplate AS "isTemplate"
  FROM pg_database JOIN pg_tablespace ON pg_tablespace.oid = dattablespace WHERE datname = $1`;

/** A database of the server. */
export function databaseType(server: PostgresServer): ResourceType<typeof inputs> {
  return {
    inputs,
    replaceOn: ["template", "encoding", "lcCollate", "lcCtype"],
    computed: ["owner", "template", "encoding", "lcCollate", "lcCtype", "tablespaceName", "isTemplate"],
    deleteBeforeReplace: true,

    create: (wanted) =>
      server.connected(async (client) => {
        const { name } = wanted;
        const make = () => client.query(createStatement({ ...wanted, owner: wanted.owner ?? server.user }));
        await (wanted.owner === undefined ? make() : server.asMember(client, wanted.owner, make));
        return { id: name, outputs: { template: TEMPLATE, ...wanted, ...(await find(client, name)) } };
      }),

    read: (id, state) =>
      server.connected(async (client) => {
        const found = await find(client, typeof state["name"] === "string" ? state["name"] : id);
        return found && { template: TEMPLATE, alterObjectOwnership: false, ...state, ...found };
      }),

    update: (state, wanted) =>
      server.connected(async (client) => {
        await alter(server, client, state, wanted);
        return { ...state, ...wanted, ...(await find(client, wanted.name)) };
      }),

    delete: (state) =>
      server.connected(async (client) => {
        const database = escapeIdentifier(String(state["name"]));
        await server.asMember(client, String(state["owner"]), async () => {
          if (state["isTemplate"] === true) await client.query(`ALTER DATABASE ${database} IS_TEMPLATE false`);
          await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
          const others = "datname = $1 AND pid <> pg_backend_pid()";
          await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`, [state["name"]]);
          await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
        });
      }),
  };
}

/** The statement that makes the database; what is not given is as the template has it. */
export function createStatement(wanted: Inputs & { owner: string }): string {
  const clauses = [
    `OWNER ${escapeIdentifier(wanted.owner)}`,
    `TEMPLATE ${escapeIdentifier(wanted.template ?? TEMPLATE)}`,
    `ENCODING ${escapeLiteral(wanted.encoding ?? "UTF8")}`,
    wanted.lcCollate && `LC_COLLATE ${escapeLiteral(wanted.lcCollate)}`,
    wanted.lcCtype && `LC_CTYPE ${escapeLiteral(wanted.lcCtype)}`,
    wanted.tablespaceName && `TABLESPACE ${escapeIdentifier(wanted.tablespaceName)}`,
    `ALLOW_CONNECTIONS ${String(wanted.allowConnections)}`,
    `CONNECTION LIMIT ${wanted.connectionLimit}`,
    `IS_TEMPLATE ${String(wanted.isTemplate ?? false)}`,
  ];
  return `CREATE DATABASE ${escapeIdentifier(wanted.name)} ${clauses.filter(Boolean).join(" ")}`;
}

/** What follows ALTER DATABASE to turn the database that is there into the one that is wanted, apart from its name. */
export function alterations(state: Values, wanted: Inputs): string[] {
  const differs = (property: keyof Inputs) => wanted[property] !== undefined && wanted[property] !== state[property];
  return [
    differs("owner") && `OWNER TO ${escapeIdentifier(String(wanted.owner))}`,
    differs("tablespaceName") && `SET TABLESPACE ${escapeIdentifier(String(wanted.tablespaceName))}`,
    differs("connectionLimit") && `CONNECTION LIMIT ${wanted.connectionLimit}`,
    differs("allowConnections") && `ALLOW_CONNECTIONS ${String(wanted.allowConnections)}`,
    differs("isTemplate") && `IS_TEMPLATE ${String(wanted.isTemplate)}`,
  ].filter((change) => change !== false);
}

/** Only another owner is given as its member: for the rest, the user must be one, own the database, or be a superuser. */
async function alter(server: PostgresServer, client: pg.Client, state: Values, wanted: Inputs): Promise<void> {
  const database = escapeIdentifier(wanted.name);
  if (state["name"] !== wanted.name) {
    await client.query(`ALTER DATABASE ${escapeIdentifier(String(state["name"]))} RENAME TO ${database}`);
  }
  for (const change of alterations(state, wanted)) {
    const work = () => client.query(`ALTER DATABASE ${database} ${change}`);
    await (wanted.owner !== undefined && change.startsWith("OWNER ")
      ? server.asMember(client, wanted.owner, work)
      : work());
  }
}

async function find(client: pg.Client, name: string): Promise<Values | undefined> {
  const { rows } = await client.query<Values>(QUERY, [name]);
  return rows[0];
}
