import { execa, type Options } from "execa";

import { watchMemory } from "./peak-memory.ts";

export interface Timed {
  /** Wall time. */
  seconds: number;
  /** The most memory that the command and all that it started held at once, in MB. */
  megabytes: number;
}

/** Runs a command to its end, with the clock running. @throws {Error} with all that it said, if it fails. */
export async function timed(file: string, args: string[], options: Options): Promise<Timed> {
  const started = performance.now();
  const running = execa(file, args, { ...options, stdin: "ignore", all: true, reject: false });
  const stop = watchMemory(running.pid ?? 0);
  const { failed, all } = await running;
  const figures = { seconds: (performance.now() - started) / 1000, megabytes: stop() };
  if (failed) throw new Error(`${file} ${args[0] ?? ""} failed:\n${String(all)}`);
  return figures;
}
