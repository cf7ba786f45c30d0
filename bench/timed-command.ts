import { execa, type Options } from "execa";

import { watchMemory } from "./peak-memory.ts";

export interface Timed {
  /** Wall time. */
  seconds: number;
  /** Of processors, for the command and all that it started. */
  processorSeconds: number;
  /** The most memory that the command and all that it started held at once, in MB. */
  megabytes: number;
}

/** Runs a command, and writes what it took of processors to a pipe: the shell's time, and that of all that it started. */
const COUNTING = '"$@"; status=$?; times >&3; exit $status';

/** Runs a command to its end, with the clock running. @throws {Error} with all that it said, if it fails. */
export async function timed(file: string, args: string[], options: Options): Promise<Timed> {
  const started = performance.now();
  const stdio = ["ignore", "pipe", "pipe", "pipe"] as const;
  const running = execa("sh", ["-c", COUNTING, "sh", file, ...args], { ...options, stdio, all: true, reject: false });
  const stop = watchMemory(running.pid ?? 0);
  const { failed, all, stdio: outputs } = await running;
  const seconds = (performance.now() - started) / 1000;
  const figures = { seconds, processorSeconds: processorSeconds(String(outputs[3])), megabytes: stop() };
  if (failed) throw new Error(`${file} ${args[0] ?? ""} failed:\n${String(all)}`);
  return figures;
}

/** The time of the shell's children from what its `times` prints: user and system, in a second line such as `0m1.370s 0m0.2s`. */
function processorSeconds(text: string): number {
  const times = [...text.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
  const [user = 0, system = 0] = times.slice(2);
  return user + system;
}
