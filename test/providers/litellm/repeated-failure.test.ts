import { expect, it } from "vitest";

import { LiteLlmError } from "../../../providers/litellm/litellm-error.ts";
import { RepeatedFailure } from "../../../providers/litellm/retry-budget.ts";

const said = (message: string, status = 500) =>
  new LiteLlmError("POST /key/generate", status, JSON.stringify({ error: { message } }));

/** Whether each of these failures is taken for one for good. */
async function verdicts(failures: Error[], isReady = true): Promise<boolean[]> {
  const repeated = new RepeatedFailure(() => Promise.resolve(isReady));
  const found: boolean[] = [];
  for (const failure of failures) found.push(await repeated.isForGood(failure));
  return found;
}

it("the client of LiteLLM takes the same 500 three times for a failure for good, while LiteLLM is well", async () => {
  expect(await verdicts([said("a"), said("a"), said("a"), said("a")])).toEqual([false, false, true, true]);
});

it.each([
  ["LiteLLM says that it isn't well", [said("a"), said("a"), said("a"), said("a")], false],
  ["it says something else in between", [said("a"), said("a"), said("b"), said("a"), said("a")], true],
  ["it can't be reached in between", [said("a"), said("a"), new Error("refused"), said("a"), said("a")], true],
  ["it is another status", [said("a", 503), said("a", 503), said("a", 503), said("a", 429)], true],
])("the client of LiteLLM waits on while %s", async (_, failures, isReady) => {
  expect(await verdicts(failures, isReady)).not.toContain(true);
});
