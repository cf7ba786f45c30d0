import { milliseconds } from "../../config/litellm/duration.ts";
import { replacedAlias } from "../../config/litellm/replaced-alias.ts";
import { isAdopted, type KeyState, type Replaced, type Wanted, without } from "./key-set.ts";
import { tokenOf } from "./key-store.ts";

/** How long a key that was replaced stays valid, unless the settings say otherwise. */
export const OVERLAP = "24h";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Whether another key takes the place of the one that is there. */
export function isReplacement(last: KeyState, wanted: Wanted): boolean {
  if (!isAdopted(wanted)) return tokenOf(wanted.key) !== last.token;
  // Its value need not be known, but what it is called is.
  return !isAdopted(last) || ![last.adopt, last.alias, last.token].includes(wanted.adopt);
}

/**
 * A key as it is wanted, with what follows from the one that is there: which keys stay valid beside it, and when it expires.
 * A moment that `wanted` has already, because the preview showed it, stays as it is.
 *
 * @param last The key that is there; nothing for a new one.
 */
export function planned(last: KeyState | undefined, wanted: Wanted, now = new Date()): Wanted {
  const replaced = last ? replacedKeys(last, wanted, now) : [];
  const expires = plannedExpiry(last, wanted, now);
  const settings = without(wanted, ["replaced", "expires"]) as Wanted;
  return { ...settings, ...(replaced.length > 0 && { replaced }), ...(expires !== undefined && { expires }) };
}

/** The keys that are to stay valid beside the current one: what an update has to leave, in this order. */
function replacedKeys(last: KeyState, wanted: Wanted, now: Date): Replaced[] {
  const overlap = milliseconds(wanted.overlap ?? OVERLAP);
  if (overlap === 0) return [];
  const valid = (last.replaced ?? []).filter(({ until }) => new Date(until) > now);
  if (isGone(last) || !isReplacement(last, wanted)) return valid;
  const alias = replacedAlias(last);
  const until = wanted.replaced?.find((key) => key.alias === alias)?.until ?? momentAfter(overlap, now, Math.ceil);
  return until === undefined ? valid : [...valid, { alias, until }];
}

/** When a key expires: `duration` from now, if that or the key changes; else when it did before. */
function plannedExpiry(last: KeyState | undefined, wanted: Wanted, now: Date): string | undefined {
  if (wanted.duration === undefined) return undefined;
  const isSame = last?.expires !== undefined && last.duration === wanted.duration && !isReplacement(last, wanted);
  if (isSame) return last.expires;
  const isShown = wanted.expires !== undefined && new Date(wanted.expires) > now;
  return isShown ? wanted.expires : momentAfter(milliseconds(wanted.duration), now, Math.floor);
}

/** Whether LiteLLM has the key no longer, only its predecessors. */
function isGone({ alias }: KeyState): boolean {
  return alias === "";
}

/**
 * A moment so far from now, as ISO 8601; nothing if that is not known yet. From a day on it is a full hour: so it is mostly
 * the same in an update as in the preview before, which `pulumi up --plan` insists on.
 */
function momentAfter(length: number, now: Date, round: (hours: number) => number): string | undefined {
  const moment = now.getTime() + length;
  if (Number.isNaN(moment)) return undefined;
  return new Date(length < DAY ? moment : round(moment / HOUR) * HOUR).toISOString();
}
