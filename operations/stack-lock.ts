import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { say } from "../toolchain/progress.ts";

/** What Pulumi's file backend writes into a stack's lock. */
interface Lock {
  pid: number;
  hostname: string;
}

/**
 * Removes the locks that killed runs of Pulumi left on a stack, and waits for those that are alive: their program may
 * have been killed while Pulumi itself goes on.
 *
 * @param home Home folder, in which the file backend is `state`. Another backend's locks are its own business.
 */
export async function releaseDeadLocks(home: string, stack: string): Promise<void> {
  const folder = join(home, "state", ".pulumi", "locks", "organization", "llm-gateway", stack);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const file = join(folder, name);
    const lock = await readLock(file);
    if (!lock || lock.hostname !== hostname()) continue;
    if (await isPulumi(lock.pid)) {
      say(`Waiting for another run of Pulumi on the stack ${stack} (process ${lock.pid})`);
      while (await isPulumi(lock.pid)) await sleep(500);
    } else {
      say(`Freeing the stack ${stack} of the lock of a run that was killed (process ${lock.pid})`);
    }
    await rm(file, { force: true });
  }
}

/** Whether a run that was killed left operations in the file backend's state of which nobody knows how they ended. */
export async function hasPendingOperations(home: string, stack: string): Promise<boolean> {
  const file = join(home, "state", ".pulumi", "stacks", "llm-gateway", `${stack}.json`);
  const text = await readFile(file, "utf8").catch(() => "{}");
  const { checkpoint } = JSON.parse(text) as { checkpoint?: { latest?: { pending_operations?: unknown[] } } };
  return (checkpoint?.latest?.pending_operations?.length ?? 0) > 0;
}

async function readLock(file: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Lock;
  } catch {
    return undefined;
  }
}

/** Whether a process with that id is alive and is Pulumi, not somebody who got the id since. */
async function isPulumi(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "pulumi");
  return command.includes("pulumi");
}
