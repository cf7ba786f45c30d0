import { expect, it } from "vitest";

import { readPreview } from "../../../operations/review/preview.ts";
import type { Block, Review } from "../../../operations/review/document.ts";
import { isOpen, review } from "../../../operations/review/review.ts";
import { FOUNDATIONS, key, KEYS, previewText, SERVICE, SQL, step } from "./previews.ts";

const TODAY = new Date("2026-12-01T00:00:00Z");

function reviewOf(steps: object[], more: object = {}): Review {
  return review("prod", readPreview(previewText(steps, more)), { today: TODAY });
}

function section(made: Review, title: string): string[] {
  const found = made.sections.find((one) => one.title === title);
  return (found?.blocks ?? []).flatMap(linesOf);
}

function linesOf(block: Block): string[] {
  return block.kind === "table" ? block.rows.map((row) => row.join(" | ")) : block.lines;
}

const acts = ({ risks }: Review) =>
  risks.map(({ act, isAcknowledged }) => `${isAcknowledged ? "said" : "open"} ${act}`);

it("a preview without a change has no risk and no section", () => {
  const made = reviewOf([step("same", KEYS, "projects", { team: key("team", 40) }, { team: key("team", 40) })]);
  const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 1 };
  expect(made).toEqual({
    headline: "Stack prod: no change",
    stack: "prod",
    counts,
    risks: [],
    violations: [],
    sections: [],
  });
  expect(isOpen(made)).toBe(false);
});

it("a replacement of Cloud SQL comes first, for a setting that changes, and takes its three steps for one", () => {
  const moved = (region: string) => ({ settings: { platform: "gcp", "gcp.region": region } });
  const steps = [
    step("update", KEYS, "projects", { bot: key("bot", 8) }, {}),
    step("create-replacement", SQL, "prod-postgres", { region: "a" }, { region: "b" }),
    step("replace", SQL, "prod-postgres", { region: "a" }, { region: "b" }),
    step("delete-replaced", SQL, "prod-postgres", { region: "a" }),
    step("update", FOUNDATIONS, "foundations", moved("a"), moved("b")),
  ];
  const made = reviewOf(steps);
  expect(acts(made)).toEqual(["open replace/gcp.region", "open replace/prod-postgres", "open delete-key/bot"]);
  expect(made.risks[1]?.why).toMatch(/^PostgreSQL is lost with all its data/);
  expect(made.counts).toMatchObject({ replace: 1, update: 2 });
  expect(isOpen(made)).toBe(true);
  const config = { "llm-gateway:acknowledge": JSON.stringify({ "replace/gcp.region": "2026-12-01" }) };
  // Who accepts what the setting destroys has accepted the server.
  expect(acts(reviewOf(steps, { config }))).toEqual([
    "said replace/gcp.region",
    "said replace/prod-postgres",
    "open delete-key/bot",
  ]);
  const over = { "llm-gateway:acknowledge": { "replace/gcp.region": "2026-11-30T00:00:00Z" } };
  expect(acts(reviewOf(steps, { config: over }))[0]).toBe("open replace/gcp.region");
});

it("who accepts what a setting destroys has accepted nothing that doesn't go with it", () => {
  const nodes = (range: string) => ({ settings: { platform: "gcp", "gcp.network.nodes": range } });
  const steps = [
    step("update", FOUNDATIONS, "foundations", nodes("10.0.0.0/22"), nodes("10.1.0.0/22")),
    step("replace", "gcp:container/cluster:Cluster", "prod-cluster", {}, {}),
    step("delete", SQL, "prod-postgres", {}),
    step("delete", "random:index/randomPassword:RandomPassword", "litellm-salt-key", {}),
  ];
  const config = { "llm-gateway:acknowledge": JSON.stringify({ "replace/gcp.network.nodes": "2026-12-01" }) };
  expect(acts(reviewOf(steps, { config }))).toEqual([
    "said replace/gcp.network.nodes",
    "said replace/prod-cluster",
    "open delete/prod-postgres",
    "open delete/litellm-salt-key",
  ]);
});

it.each([
  ["delete", "random:index/randomPassword:RandomPassword", "litellm-salt-key"],
  ["replace", "random:index/randomPassword:RandomPassword", "litellm-key-seed"],
  ["delete", "kubernetes:core/v1:PersistentVolumeClaim", "sagewai-admin"],
  ["replace", "gcp:container/cluster:Cluster", "prod-cluster"],
  ["replace", "gcp:compute/network:Network", "prod-network"],
])("to %s %s %s is a risk", (op, type, name) => {
  expect(acts(reviewOf([step(op, type, name, {}, {})]))).toEqual([`open ${op}/${name}`]);
});

