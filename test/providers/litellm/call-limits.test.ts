import { afterEach, expect, it } from "vitest";

import { CALL_LIMITS } from "../../../config/litellm/call-limits.ts";
import { callLimits, setCallLimits } from "../../../providers/litellm/retry-budget.ts";
import { provider } from "../../../providers/litellm/virtual-keys.ts";

afterEach(() => {
  setCallLimits();
});

/** Configures the provider as Pulumi does. */
async function configure(litellm?: object): Promise<void> {
  const get = (key: string) => (key === "llm-gateway:litellm" && litellm ? JSON.stringify(litellm) : undefined);
  await provider.configure?.({ config: { get, require: () => "" } });
}

it("the limit of calls takes what the stack says, and the defaults for the rest", async () => {
  await configure({ port: 4000, management: { patience: 5, concurrency: 2 } });
  expect(callLimits()).toEqual({ timeout: 20, patience: 5, concurrency: 2 });
});

it("the limit of calls has defaults for a stack that says nothing", async () => {
  await configure({ management: { timeout: 1 } });
  await configure();
  expect(callLimits()).toEqual(CALL_LIMITS);
  await configure({ port: 4000 });
  expect(callLimits()).toEqual(CALL_LIMITS);
});
