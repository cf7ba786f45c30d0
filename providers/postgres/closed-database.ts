import { type AdministratorConnection, connected } from "./connection.ts";

/**
 * Makes sure that a database is closed to PUBLIC. To an administrator who may not revoke it, PostgreSQL only gives a
 * warning, and Pulumi's plugin takes that for success.
 *
 * @throws {Error} if everybody may connect.
 */
export async function ensureClosed(connection: AdministratorConnection, name: string): Promise<void> {
  await connected(connection, async (client) => {
    const { rows } = await client.query<{ owner: string; open: boolean; inherits: boolean }>(
      `SELECT pg_get_userbyid(datdba)::text AS owner, has_database_privilege('public', datname, 'CONNECT') AS open,
         pg_has_role(datdba, 'USAGE') AS inherits
       FROM pg_database WHERE datname = $1`,
      [name],
    );
    const [database] = rows;
    if (database?.open !== true) return;
    const { username } = connection;
    const reason = database.inherits
      ? `"${username}" could not take that away`
      : `"${username}" must be a member of "${database.owner}" that inherits its rights. Run ` +
        `'ALTER ROLE "${username}" INHERIT' on the server, and then ` +
        `\`npm run pulumi -- up --replace '**::${database.owner}-administrator'\` for the stack`;
    throw new Error(`every role of the server may still connect to the database "${name}": ${reason}.`);
  });
}