it("what can be made again is no risk", () => {
  const password = "random:index/randomPassword:RandomPassword";
  expect(
    reviewOf([step("delete", password, "worker-salt", {}), step("replace", SERVICE, "litellm", {}, {})]).risks,
  ).toEqual([]);
});

it("keys are told by what becomes of them, and one that ends at once is a risk", () => {
  const replaced = [{ alias: "b-g1", until: "2026-12-02T00:00:00.000Z" }];
  const made = reviewOf([
    step(
      "update",
      KEYS,
      "projects",
      { a: key("a", 40), b: key("b", 40), c: key("c", 40), d: key("d", 8, { rpmLimit: 60 }) },
      {
        b: key("b", 40, { generation: 2, replaced }),
        c: key("c", 40, { generation: 2 }),
        d: key("d", 8, { rpmLimit: 90, models: ["claude"] }),
        e: key("e", 5),
      },
    ),
  ]);
  expect(section(made, "Who may do what")).toEqual([
    "made: e: may use gpt-4o",
    "removed: a: whoever uses it is refused from then on",
    "replaced by a new one: b: the old one works until 2026-12-02T00:00:00.000Z",
    "replaced by a new one: c: the old one ends at once",
    "changed: d: models: + claude, − gpt-4o; rpmLimit: 60 → 90",
  ]);
  expect(acts(made)).toEqual(["open delete-key/a", "open replace-key/c"]);
});

it("budgets are told before and after, with the total of all keys, those of other durations too", () => {
  const weekly = key("b", 7, { budgetDuration: "7d" });
  const made = reviewOf([
    step("update", KEYS, "projects", { a: key("a", 40), b: weekly }, { a: key("a", 80), b: weekly }),
    step("same", KEYS, "sagewai-admin", { "sagewai-admin": key("x", 8) }, { "sagewai-admin": key("x", 8) }),
  ]);
  expect(section(made, "Money")).toEqual([
    "a | $40 / $50 in 30d | $80 / $100 in 30d | +$50",
    "all 3 keys, hard, in 30 days | $97.5 | $147.5 | +$50",
  ]);
});

it("hundreds of keys fold into counts, with those that change most by name", () => {
  const many = (soft: (index: number) => number, more = {}) =>
    Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, key(`p${index}`, soft(index), more)]));
  const after = many((index) => (index === 7 ? 4000 : 80), { rpmLimit: 5 });
  const made = reviewOf([
    step(
      "update",
      KEYS,
      "projects",
      many(() => 40),
      after,
    ),
  ]);
  const money = section(made, "Money");
  expect(money[0]).toBe("p7 | $40 / $50 in 30d | $4,000 / $5,000 in 30d | +$4,950");
  expect(money).toHaveLength(14);
  expect(money.at(-2)).toBe("and 288 more |  |  | +$14,400");
  expect(section(made, "Who may do what").at(-1)).toBe("changed: and 280 more");
});

it("the lines that change in litellm-config.yaml are shown, wherever it is kept", () => {
  const file = (price: number) => ({ "litellm-config.yaml": `models:\n- gpt-4o\nprice: ${price}\nend: 1\n` });
  const expected = [" models:", " - gpt-4o", "-price: 1", "+price: 2", " end: 1"];
  const local = reviewOf([step("update", SERVICE, "litellm", { files: file(1) }, { files: file(2) })]);
  expect(section(local, "litellm-config.yaml")).toEqual(expected);
  const type = "kubernetes:core/v1:ConfigMap";
  const cluster = reviewOf([step("replace", type, "litellm", { data: file(1) }, { data: file(2) })]);
  expect(section(cluster, "litellm-config.yaml")).toEqual(expected);
});

it("capacity and access have sections of their own, and what is told there whole isn't told twice", () => {
  const command = (workers: string) => ["litellm", "--num_workers", workers];
  const made = reviewOf([
    step("update", SERVICE, "litellm", { command: command("1"), port: 1 }, { command: command("2"), port: 2 }),
    step("update", SQL, "prod-postgres", { settings: { tier: "small" } }, { settings: { tier: "large" } }),
    step("create", "gcp:compute/firewall:Firewall", "prod-allow-all", undefined, {}),
    step("update", SERVICE, "worker-0", { secrets: "[secret]" }, { secrets: "[secret]" }),
  ]);
  expect(section(made, "Capacity")).toEqual([
    "Service litellm: command: --num_workers 1 → 2",
    "DatabaseInstance prod-postgres: settings.tier: small → large",
  ]);
  expect(section(made, "Network and access")).toEqual(["Firewall prod-allow-all is made"]);
  expect(section(made, "All else (2)")).toEqual([
    "Service litellm is updated: command, port",
    "Service worker-0 is updated: a secret",
  ]);
});

