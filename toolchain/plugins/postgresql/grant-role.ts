import pg from "pg";
import { z } from "zod";

import type { Values } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { PostgresServer } from "./server.ts";

const { escapeIdentifier } = pg;

const inputs = z.object({
  /** Who becomes a member. */
  role: z.string().min(1, "it must not be empty"),
  /** The role that it becomes a member of. */
  grantRole: z.string().min(1, "it must not be empty"),
  withAdminOption: z.boolean().default(false),
});
type Inputs = z.output<typeof inputs>;

/** The membership of one role in another. */
export function grantRoleType(server: PostgresServer): ResourceType<typeof inputs> {
  return {
    inputs,
    replaceOn: ["role", "grantRole", "withAdminOption"],
    deleteBeforeReplace: false,

    async create(wanted) {
      await server.transaction(async (client) => {
        await client.query(revokeStatement(wanted));
        await client.query(grantStatement(wanted));
      });
      const outputs = { ...wanted, ...(await server.connected((client) => find(client, wanted))) };
      const { role, grantRole, withAdminOption } = outputs;
      return { id: `${role}_${grantRole}_${String(withAdminOption)}`, outputs };
    },

    async read(id, state) {
      const known = inputs.safeParse(state);
      if (!known.success) {
        throw new Error(`memberships can't be imported, neither here nor by the official plugin (${id})`);
      }
      const found = await server.connected((client) => find(client, known.data));
      return found && { ...state, ...found };
    },

    async delete(state) {
      const known = inputs.parse(state);
      await server.transaction((client) => client.query(revokeStatement(known)));
    },
  };
}

/** The statement that makes one a member of the other. */
export function grantStatement({ role, grantRole, withAdminOption }: Inputs): string {
  const statement = `GRANT ${escapeIdentifier(grantRole)} TO ${escapeIdentifier(role)}`;
  return withAdminOption ? `${statement} WITH ADMIN OPTION` : statement;
}

function revokeStatement({ role, grantRole }: Inputs): string {
  return `REVOKE ${escapeIdentifier(grantRole)} FROM ${escapeIdentifier(role)}`;
}

/**
 * The first membership that the server lists. From PostgreSQL 16 on, whoever creates a role is a member of it before
 * anything is granted, with the right to make others members and nothing else: that row comes first.
 */
async function find(client: pg.Client, { role, grantRole }: Inputs): Promise<Values | undefined> {
  const { rows } = await client.query<Values>(
    `SELECT pg_get_userbyid(member)::text AS role, pg_get_userbyid(roleid)::text AS "grantRole",
       admin_option AS "withAdminOption"
     FROM pg_auth_members WHERE pg_get_userbyid(member) = $1 AND pg_get_userbyid(roleid) = $2`,
    [role, grantRole],
  );
  return rows[0];
}
