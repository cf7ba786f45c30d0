import type { Client } from "pg";

/** Where Prisma keeps which migrations ran. */
const TABLE = "_prisma_migrations";

/** Creates the ledger of migrations as Prisma does, if it is not there. */
export async function createLedger(database: Client): Promise<void> {
  await database.query(`CREATE TABLE IF NOT EXISTS ${TABLE} (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`);
}

/** Whether the schema holds tables but no ledger: someone else's, which migrations would collide with. */
export async function isForeignSchema(database: Client): Promise<boolean> {
  const { rows } = await database.query<{ table: string }>(
    "SELECT table_name AS table FROM information_schema.tables WHERE table_schema = current_schema()",
  );
  return rows.length > 0 && !rows.some(({ table }) => table === TABLE);
}

/** The names of the migrations that ran to their end. */
export async function appliedMigrations(database: Client): Promise<Set<string>> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT migration_name AS name FROM ${TABLE} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Records that runs which never came to an end are undone, so that their migrations run again: all of them, or those of
 * one migration. Returns how many there were.
 */
export async function undoUnfinished(database: Client, name?: string): Promise<number> {
  const { rowCount } = await database.query(
    `UPDATE ${TABLE} SET rolled_back_at = now()
     WHERE finished_at IS NULL AND rolled_back_at IS NULL AND migration_name = coalesce($1, migration_name)`,
    [name],
  );
  return rowCount ?? 0;
}

/** Records that a migration starts. */
export async function recordStart(database: Client, id: string, name: string, checksum: string): Promise<void> {
  await database.query(`INSERT INTO ${TABLE} (id, checksum, migration_name) VALUES ($1, $2, $3)`, [id, checksum, name]);
}

/** The statement that records that a migration ran to its end. */
export function finishStatement(id: string): string {
  return `UPDATE ${TABLE} SET finished_at = now(), applied_steps_count = 1 WHERE id = '${id}'`;
}

/** Records why a migration failed, and that Postgres undid what it had done. */
export async function recordFailure(database: Client, id: string, reason: string): Promise<void> {
  await database.query(`UPDATE ${TABLE} SET logs = $2, rolled_back_at = now() WHERE id = $1`, [id, reason]);
}
