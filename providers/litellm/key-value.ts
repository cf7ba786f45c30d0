import { createHash, createHmac } from "node:crypto";

import type { KeyArgs } from "../../config/litellm/key-fields.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Characters of a key after its `sk-`: 238 bits. */
const LENGTH = 40;

/** Bytes from here on are left out, else the alphabet's first letters would come more often than the others. */
const LIMIT = 256 - (256 % ALPHABET.length);

/**
 * The value of a virtual key, `sk-` and 40 letters and digits: the same whenever it is asked for, so that making a key can
 * be repeated, and no guess for whoever does not know the seed.
 *
 * @param seed Secret of the stack, with at least 128 bits of randomness.
 * @param name The key's name, unique among those of the seed.
 * @param generation Another generation is another value.
 */
export function derivedKey(seed: string, name: string, generation: number): string {
  let letters = "";
  for (let block = 0; letters.length < LENGTH; block += 1) {
    const bytes = createHmac("sha256", seed)
      .update(JSON.stringify([name, generation, block]))
      .digest();
    for (const byte of bytes) if (byte < LIMIT) letters += ALPHABET.charAt(byte % ALPHABET.length);
  }
  return `sk-${letters.slice(0, LENGTH)}`;
}

/** A seed for one set of keys, so that keys of one name in two sets differ, and no set knows another's. */
export function derivedSeed(seed: string, set: string): string {
  return createHmac("sha256", seed).update(set).digest("hex");
}

/** LiteLLM's name for a key: its SHA-256, and no secret. */
export function tokenOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

/** The value of a key of a set, which no state holds: empty for an adopted key of unknown value. */
export function keyValue(seed: string, name: string, key: Partial<KeyArgs> & { adoptedKey?: string }): string {
  return isAdopted(key) ? (key.adoptedKey ?? "") : derivedKey(seed, name, key.generation ?? 1);
}

/** Whether a key is the one that was taken over: its next generation is a new key in its place. */
export function isAdopted({
  adopt,
  generation,
}: {
  adopt?: string | undefined;
  generation?: number | undefined;
}): boolean {
  return adopt !== undefined && (generation ?? 1) === 1;
}
