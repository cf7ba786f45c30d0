import { createHmac } from "node:crypto";

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
