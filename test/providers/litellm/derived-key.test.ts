import { describe, expect, it } from "vitest";

import { derivedKey, derivedSeed } from "../../../providers/litellm/key-value.ts";

const seed = "of-the-test-only";

describe("a derived key", () => {
  it("is the same whenever it is asked for", () => {
    // Keys that people hold: another value here would replace them all.
    expect(derivedKey(seed, "research-team", 1)).toBe("sk-myFQaWZ8RPHDPyNnfnxPwC9zof8XxMrY8Vsj8DK7");
    expect(derivedSeed(seed, "projects")).toBe("67a19b7e0346d9ff063f29d43effe02369df9e3a44973bfd59bd38e590d1b335");
  });

  it("is another one for another name, generation, seed or set", () => {
    const keys = [
      derivedKey(seed, "team", 1),
      derivedKey(seed, "team", 2),
      derivedKey(seed, "team", 11),
      derivedKey(seed, "team1", 1),
      derivedKey(`${seed}2`, "team", 1),
      derivedKey(derivedSeed(seed, "projects"), "team", 1),
      derivedKey(derivedSeed(seed, "pools"), "team", 1),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("has 40 letters and digits, each as often as any other", () => {
    const counts = new Map<string, number>();
    const keys = 5000;
    for (let index = 0; index < keys; index += 1) {
      const key = derivedKey(seed, `key-${index}`, 1);
      expect(key).toMatch(/^sk-[A-Za-z0-9]{40}$/);
      for (const letter of key.slice(3)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    const expected = (keys * 40) / 62;
    // Chi-squared with 61 degrees of freedom is above 120 once in a hundred thousand times; with a bias of a byte's rest
    // it would be above 1000.
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(120);
  });
});
