import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import { say, step } from "./progress.ts";

/** Where everything that takes long to build is kept between runs and shared between checkouts. */
export const cacheFolder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "llm-gateway");

/** What a build leaves in its folder once it is whole; without it the folder is built again. */
const MARKER = ".complete";

/**
 * The folder `name` of the cache, built first if it is not there yet. Of two runs that want it at once, one builds and
 * the other waits; a build that was interrupted starts over.
 *
 * @param name Folder name, with everything in it that the contents depend on: `pulumi-3.276.0`.
 * @param title What the build does, for the progress line.
 * @param build Fills the empty folder it is given, which already stands where it will stay.
 */
export function cached(name: string, title: string, build: (folder: string) => Promise<void>): Promise<string> {
  const wanted =
    underWay.get(name) ??
    bring(join(cacheFolder, name), title, build).finally(() => {
      underWay.delete(name);
    });
  underWay.set(name, wanted);
  return wanted;
}

/** Two parts of one run that want the same do not wait for each other as two runs do. */
const underWay = new Map<string, Promise<string>>();

async function bring(folder: string, title: string, build: (folder: string) => Promise<void>): Promise<string> {
  const marker = join(folder, MARKER);
  if (existsSync(marker)) return folder;

  await withLock(folder, `another run that is at: ${title}`, async () => {
    if (existsSync(marker)) return;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await step(title, () => build(folder));
    await writeFile(marker, "");
  });
  return folder;
}

/**
 * Runs `work` while holding a lock that other processes respect; the lock of a process that died counts for nothing
 * after 20 seconds.
 *
 * @param path What is locked; need not exist. The lock is the folder `<path>.lock`.
 * @param holder Who is waited for, for the progress line.
 */
export async function withLock<T>(path: string, holder: string, work: () => Promise<T>): Promise<T> {
  const { default: lockfile } = await import("proper-lockfile");
  await mkdir(dirname(path), { recursive: true });
  const lock = () => lockfile.lock(path, { realpath: false, stale: 20_000 });
  let release = await lock().catch(() => undefined);
  if (!release) {
    say(`Waiting for ${holder}`);
    while (!release) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      release = await lock().catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ELOCKED") return undefined;
        throw error;
      });
    }
  }
  try {
    return await work();
  } finally {
    await release();
  }
}
