import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, expect, it } from "vitest";

import { textOf } from "../../../operations/report/text.ts";
import type { Page } from "../../../operations/review/document.ts";
import { GithubStandIn } from "./github.ts";

let folder: string;
let github: GithubStandIn;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
  github = await GithubStandIn.start();
});

afterEach(async () => {
  expect(github.server.refused).toEqual([]);
  await github.server.stop();
  await rm(folder, { recursive: true });
});

const pageOf = (stack: string, lines: string[] = []): Page => ({
  ...{ stack, headline: `Stack ${stack}: a headline for @everyone`, risks: [] },
  sections: lines.map((line) => ({ title: `Section ${line}`, blocks: [{ kind: "lines", lines: [line] }] })),
});

async function file(name: string, content: object | string): Promise<string> {
  await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
}

const report = (args: string[], env: Record<string, string> = github.variables) =>
  execa(process.execPath, [join(import.meta.dirname, "../../../operations/report.ts"), ...args], {
    ...{ env: { GITHUB_ACTIONS: "", GITLAB_CI: "", ...env }, reject: false },
  });

it("one comment tells of all stacks, and of a run that left nothing where to look", async () => {
  const dev = await file("dev.json", pageOf("dev", ["a"]));
  const { stdout } = await report([
    "--pull-request",
    "12",
    dev,
    await file("prod.json", ""),
    join(folder, "gone.json"),
  ]);
  expect(stdout).toBe("https://github.com/acme/gateway/pull/12#issuecomment-101");
  const [comment] = github.comments;
  expect(comment?.body.split("\n\n")).toEqual([
    "<!-- llm-gateway: review -->\n## Stack dev: a headline for @\u2060everyone",
    "### Section a",
    "- a",
    "## Stack prod: what should be here could not be made",
    "The run failed, and [its log](https://github.com/acme/gateway/actions/runs/77) says why.",
    "## Stack gone: what should be here could not be made",
    "The run failed, and [its log](https://github.com/acme/gateway/actions/runs/77) says why.",
  ]);
});

it("drift is an issue for each stack, which is closed once nothing differs", async () => {
  await report(["--issue", await file("dev.json", pageOf("dev", ["a"])), await file("prod.json", pageOf("prod"))]);
  expect(github.issues).toMatchObject([{ title: "Drift of the stack dev", isOpen: true }]);
  const { stdout } = await report(["--issue", await file("dev.json", pageOf("dev"))]);
  expect(stdout).toBe("https://github.com/acme/gateway/issues/101");
  expect(github.issues).toMatchObject([
    {
      isOpen: false,
      comments: [`Stack dev: a headline for @\u2060everyone. https://github.com/acme/gateway/actions/runs/77`],
    },
  ]);
});

it("without an option it prints, also where there is no pipeline", async () => {
  const { stdout } = await report([await file("dev.json", pageOf("dev", ["a"]))], {});
  expect(stdout).toBe("## Stack dev: a headline for @\u2060everyone\n\n### Section a\n\n- a");
  expect(github.server.asked).toEqual([]);
});

it.each([
  [[], "Name the files: `npm run report -- review/dev.json review/prod.json`."],
  [["--issue", "--pull-request", "1", "a"], "Write `--issue` or `--pull-request`, not both."],
  [["--pull-request", "1; rm", "a"], '"1; rm" is not the number of a pull request.'],
])("what is typed wrong is said: %j", async (args, message) => {
  expect(await report(args)).toMatchObject({ exitCode: 1, stderr: message });
});

it.each([["[]"], ['{"stack":"dev"}'], ["Stack dev: no change"]])(
  "a file that is no page is named: %s",
  async (text) => {
    const { stderr } = await report([await file("dev.json", text)]);
    expect(stderr).toContain("dev.json is not what `npm run review -- --format json`");
  },
);

it.each([
  ["of another stack", { ...pageOf("dev"), stack: "prod" }],
  ["with the headline of another stack", { ...pageOf("dev"), headline: "Stack prod: no change" }],
  ["with a headline that begins alike", { ...pageOf("dev"), headline: "Stack developers: no change" }],
])("a page %s is refused", async (_what, page) => {
  const { stderr, exitCode } = await report(["--pull-request", "12", await file("dev.json", page)]);
  expect(stderr).toContain("dev.json is not of the stack dev, which it is named after.");
  expect(exitCode).toBe(1);
});

it("what is in place of a page isn't told, and neither is the page of an earlier run", async () => {
  await report(["--pull-request", "12", await file("dev.json", pageOf("dev", ["of an earlier run"]))]);
  const prod = await file("prod.json", pageOf("prod", ["of this run"]));
  const { exitCode } = await report(["--pull-request", "12", await file("dev.json", "Stack dev: no change"), prod]);
  expect(exitCode).toBe(1);
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain("## Stack dev: what should be here could not be made");
  expect(github.comments[0]?.body).toContain("- of this run");
  expect(github.comments[0]?.body).not.toContain("of an earlier run");
});

it("outside of a pipeline, an option that needs one says so", async () => {
  const { stderr } = await report(["--issue", await file("dev.json", pageOf("dev"))], {});
  expect(stderr).toContain("This is not a job of GitHub Actions or GitLab CI");
});

it("what doesn't fit is left out from its end, with where all of it is, and each stack has its share", () => {
  const long = ["a", "b", "c"].map((line) => line.repeat(400));
  const pages = ["dev", "prod"].map((stack) => ({ stack, page: pageOf(stack, long) }));
  const text = textOf(pages, { limit: 4000, run: "https://run" });
  expect(text.length).toBeLessThanOrEqual(4000);
  // A summary is limited in bytes.
  const wide = pages.map(({ stack }) => ({ stack, page: pageOf(stack, ["語".repeat(400), "語".repeat(401)]) }));
  expect(Buffer.byteLength(textOf(wide, { limit: 6000, run: undefined }))).toBeLessThanOrEqual(6000);
  expect(text.match(/^### Section a/gm)).toHaveLength(2);
  expect(text.match(/^1 more parts? do(esn't|n't) fit: \[its log\]\(https:\/\/run\) has all\.$/gm)).toHaveLength(2);
  expect(textOf(pages, { limit: 60_000, run: undefined })).not.toContain("fit");
  const risk = { act: "a", what: "w".repeat(5000), why: "", remedy: "", isAcknowledged: false };
  const tiny = textOf([{ stack: "dev", page: { ...pageOf("dev"), risks: [risk] } }], { limit: 300, run: undefined });
  expect(tiny).toContain("1 more part doesn't fit: its log has all.");
});
