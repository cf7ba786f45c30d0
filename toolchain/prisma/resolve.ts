import { randomUUID } from "node:crypto";

import { appliedMigrations, createLedger, finishStatement, recordStart, undoUnfinished } from "./ledger.ts";
import { connect, MigrationError } from "./migration-session.ts";
import { checksumOf, migrationsIn, scriptOf } from "./migrations-folder.ts";

/**
 * Records that a migration that failed is undone, as `prisma migrate resolve --rolled-back` does: it runs again by the
 * next `prisma migrate deploy`. Undoes nothing itself.
 *
 * @param url A Prisma connection URL.
 * @param locks Whether to take the lock of migrations.
 * @throws {MigrationError} If no run of it is unfinished.
 */
export async function rolledBack(url: URL, name: string, locks: boolean): Promise<void> {
  const database = await connect(url, locks);
  try {
    await createLedger(database);
    if ((await undoUnfinished(database, name)) === 0) {
      throw new MigrationError(
        `P3012\n\nMigration \`${name}\` cannot be rolled back because it is not in a failed state.`,
      );
    }
  } finally {
    await database.end();
  }
}

/**
 * Records that a migration is in the database already, as `prisma migrate resolve --applied` does: it never runs again.
 *
 * @param url A Prisma connection URL.
 * @param folder Holds one folder with a `migration.sql` for each migration.
 * @param locks Whether to take the lock of migrations.
 * @throws {MigrationError} If it is recorded so already, or the folder lacks it.
 */
export async function applied(url: URL, folder: string, name: string, locks: boolean): Promise<void> {
  if (!(await migrationsIn(folder)).includes(name)) {
    throw new MigrationError(`P3017\n\nThe migration \`${name}\` could not be found.`);
  }
  const checksum = checksumOf(await scriptOf(folder, name));
  const database = await connect(url, locks);
  try {
    await createLedger(database);
    if ((await appliedMigrations(database)).has(name)) {
      throw new MigrationError(`P3008\n\nThe migration \`${name}\` is already recorded as applied in the database.`);
    }
    await undoUnfinished(database, name);
    const id = randomUUID();
    await recordStart(database, id, name, checksum);
    await database.query(finishStatement(id));
  } finally {
    await database.end();
  }
}
