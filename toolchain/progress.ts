import { styleText } from "node:util";

/** How often a step that is still running says so, in milliseconds. */
const HEARTBEAT = 15_000;

/**
 * Says on stderr what is being done, then how long it took, so that stdout stays free for results.
 * A step that takes long repeats itself, so that nobody mistakes it for a hang.
 *
 * @param title What is being done, as in "Building the Pulumi CLI from Go modules (about 4 minutes)".
 */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  say(`${title} …`);
  const heartbeat = setInterval(() => {
    say(`${title} … ${seconds()} so far`);
  }, HEARTBEAT);
  try {
    const result = await work();
    say(`${title}: ${seconds()}`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}

/** One line of progress on stderr. */
export function say(line: string): void {
  process.stderr.write(`${styleText("dim", "·", { stream: process.stderr })} ${line}\n`);
}

let noticesAreShown = true;

/** One line about how this machine is set up, unless the command has only its result to print. */
export function notice(line: string): void {
  if (noticesAreShown) say(line);
}

/** Leaves notices out from here on. */
export function hideNotices(): void {
  noticesAreShown = false;
}
