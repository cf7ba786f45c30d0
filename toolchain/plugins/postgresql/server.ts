import pLimit from "p-limit";
import pg from "pg";

import type { Settings } from "./settings.ts";
import { tlsOf } from "../../postgres-tls.ts";

const { escapeIdentifier } = pg;

/** A PostgreSQL server, seen by its administrator. */
export class PostgresServer {
  #settings: Settings | undefined;
  // Statements about roles and grants that run at once fail with "tuple concurrently updated".
  readonly #one = pLimit(1);

  /** Takes the settings; connects to nothing. */
  configure(value: Settings): void {
    this.#settings = value;
  }

  /** The role that statements run as. */
  get user(): string {
    const { databaseUsername, username } = this.#required();
    return databaseUsername ?? username;
  }

  /** Whether the settings say that the user is a superuser. */
  get superuser(): boolean {
    return this.#required().superuser;
  }

  /** Runs `work` on a connection of its own. */
  connected<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T> {
    return this.#one(async () => {
      const client = await this.#connect(database);
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    });
  }

  /** Runs `work` on a connection of its own, all of it or nothing. */
  transaction<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T> {
    return this.connected(async (client) => {
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      return result;
    }, database);
  }

  /** Whether the user is a superuser. */
  async isSuperuser(client: pg.Client): Promise<boolean> {
    return isSuperuser(client, this.user);
  }

  /**
   * Runs `work` with the user as a member of `role`, unless it is one already who may act as the role. A superuser becomes
   * one too. What follows is for naught if the server refuses.
   */
  async asMember<T>(client: pg.Client, role: string, work: () => Promise<T>): Promise<T> {
    if (role === this.user || (await isMember(client, role, this.user))) return work();
    const [granted, user] = [escapeIdentifier(role), escapeIdentifier(this.user)];
    const leave = () => client.query(`REVOKE ${granted} FROM ${user}`);
    await client.query(`GRANT ${granted} TO ${user}`);
    let result: T;
    try {
      result = await work();
    } catch (error) {
      // In a transaction it is undone without it.
      await leave().catch(() => undefined);
      throw error;
    }
    await leave();
    return result;
  }

  /**
   * Runs `work`, which is part of a transaction, as a member of `role`: not needed by a superuser, and not to be had of a
   * role that is one. A role that is a member of the user's stops being one meanwhile.
   */
  async withRoleGranted<T>(client: pg.Client, role: string, work: () => Promise<T>): Promise<T> {
    if ((await this.isSuperuser(client)) || (await isSuperuser(client, role))) return work();
    const [other, user] = [escapeIdentifier(role), escapeIdentifier(this.user)];
    const reverse = role !== this.user && (await isMember(client, this.user, role));
    if (reverse) await client.query(`REVOKE ${user} FROM ${other}`);
    const result = await this.asMember(client, role, work);
    if (reverse) await client.query(`GRANT ${user} TO ${other}`);
    return result;
  }

  #required(): Settings {
    if (!this.#settings) throw new Error("the provider is not configured");
    return this.#settings;
  }

  async #connect(database?: string): Promise<pg.Client> {
    const { host, port, username, ...rest } = this.#required();
    // The official plugin makes a URL, in which an IPv6 address has brackets.
    const address = host.replace(/^\[(.*)\]$/, "$1");
    const client = new pg.Client({
      host: address,
      port,
      user: username,
      password: rest.password ?? "",
      database: database ?? rest.database,
      ssl: tlsOf(rest, address),
      connectionTimeoutMillis: rest.connectTimeout * 1000,
      application_name: "pulumi",
    });
    // The statement under way fails too, and says so; without a listener the process would end.
    client.on("error", () => undefined);
    try {
      await client.connect();
    } catch (error) {
      const reason = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
      const cause = `PostgreSQL at ${host}:${port}, database ${database ?? rest.database}, user ${username}: ${reason}`;
      throw new Error(cause, { cause: error });
    }
    return client;
  }
}

/** A text in SQL. The official plugin doubles backslashes, although they are nothing special to PostgreSQL's servers. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** @throws {Error} if there is no such role. */
async function isSuperuser(client: pg.Client, role: string): Promise<boolean> {
  const { rows } = await client.query<{ superuser: boolean }>(
    "SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = $1",
    [role],
  );
  if (!rows[0]) throw new Error(`could not check if role ${role} is superuser: there is no such role`);
  return rows[0].superuser;
}

/** Whether one is a direct member of the other and, from PostgreSQL 16 on, may act as it. */
async function isMember(client: pg.Client, role: string, member: string): Promise<boolean> {
  const { rows } = await client.query<{ member: boolean }>(
    `SELECT coalesce((to_jsonb(membership) ->> 'set_option')::boolean, true) AS member FROM pg_auth_members AS membership
     WHERE pg_get_userbyid(roleid) = $1 AND pg_get_userbyid(member) = $2`,
    [role, member],
  );
  return rows.some((row) => row.member);
}
