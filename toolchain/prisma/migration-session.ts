import pg from "pg";

import { addressOf, connectionOf, schemaOf } from "./connection.ts";

/** The advisory lock that Prisma takes, so that its migrations and ours never run at once. */
const LOCK = 72707369;

/** A failure in Prisma's words, which LiteLLM looks for: the code and what follows it on standard error. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Whether a command takes Prisma's lock, and so waits for another one on the same database to end. LiteLLM has taken it
 * itself, on a connection of its own, when it sets `PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK` to something true: who took it
 * again would wait for ever.
 */
export function takesLock({ PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK: disabled = "" }: NodeJS.ProcessEnv): boolean {
  return ["", "0", "false"].includes(disabled.toLowerCase());
}

/**
 * A connection to the schema that a Prisma URL names, which holds the lock until it ends if `locks` is true.
 *
 * @throws {MigrationError} If the database cannot be reached.
 */
export async function connect(url: URL, locks: boolean): Promise<pg.Client> {
  const { options, ...config } = connectionOf(url);
  const database = new pg.Client({ ...config, options: `${options ?? ""} -c search_path=${schemaOf(url)}` });
  // Without a listener, a lost connection ends the process before the failed query can say so.
  database.on("error", () => undefined);
  try {
    await database.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`P1001: Can't reach database server at \`${addressOf(url)}\`\n\n${reason}`, {
      cause: error,
    });
  }
  if (locks) await database.query("SELECT pg_advisory_lock($1)", [LOCK]);
  return database;
}
