import { expect, it } from "vitest";

import { drift } from "../../../operations/review/drift.ts";
import { readPreview } from "../../../operations/review/preview.ts";
import { key, KEYS, previewText, SERVICE, SQL, step } from "./previews.ts";

const driftOf = (...steps: object[]) => drift("prod", readPreview(previewText(steps)));

function lines(page: ReturnType<typeof drift>, title: string): string[] {
  const found = page.sections.find((one) => one.title === title);
  return (found?.blocks ?? []).flatMap((block) => (block.kind === "table" ? [] : block.lines));
}

it("a refresh that finds nothing leaves nothing to say", () => {
  const made = driftOf(step("refresh", SQL, "prod-postgres", { tier: "a" }, { tier: "a" }));
  expect(made).toEqual({
    ...{ stack: "prod", headline: "Stack prod: nothing was changed behind its back", risks: [], sections: [] },
  });
});

it("what is gone comes before what was changed, and both before how to put it right", () => {
  const had = { a: key("a", 40), b: key("b", 8), c: key("c", 1), masterKey: "[secret]" };
  const made = driftOf(
    step("update", SQL, "prod-postgres", { settings: { tier: "a" } }, { settings: { tier: "b" } }),
    step("delete", SERVICE, "litellm", { port: 1 }),
    step("refresh", SERVICE, "admin", { port: 2 }, { port: 2 }),
    // As the provider reads keys: one that LiteLLM no longer has is there without its alias.
    step("update", KEYS, "projects", had, { ...had, a: key("a", 40, { maxBudget: 5000 }), b: { alias: "" } }),
    {
      ...step("update", SQL, "other", { rootPassword: "[secret]" }, { rootPassword: "[secret]" }),
      diffReasons: ["rootPassword"],
    },
  );
  expect(made.headline).toBe("Stack prod: 5 things were changed behind its back");
  expect(made.sections.map(({ title }) => title)).toEqual(["Gone", "Changed", "How to put it right"]);
  expect(lines(made, "Gone")).toEqual([
    "Service litellm is gone",
    "The virtual key b is gone: whoever uses it is refused",
  ]);
  expect(lines(made, "Changed")).toEqual([
    "DatabaseInstance prod-postgres: settings.tier: a → b",
    "DatabaseInstance other: rootPassword differs",
    "Virtual key a: maxBudget: 50 → 5000",
  ]);
  expect(lines(made, "How to put it right")[0]).toContain("npm run pulumi -- up --stack prod --refresh does it");
});

it("of one thing with many differences, some are named and the rest is counted", () => {
  const many = (value: number) => Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, value]));
  const made = driftOf(step("update", SQL, "prod-postgres", many(1), many(2)));
  expect(made.headline).toBe("Stack prod: 1 thing was changed behind its back");
  expect(lines(made, "Changed")).toHaveLength(9);
  expect(lines(made, "Changed").at(-1)).toBe("DatabaseInstance prod-postgres: and 12 more");
});
