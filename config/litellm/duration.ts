/** A span of time as LiteLLM writes it: `90s`, `30m`, `24h`, `7d`, `2w`, `1mo`. It answers 500 to some others, and ignores the rest. */
const DURATION = /^[1-9]\d*(s|m|h|d|w|mo)$/;

/** A hundred years in milliseconds: after some thousand, LiteLLM's clock has no date and it answers 500. */
const LONGEST = 36_500 * 86_400_000;

/** Whether LiteLLM can count a text as a span of time. */
export function isDuration(text: string): boolean {
  return DURATION.test(text) && milliseconds(text) <= LONGEST;
}

/** Seconds of each unit; a month has 30 days. */
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, mo: 2_592_000 };

/** Milliseconds of a duration, `0s` among them; NaN for what is none. */
export function milliseconds(duration: string): number {
  const [, count, unit = ""] = /^(\d+)([a-z]+)$/.exec(duration) ?? [];
  return Number(count) * (SECONDS[unit] ?? Number.NaN) * 1000;
}

/** Days before its end at which a key that expires is pointed out. */
export const EXPIRY_WARNING_DAYS = 14;

/**
 * Days until a key expires, the one that has begun included; zero or fewer for one that has expired.
 *
 * @param expires ISO 8601.
 */
export function daysLeft(expires: string, now = new Date()): number {
  return Math.ceil((new Date(expires).getTime() - now.getTime()) / 86_400_000);
}
