import pg from "pg";

import { tlsOf } from "../../toolchain/postgres-tls.ts";

/** How the administrator of a server connects to it, in the words of Pulumi's plugin. */
export interface AdministratorConnection {
  /** The host as in a URL: an IPv6 address has brackets. */
  host: string;
  port: number;
  username: string;
  password: string;
  sslmode: "disable" | "require" | "verify-ca" | "verify-full";
  /** A file with the authorities that count. */
  sslrootcert?: string | undefined;
}

/** Who connects, and to what, in place of the administrator and `postgres`. */
interface Session {
  user?: string;
  password?: string;
  database?: string;
}

/** Milliseconds that the server may take to answer. */
const PATIENCE = 30_000;

/**
 * Runs `work` on a connection of its own, protected like the plugin's.
 *
 * @throws {pg.DatabaseError} if the server refuses it, and other errors if the server can't be reached.
 */
export async function connected<T>(
  connection: AdministratorConnection,
  work: (client: pg.Client) => Promise<T>,
  { user = connection.username, password = connection.password, database = "postgres" }: Session = {},
): Promise<T> {
  const host = connection.host.replace(/^\[(.*)\]$/, "$1");
  const { port } = connection;
  const ssl = tlsOf(connection, host);
  const client = new pg.Client({ host, port, user, password, database, ssl, connectionTimeoutMillis: PATIENCE });
  // The statement under way fails too, and says so; without a listener the process would end.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** PostgreSQL's code for an error of its own; undefined for any other. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
