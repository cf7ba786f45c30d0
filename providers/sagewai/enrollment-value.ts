import { createHash, createHmac } from "node:crypto";

/**
 * The value of a pool's enrollment key: 43 letters, digits, hyphens and underscores. It follows from what the state has
 * before Sagewai hears of the key, so that making a key can be repeated.
 *
 * @param seed Secret of the pool.
 * @param generation Another generation is another value.
 */
export function enrollmentValue(seed: string, generation: number): string {
  return createHmac("sha256", seed).update(`enrollment key ${generation}`).digest("base64url");
}

/** The hash of a key: all that Sagewai stores of it. */
export function enrollmentHash(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
