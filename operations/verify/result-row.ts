import { setTimeout as sleep } from "node:timers/promises";

/** One fact about a deployment, and whether it holds. */
export interface Row {
  check: string;
  ok: boolean;
  /** What was found; of a failure, what is wrong and what to do about it. */
  detail: string;
  /** Set if it could not be tried, which is nobody's fault or is told in another row. */
  untried?: true;
}

/** Why a fact could not be tried. */
export class Untried extends Error {}

/**
 * A fact as a row, whatever happens.
 *
 * @param work Returns what it found; throws an error whose message says what is wrong; `Untried` if that can't be found out.
 */
export async function row(check: string, work: () => Promise<string>): Promise<Row> {
  try {
    return { check, ok: true, detail: await work() };
  } catch (error) {
    if (error instanceof Untried) return { check, ok: true, untried: true, detail: error.message };
    return { check, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

export interface Patience {
  /** Seconds to wait in all. */
  seconds: number;
  /** Seconds between two looks. */
  every: number;
}

/** What `look` finds, or undefined when it found nothing in time. */
export async function eventually<T>(
  { seconds, every }: Patience,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() >= deadline) return found;
    await sleep(every * 1000);
  }
}
