import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import type { StackName } from "./edit.ts";
import type { Outcome } from "./outcome.ts";
import { outcomeOf, type Outcomes, page } from "./page.ts";
import { inWords } from "./resources.ts";
import { editsOn, SUBJECTS } from "./subjects.ts";

const STACKS: StackName[] = ["local", "kubernetes", "prod", "dev"];
const edits = SUBJECTS.flatMap((subject) => subject.edits);

const outcomes = Object.fromEntries(STACKS.map((stack) => [stack, read(stack)])) as Outcomes;

/** What the engine has shown, as its tests have committed it. */
function read(stack: StackName): Record<string, Outcome> {
  return yaml.parse(readFileSync(join(import.meta.dirname, "previews", `${stack}.yaml`), "utf8")) as Record<
    string,
    Outcome
  >;
}

it("docs/changes.md has what the previews have shown", async () => {
  await expect(page(outcomes)).toMatchFileSnapshot("../../docs/changes.md");
});

it("the typical edits are forty or more, each with a name of its own, and each platform has its share", () => {
  expect(edits.length).toBeGreaterThan(40);
  expect(new Set(edits.map(({ what }) => what)).size).toBe(edits.length);
  expect(editsOn("local").length).toBeGreaterThan(30);
  expect(editsOn("kubernetes").length).toBeGreaterThan(20);
  expect(editsOn("prod").length).toBeGreaterThan(20);
});

it.each(STACKS)("the committed previews of %s are those of its edits, and no others", (stack) => {
  expect(Object.keys(outcomes[stack])).toEqual(editsOn(stack).map(({ what }) => what));
});

describe.each(edits.map((edit) => [edit.what, edit] as const))("%s", (what, edit) => {
  const of = (stack: StackName) => outcomeOf(outcomes, stack, what);
  const shown = new Set(edit.on.flatMap((stack) => of(stack).steps.flatMap(inWords)));

  it("shows no change of what it does not concern", () => {
    expect([...shown].filter((words) => !edit.touches.includes(words))).toEqual([]);
  });

  it("shows a change of all that it is said to touch", () => {
    expect(edit.touches.filter((words) => !shown.has(words))).toEqual([]);
  });

  it("is refused where it is said to be, and nowhere else", () => {
    expect(edit.on.filter((stack) => of(stack).refused !== undefined)).toEqual(edit.refusedOn ?? []);
  });

  it("asks for the acknowledgements that it is said to need, and for no others", () => {
    const asked = edit.on.flatMap((stack) => of(stack).unacknowledged ?? []);
    const acts = asked.flatMap((line) => /^((?:delete-key|replace-key|replace)\/[\w.-]+): /.exec(line)?.[1] ?? []);
    // Platform local asks for none.
    expect(acts).toEqual(edit.on.some((stack) => stack !== "local") ? (edit.acknowledges ?? []) : []);
  });
});
