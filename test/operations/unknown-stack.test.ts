import { expect, it } from "vitest";

import { unknownStack } from "../../operations/unknown-stack.ts";

it("the message about an unknown stack names the stacks that there are", () => {
  expect(unknownStack("prdo", ["local", "prod"]).message).toMatch(
    /^There is no stack "prdo": write one of local, prod\. `npm start` makes the stack local,/,
  );
});

it("the message about an unknown stack says how to make the first", () => {
  expect(unknownStack("local", []).message).toMatch(
    /^There is no stack "local" yet\. .* `npm run pulumi -- stack init NAME` any other\.$/,
  );
});
