import { expect, it } from "vitest";

import { withPlanSalt } from "../../operations/plan-salt.ts";

const state = () =>
  Promise.resolve(
    JSON.stringify({ deployment: { secrets_providers: { type: "passphrase", state: { salt: "v1:salt" } } } }),
  );
const unasked = () => expect.fail("the state was asked for");
const FILE = "config:\n  llm-gateway:platform: local\n";

it.each([[["up", "--plan", "plan.json"]], [["preview", "--save-plan=plan.json"]]])(
  "a plan is encrypted with the state's salt where the stack file has none: %j",
  async (args) => {
    expect(await withPlanSalt(FILE, args, state)).toBe(`${FILE}encryptionsalt: v1:salt\n`);
  },
);

it("commands without a plan, and files that say how they are encrypted, are left alone", async () => {
  expect(await withPlanSalt(FILE, ["up", "--planned"], unasked)).toBe(FILE);
  for (const line of ["encryptionsalt: v1:own", "encryptedkey: abc"]) {
    expect(await withPlanSalt(`${FILE}${line}\n`, ["up", "--plan", "a"], unasked)).toBe(`${FILE}${line}\n`);
  }
});

it.each([[undefined], ["{}"], ['{"deployment":{"resources":[]}}']])(
  "a plan of a stack without a state is refused, since nothing could read it: %j",
  async (text) => {
    const made = withPlanSalt(FILE, ["preview", "--save-plan", "a"], () => Promise.resolve(text));
    await expect(made).rejects.toThrow("this stack has no state yet: run `up` without a plan first");
  },
);
