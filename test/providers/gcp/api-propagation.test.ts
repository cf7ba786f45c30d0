import { describe, expect, it } from "vitest";

import { type Inputs, provider } from "../../../providers/gcp/api-propagation.ts";

const SECONDS = 0.2;
const inputs = (...apis: string[]): Inputs => ({ apis, seconds: SECONDS });

/** Milliseconds that something takes. */
async function duration(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

describe("the wait for APIs", () => {
  it("is after they were enabled", async () => {
    expect(await duration(() => provider.create(inputs("compute")))).toBeGreaterThanOrEqual(SECONDS * 990);
  });

  it("is again when one more is enabled, and at no other change", async () => {
    const update = (from: Inputs, to: Inputs) => duration(() => provider.update("id", from, to));
    expect(await update(inputs("compute"), inputs("compute", "iam"))).toBeGreaterThanOrEqual(SECONDS * 990);
    // These would outlast the test.
    await provider.update("id", inputs("compute", "iam"), { apis: ["compute"], seconds: 60 });
    await provider.update("id", inputs("compute"), { apis: ["compute"], seconds: 60 });
  });

  it("shows as a change when the APIs or the time differ", async () => {
    const diff = async (from: Inputs, to: Inputs) => (await provider.diff("id", from, to)).changes;
    expect(await diff(inputs("compute"), inputs("compute"))).toBe(false);
    expect(await diff(inputs("compute"), inputs("compute", "iam"))).toBe(true);
    expect(await diff(inputs("compute"), { apis: ["compute"], seconds: 60 })).toBe(true);
  });
});
