import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The names of the migrations in a folder that holds one folder for each, in the order in which they run. */
export async function migrationsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The SQL of a migration. */
export function scriptOf(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name, "migration.sql"), "utf8");
}

/** How Prisma's ledger tells one text of a migration from another. */
export function checksumOf(script: string): string {
  return createHash("sha256").update(script).digest("hex");
}
