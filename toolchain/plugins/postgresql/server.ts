import pLimit from "p-limit";
import pg from "pg";
import { z } from "zod";

import { tlsOf } from "./tls.ts";

const { escapeIdentifier } = pg;

/** A number, which SDKs send to providers as text. */
const integer = z.coerce.number().pipe(z.int());

/** Where the server is and who administers it; names, defaults and meaning are those of the official provider. */
export const settings = z.object({
  host: z.string(),
  port: integer.default(5432),
  database: z.string().default("postgres"),
  username: z.string().default("postgres"),
  password: z.string().optional(),
  sslmode: z.enum(["disable", "require", "verify-ca", "verify-full"]).default("require"),
  sslrootcert: z.string().optional(),
  /** Seconds. */
  connectTimeout: integer.default(180),
  /** Always met: there is one connection at a time. */
  maxConnections: integer.optional(),
  /** Whether the user is a superuser; the server is asked instead. */
  superuser: z.union([z.boolean(), z.enum(["true", "false"])]).optional(),
  /** The name of the role that the user acts as, where it differs from the user's own. */
  databaseUsername: z.string().optional(),
});
export type Settings = z.output<typeof settings>;

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

  /** Runs `work` as a member of `role`, which an administrator who is no superuser must be to give or take its things. */
  async asMember<T>(client: pg.Client, role: string, work: () => Promise<T>): Promise<T> {
    const { rows } = await client.query<{ member: boolean }>("SELECT pg_has_role($1, 'USAGE') AS member", [role]);
    if (rows[0]?.member) return work();
    await client.query(`GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(this.user)}`);
    const result = await work();
    await client.query(`REVOKE ${escapeIdentifier(role)} FROM ${escapeIdentifier(this.user)}`);
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

/** Whether the error is PostgreSQL's with one of the codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof pg.DatabaseError && codes.includes(error.code ?? "");
}
