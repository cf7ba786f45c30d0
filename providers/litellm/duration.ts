/** A span of time as LiteLLM writes it: `90s`, `30m`, `24h`, `7d`, `2w`, `1mo`. It answers 500 to some others, and ignores the rest. */
export const DURATION = /^[1-9]\d*(s|m|h|d|w|mo)$/;

/** Seconds of each unit; a month has 30 days. */
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, mo: 2_592_000 };

/** Milliseconds of a duration, `0s` among them; NaN for what is none. */
export function milliseconds(duration: string): number {
  const [, count, unit = ""] = /^(\d+)([a-z]+)$/.exec(duration) ?? [];
  return Number(count) * (SECONDS[unit] ?? Number.NaN) * 1000;
}
