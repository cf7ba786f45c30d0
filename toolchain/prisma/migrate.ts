import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import pg from "pg";

import { addressOf, connectionOf, schemaOf } from "./connection.ts";
import {
  appliedMigrations,
  createLedger,
  finishStatement,
  forgetInterrupted,
  isForeignSchema,
  recordFailure,
  recordStart,
} from "./ledger.ts";

/** The advisory lock that Prisma takes, so that its migrations and ours never run at once. */
const LOCK = 72707369;

/** A failure in Prisma's words, which LiteLLM looks for: the code and what follows it on standard error. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Runs the migrations that the database lacks, in the order of their names, as `prisma migrate deploy` does. Waits for
 * another run on the same database to end.
 *
 * Unlike Prisma, a failed or interrupted migration is run again by the next call: Postgres undid all of it. Those that
 * build an index concurrently cannot be undone; LiteLLM writes them so that they may be repeated.
 *
 * @param url A Prisma connection URL.
 * @param folder Holds one folder with a `migration.sql` for each migration.
 * @param say Told of each migration that starts.
 * @returns How many migrations ran.
 * @throws {MigrationError} If a migration fails, the database cannot be reached, or it holds someone else's tables.
 */
export async function deploy(url: URL, folder: string, say: (line: string) => void): Promise<number> {
  const database = await connect(url);
  try {
    await database.query("SELECT pg_advisory_lock($1)", [LOCK]);
    if (await isForeignSchema(database)) {
      throw new MigrationError(`P3005\n\nThe database schema is not empty. Use an empty database for LiteLLM.`);
    }
    await createLedger(database);
    await forgetInterrupted(database);
    const applied = await appliedMigrations(database);
    const pending = (await migrationsIn(folder)).filter((name) => !applied.has(name));
    for (const name of pending) {
      say(`Applying migration \`${name}\``);
      await apply(database, name, await readFile(join(folder, name, "migration.sql"), "utf8"));
    }
    return pending.length;
  } finally {
    await database.end();
  }
}

async function connect(url: URL): Promise<pg.Client> {
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
  return database;
}

async function migrationsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function apply(database: pg.Client, name: string, script: string): Promise<void> {
  const id = randomUUID();
  await recordStart(database, id, name, createHash("sha256").update(script).digest("hex"));
  try {
    if (runsInTransaction(script)) {
      // Statements sent as one text are one transaction: the script and its record happen both or not at all.
      await database.query(`${script}\n;\n${finishStatement(id)}`);
    } else {
      await database.query(script);
      await database.query(finishStatement(id));
    }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const reason = describe(error);
    await recordFailure(database, id, reason);
    throw new MigrationError(
      `P3018\n\nA migration failed to apply. Its changes were undone; it runs again next time.\n\nMigration name: ${name}\n\n${reason}`,
      { cause: error },
    );
  }
}

function runsInTransaction(script: string): boolean {
  return !/\bconcurrently\b/i.test(script.replaceAll(/--.*/g, ""));
}

function describe({ code = "unknown", severity = "ERROR", message, detail, hint }: pg.DatabaseError): string {
  return [
    `Database error code: ${code}`,
    "",
    "Database error:",
    `${severity}: ${message}`,
    ...(detail ? [`DETAIL: ${detail}`] : []),
    ...(hint ? [`HINT: ${hint}`] : []),
  ].join("\n");
}
