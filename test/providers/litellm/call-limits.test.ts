import { afterEach, expect, it } from "vitest";

import { CALL_LIMITS, callLimits, setCallLimits } from "../../../providers/litellm/call-limits.ts";
import { configure } from "../../../providers/litellm/virtual-key.ts";

afterEach(() => {
  setCallLimits();
});

/** Settings as a provider is given them by Pulumi. */
const config = (litellm?: object) => ({
  get: (key: string) => (key === "llm-gateway:litellm" && litellm ? JSON.stringify(litellm) : undefined),
  require: () => "",
});

it("takes what the stack says, and the defaults for the rest", () => {
  configure(config({ port: 4000, management: { patience: 5, concurrency: 2 } }));
  expect(callLimits()).toEqual({ timeout: 20, patience: 5, concurrency: 2 });
});

it("has defaults for a stack that says nothing", () => {
  configure(config({ management: { timeout: 1 } }));
  configure(config());
  expect(callLimits()).toEqual(CALL_LIMITS);
  configure(config({ port: 4000 }));
  expect(callLimits()).toEqual(CALL_LIMITS);
});
