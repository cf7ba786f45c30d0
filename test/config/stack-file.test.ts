import { expect, it } from "vitest";

import { stackFileProblems } from "../../config/rules/stack-file.ts";

const problems = (text: string) => stackFileProblems(text).map(({ path, message }) => `${path.join(".")} ${message}`);

it("the look at a stack file says what to do with a section of which everything is a comment", () => {
  const text = `config:
  llm-gateway:platform:
  llm-gateway:models:
  # - name: gpt-4o
  llm-gateway:pools:
  #   general:
  other:settings:
`;
  expect(problems(text)).toEqual([
    "platform has nothing below it; make this line a comment too",
    "models has nothing below it; make this line a comment too, or write [] behind it",
    "pools has nothing below it; make this line a comment too, or write {} behind it",
  ]);
});

it.each(["", "config:", "config: {}", "config: [", "- a", "config:\n  llm-gateway:pools: {}\n"])(
  "the look at a stack file finds nothing where nothing is wrong, or Pulumi itself says what: %j",
  (text) => {
    expect(problems(text)).toEqual([]);
  },
);
