import { expect, it } from "vitest";

import type { Review } from "../../../operations/review/document.ts";
import { markdown } from "../../../operations/review/markdown.ts";
import { readPreview } from "../../../operations/review/preview.ts";
import { isOpen, review } from "../../../operations/review/review.ts";
import { FOUNDATIONS, key, KEYS, previewText, SERVICE, SQL, step } from "./previews.ts";

const TODAY = new Date("2026-12-01T00:00:00Z");

/** Steps, or steps with the rest of a preview. */
type Side =
  object[] | { steps: object[]; config?: object; diagnostics?: object[]; encrypted?: Record<string, unknown> };

/** What a branch changes against main, by both previews of one state. */
function comparedReview(main: Side, branch: Side): Review {
  const [from, to] = [main, branch].map((side) => {
    const { steps, encrypted, ...more } = Array.isArray(side) ? { steps: side, encrypted: undefined } : side;
    return { ...readPreview(previewText(steps, more)), ...(encrypted && { encrypted }) };
  });
  return review("prod", to ?? expect.fail(), { from: { ref: "main", preview: from ?? expect.fail() }, today: TODAY });
}

const pending = ({ sections }: Review) => sections.find(({ title }) => title.includes("pending"));
const changed = ({ create, update, replace, delete: gone }: Review["counts"]) => ({ create, update, replace, gone });
const NONE = { create: 0, update: 0, replace: 0, gone: 0 };

const had = { a: key("a", 40), b: key("b", 8) };
const keys = (after: object) => step("update", KEYS, "projects", had, after);