it("what differs shows, however long what is alike before it, and whatever else changes next to it", () => {
  const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
  const rule = (cidr: string) => ({ ports: [{ port: 4000, protocol: "TCP" }], from: [{ ipBlock: { cidr } }] });
  const harmless = (value: string) =>
    Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`label-${index}`, value]));
  const long = "europe-docker.pkg.dev/a-project-with-a-long-name/a-repository/litellm@sha256:";
  const made = reviewOf([
    step(
      "update",
      POLICY,
      "rules",
      { spec: { ingress: [rule("10.0.0.0/8")] } },
      { spec: { ingress: [rule("10.0.0.0/8"), { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] } },
    ),
    step("update", POLICY, "address", { spec: { of: `${long}aaaa` } }, { spec: { of: `${long}bbbb` } }),
    step("update", POLICY, "many", { metadata: harmless("a"), spec: 1 }, { metadata: harmless("b"), spec: 2 }),
  ]);
  const lines = section(made, "Network and access");
  expect(lines).toContain('NetworkPolicy rules: spec.ingress: + {"from":[{"ipBlock":{"cidr":"0.0.0.0/0"}}]}');
  expect(lines).toContain(`NetworkPolicy address: spec.of: …${long.slice(-20)}aaaa → …${long.slice(-20)}bbbb`);
  expect(lines.at(-1)).toBe("NetworkPolicy many: and 6 more");
});

it("a preview that failed is no review: what the program said is all there is", () => {
  const diagnostics = [{ severity: "error", message: "The settings of this stack have a problem:\n  x\n" }];
  expect(() => readPreview(previewText([], { diagnostics }))).toThrow(
    "The settings of this stack have a problem:\n  x",
  );
});

it("what Pulumi warns of is passed on once, but for what the review says itself", () => {
  const diagnostics = [
    "warning: A.\n",
    "warning: A.\n",
    "warning: Virtual keys that are deleted, as they left the settings: `a`.",
  ].map((message) => ({ severity: "warning", message }));
  expect(section(reviewOf([], { diagnostics }), "What Pulumi warns of")).toEqual(["A."]);
});

/** An event of the engine in which a policy says something of the resource of a step. */
function violation(policy: string, enforcementLevel: string, { urn }: { urn: string }, says: string): string {
  const message = `Buckets keep the public out.\n${says}\n`;
  return JSON.stringify({ policyEvent: { resourceUrn: urn, policyName: policy, enforcementLevel, message } });
}

it("what a policy refuses is said before all else, with what to write, and stops whoever asks for the exit code", () => {
  const bucket = step("create", "gcp:storage/bucket:Bucket", "backups", undefined, {});
  const refused = { diagnostics: [{ message: "error: preview failed\n", severity: "error" }] };
  const events = [
    violation("image-digests", "advisory", bucket, "Write the digest."),
    violation("public-buckets", "mandatory", bucket, "Set publicAccessPrevention."),
    violation("public-buckets", "mandatory", bucket, "Set publicAccessPrevention."),
  ].join("\n");
  const made = review("prod", readPreview(previewText([bucket], refused), events));
  expect(made.headline).toBe("Stack prod: refused by 1 policy (1 made)");
  expect(section(made, "What the policies refuse")).toEqual([
    "public-buckets: Bucket backups: Set publicAccessPrevention.",
  ]);
  expect(section(made, "What the policies warn of")).toEqual(["image-digests: Bucket backups: Write the digest."]);
  expect(made.sections[0]?.title).toBe("What the policies refuse");
  expect(isOpen(made)).toBe(true);
});

it("what a policy only warns of leaves an update as it is", () => {
  const bucket = step("create", "gcp:storage/bucket:Bucket", "backups", undefined, {});
  const events = violation("image-digests", "advisory", bucket, "Write the digest.");
  expect(isOpen(review("prod", readPreview(previewText([bucket]), events)))).toBe(false);
  // A failure of another kind stays one.
  const failed = previewText([bucket], { diagnostics: [{ message: "error: preview failed\n", severity: "error" }] });
  expect(() => readPreview(failed, events)).toThrow("preview failed");
});

it("a comparison warns only of what the branch changes, and tells all that is refused", () => {
  const same = step("same", "gcp:storage/bucket:Bucket", "old", {}, {});
  const made = step("create", "gcp:storage/bucket:Bucket", "made", undefined, {});
  const events = [
    violation("labels", "advisory", same, "Say whose it is."),
    violation("backups", "mandatory", same, "Keep backups."),
    violation("labels", "advisory", made, "Say whose it is."),
  ].join("\n");
  const preview = readPreview(previewText([same, made]), events);
  const compared = review("prod", preview, { from: { ref: "main", preview: readPreview(previewText([same])) } });
  expect(compared.violations.map(({ policy, urn }) => `${policy} ${urn.split("::").at(-1)}`)).toEqual([
    "backups old",
    "labels made",
  ]);
});
