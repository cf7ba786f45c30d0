import { randomUUID } from "node:crypto";

import pg from "pg";

import {
  appliedMigrations,
  createLedger,
  finishStatement,
  isForeignSchema,
  recordFailure,
  recordStart,
  undoUnfinished,
} from "./ledger.ts";
import { connect, MigrationError } from "./migration-session.ts";
import { checksumOf, migrationsIn, scriptOf } from "./migrations-folder.ts";

/**
 * Runs the migrations that the database lacks, in the order of their names, as `prisma migrate deploy` does.
 *
 * Unlike Prisma, a failed or interrupted migration is run again by the next call: Postgres undid all of it. Those that
 * build an index concurrently cannot be undone; LiteLLM writes them so that they may be repeated.
 *
 * @param url A Prisma connection URL.
 * @param folder Holds one folder with a `migration.sql` for each migration.
 * @param locks Whether to take the lock of migrations.
 * @param say Told of each migration that starts.
 * @returns How many migrations ran.
 * @throws {MigrationError} If a migration fails, the database cannot be reached, or it holds someone else's tables.
 */
export async function deploy(url: URL, folder: string, locks: boolean, say: (line: string) => void): Promise<number> {
  const database = await connect(url, locks);
  try {
    if (await isForeignSchema(database)) {
      throw new MigrationError(`P3005\n\nThe database schema is not empty. Use an empty database for LiteLLM.`);
    }
    await createLedger(database);
    await undoUnfinished(database);
    const applied = await appliedMigrations(database);
    const pending = (await migrationsIn(folder)).filter((name) => !applied.has(name));
    for (const name of pending) {
      say(`Applying migration \`${name}\``);
      await apply(database, name, await scriptOf(folder, name));
    }
    return pending.length;
  } finally {
    await database.end();
  }
}

async function apply(database: pg.Client, name: string, script: string): Promise<void> {
  const id = randomUUID();
  await recordStart(database, id, name, checksumOf(script));
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
