import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

/** Signals that end a process at once. Ctrl-C isn't among them: main.ts goes on until what it started has ended. */
const ENDS = ["SIGTERM", "SIGHUP"] as const;

/**
 * Does some work with a new folder that only its owner can read, and that is gone once the work has ended or failed, also by a
 * signal.
 */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "llm-gateway-"));
  const clear = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  const end = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);
  process.once("exit", clear);
  for (const signal of ENDS) process.once(signal, end);
  try {
    return await work(folder);
  } finally {
    clear();
    process.off("exit", clear);
    for (const signal of ENDS) process.off(signal, end);
  }
}