it("a branch that changes nothing shows nothing but what is pending already, folded", () => {
  const steps = [keys({ ...had, a: key("a", 50) }), step("create", SERVICE, "litellm", undefined, { port: 1 })];
  const made = comparedReview(steps, steps);
  expect(changed(made.counts)).toEqual(NONE);
  expect(made).toMatchObject({ from: "main", risks: [] });
  expect(made.sections).toEqual([
    {
      title: "2 changes are pending already at main",
      isFolded: true,
      blocks: [
        {
          kind: "lines",
          lines: ["Service litellm is made", "VirtualKeys projects is updated: a.maxBudget, a.metadata.soft_budget"],
        },
      ],
    },
  ]);
  expect(markdown(made)).toMatch(/^## Stack prod, compared with main: no change\n/);
  expect(isOpen(made)).toBe(false);
});

it("a branch's own budget is told from what main leads to, not from the state, in one resource with what is pending", () => {
  const made = comparedReview(
    [keys({ ...had, a: key("a", 50) })],
    [keys({ ...had, a: key("a", 50), b: key("b", 16) })],
  );
  expect(changed(made.counts)).toEqual({ ...NONE, update: 1 });
  const money = made.sections.find(({ title }) => title === "Money");
  expect(money?.blocks).toMatchObject([{ rows: [["b", "$8 / $10 in 30d", "$16 / $20 in 30d", "+$10"], {}] }]);
  expect(JSON.stringify(made)).not.toContain("pending");
});

it("before there is an environment, a branch's change is one of what main would make", () => {
  const create = (budget: number) => step("create", KEYS, "projects", undefined, { a: key("a", budget) });
  const made = comparedReview(
    [create(40), step("create", SQL, "prod-postgres", undefined, { tier: "a" })],
    [create(80), step("create", SQL, "prod-postgres", undefined, { tier: "b" })],
  );
  expect(changed(made.counts)).toEqual({ ...NONE, update: 2 });
  expect(made.risks).toEqual([]);
});

it("a name that Pulumi makes up for each preview is no change, nor is it where another resource has it", () => {
  const made = (router: string, more: object = {}) => [
    step("create", "gcp:compute/router:Router", "prod-router", undefined, { name: router, ...more }),
    step("create", "gcp:compute/routerNat:RouterNat", "prod-nat", undefined, {
      router,
      rules: [{ of: `a/${router}` }],
    }),
  ];
  expect(changed(comparedReview(made("prod-router-a9b4eb5"), made("prod-router-2e160d9")).counts)).toEqual(NONE);
  const own = comparedReview(made("prod-router-a9b4eb5"), made("prod-router-2e160d9", { bgp: 1 }));
  expect(changed(own.counts)).toEqual({ ...NONE, update: 1 });
  // One that somebody chose.
  expect(changed(comparedReview(made("prod-router-a9b4eb5"), made("prod-router")).counts)).toEqual({
    ...NONE,
    update: 2,
  });
});

it("what only one of both has is made or deleted by the branch", () => {
  const made = comparedReview(
    [step("same", SERVICE, "went", { port: 1 }, { port: 1 }), step("delete", SERVICE, "stays", { port: 2 })],
    [
      step("delete", SERVICE, "went", { port: 1 }),
      step("same", SERVICE, "stays", { port: 2 }, { port: 2 }),
      step("create", SERVICE, "came", undefined, { port: 3 }),
    ],
  );
  expect(changed(made.counts)).toEqual({ ...NONE, create: 2, gone: 1 });
  expect(pending(made)).toBe(undefined);
});

it("what main deletes, and the branch as well, is pending", () => {
  const gone = [step("delete", SERVICE, "went", { port: 1 })];
  const made = comparedReview(gone, gone);
  expect(changed(made.counts)).toEqual(NONE);
  expect(pending(made)?.title).toBe("1 change is pending already at main");
});

it("another value of a secret, which no preview shows, is a change of the branch", () => {
  const inputs = { masterKey: "[secret]" };
  const same = step("same", SERVICE, "litellm", inputs, inputs);
  const update = { ...step("update", SERVICE, "litellm", inputs, inputs), diffReasons: ["masterKey"] };
  const both = { ...update, diffReasons: ["masterKey", "salt"] };
  for (const [main, branch] of [
    [same, update],
    [update, same],
    [update, both],
  ]) {
    const made = comparedReview([main ?? {}], [branch ?? {}]);
    expect(changed(made.counts)).toEqual({ ...NONE, update: 1 });
    expect(JSON.stringify(made.sections)).toContain("Service litellm is updated: a secret");
  }
  expect(changed(comparedReview([update], [update]).counts)).toEqual(NONE);
});

it("a replacement is the branch's if main would only update the server, and pending if main replaces it too", () => {
  const of = (op: string, tier: string) => ({
    ...step(op, SQL, "prod-postgres", { tier: "a" }, { tier }),
    ...{ diffReasons: ["tier"], ...(op === "replace" && { replaceReasons: ["tier"] }) },
  });
  const own = comparedReview([of("update", "b")], [of("replace", "c")]);
  expect(changed(own.counts)).toEqual({ ...NONE, replace: 1 });
  expect(own.risks).toMatchObject([{ act: "replace/prod-postgres", isAcknowledged: false }]);
  expect(isOpen(own)).toBe(true);

  const both = comparedReview([of("replace", "b")], [of("replace", "b")]);
  expect(changed(both.counts)).toEqual(NONE);
  expect(both.risks).toEqual([]);
  expect(isOpen(both)).toBe(false);
  expect(JSON.stringify(pending(both))).toContain("⚠ DatabaseInstance prod-postgres is deleted and made again");
});

it("a risk is the branch's if only the branch brings it, or no longer acknowledges it", () => {
  const { a } = had;
  const config = { "llm-gateway:acknowledge": { "delete-key/b": "2026-12-31" } };
  const open = comparedReview([keys(had)], [keys({ a })]);
  expect(open.risks).toMatchObject([{ act: "delete-key/b" }]);
  expect(comparedReview([keys({ a })], { steps: [keys({ a })], config }).risks).toEqual([]);
  const withdrawn = comparedReview({ steps: [keys({ a })], config }, [keys({ a })]);
  expect(withdrawn.risks).toMatchObject([{ act: "delete-key/b", isAcknowledged: false }]);
  expect(isOpen(withdrawn)).toBe(true);
});

it("a foundation that moves at main already is pending with all that goes with it", () => {
  const moved = (region: string) => ({ settings: { platform: "gcp", "gcp.region": region } });
  const steps = [
    step("update", FOUNDATIONS, "foundations", moved("a"), moved("b")),
    step("replace", SQL, "prod-postgres", { region: "a" }, { region: "b" }),
  ];
  const made = comparedReview(steps, [...steps, keys({ ...had, a: key("a", 50) })]);
  expect(made.risks).toEqual([]);
  expect(pending(made)?.title).toBe("2 changes are pending already at main");
});

it("what no longer guards a stack is said, though it changes no resource", () => {
  const made = comparedReview(
    {
      steps: [],
      config: { "llm-gateway:policies": '{"environment":"prod"}' },
      encrypted: { encryptedkey: "a", "llm-gateway:a": { key: { secure: "v1:a" } } },
    },
    {
      steps: [],
      config: {
        "llm-gateway:policies": { environment: "dev", levels: { backups: "off" } },
        "llm-gateway:protect": "false",
      },
      encrypted: {
        secretsprovider: "gcpkms://projects/theirs",
        encryptedkey: "b",
        "llm-gateway:a": { key: { secure: "v1:b" } },
      },
    },
  );
  expect(made.sections).toEqual([
    {
      title: "Guards and secrets",
      blocks: [
        {
          kind: "lines",
          lines: [
            "encryptedkey: a → b",
            "llm-gateway:a.key.secure: v1:a → v1:b",
            "llm-gateway:policies.environment: prod → dev",
            'llm-gateway:policies.levels: {"backups":"off"} is new',
            "llm-gateway:protect: false is new",
            "secretsprovider: gcpkms://projects/theirs is new",
          ],
        },
      ],
    },
  ]);
});

it("Pulumi's warnings are shown if main's preview hasn't the same", () => {
  const warning = (message: string) => ({ severity: "warning", message: `warning: ${message}` });
  const made = comparedReview(
    { steps: [], diagnostics: [warning("old")] },
    { steps: [], diagnostics: [warning("old"), warning("new")] },
  );
  expect(made.sections).toEqual([{ title: "What Pulumi warns of", blocks: [{ kind: "lines", lines: ["new"] }] }]);
});
