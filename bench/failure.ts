/** How many characters of a failure are kept. */
const SHOWN = 200;

/** A tool's own words, on one line. */
export function failure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [reason] = text.split("\n").filter((line) => /error: |fatal: |forbidden/i.test(line));
  return (reason ?? text).replace(/\s+/g, " ").trim().slice(0, SHOWN);
}
