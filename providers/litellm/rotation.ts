import { tokenOf } from "./key-store.ts";

/** How long a key that was replaced stays valid, unless the settings say otherwise. */
export const OVERLAP = "24h";

/** A key that was replaced and is still valid. */
export interface Replaced {
  /** What it is called since then: its old alias, `-g` and its generation. */
  alias: string;
  /** When LiteLLM begins to refuse it, as ISO 8601. The first update after that deletes it. */
  until: string;
}

export interface Rotation {
  alias?: string;
  /** The key itself; none if it was adopted and its value is not known. */
  key?: string;
  /** Raising it by one replaces the key by a new one. Default: 1. */
  generation?: number;
  /** How long a key that is replaced stays valid: `24h`. `0s` ends it at once, and all before it. Default: 24h. */
  overlap?: string;
  /** Not set in code: keys that were replaced and are still valid, worked out in each preview. */
  replaced?: Replaced[];
  /** How long it is valid: `90d`. Default: forever. */
  duration?: string;
  /** Not set in code: when it expires, as ISO 8601, worked out in each preview. */
  expires?: string;
}

/** The keys that are to stay valid beside the current one: what an update has to leave, in this order. */
export function replacedKeys(olds: Rotation, news: Rotation, now = new Date()): Replaced[] {
  const overlap = milliseconds(news.overlap ?? OVERLAP);
  const valid = overlap === 0 ? [] : (olds.replaced ?? []).filter(({ until }) => new Date(until) > now);
  if (!isRotation(olds, news)) return valid;
  const until = new Date(now.getTime() + overlap);
  const alias = replacedAlias(olds);
  const others = valid.filter((key) => key.alias !== alias);
  return until > now ? [...others, { alias, until: until.toISOString() }] : others;
}

/** The alias that a key gets when it is replaced. */
export function replacedAlias({ alias = "", generation = 1 }: Pick<Rotation, "alias" | "generation">): string {
  return `${alias}-g${generation}`;
}

/** When a key expires: `duration` from now, if that or the key changes; else when it did before. */
export function plannedExpiry(olds: Rotation, news: Rotation, now = new Date()): string | undefined {
  if (news.duration === undefined) return undefined;
  if (olds.expires !== undefined && olds.duration === news.duration && !isRotation(olds, news)) return olds.expires;
  const expires = new Date(now.getTime() + milliseconds(news.duration));
  // The check refuses a duration that is none.
  return Number.isNaN(expires.getTime()) ? undefined : expires.toISOString();
}

function isRotation(olds: Rotation, news: Rotation): boolean {
  if (olds.alias === undefined || !news.key) return false;
  return olds.key ? tokenOf(olds.key) !== tokenOf(news.key) : (olds.generation ?? 1) !== (news.generation ?? 1);
}

/** Milliseconds of a duration as LiteLLM writes it: `90s`, `30m`, `24h`, `7d`, `2w`, `1mo` (30 days). */
export function milliseconds(duration: string): number {
  const [, count, unit = ""] = /^(\d+)(s|m|h|d|w|mo)$/.exec(duration) ?? [];
  const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, mo: 2_592_000 };
  return Number(count) * (seconds[unit] ?? Number.NaN) * 1000;
}
