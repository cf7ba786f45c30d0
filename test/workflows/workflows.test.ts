import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { commandsOf, readWorkflow, WORKFLOWS, workflowText } from "./workflow.ts";

const root = join(import.meta.dirname, "../..");

/** What tells a reader of a fork what these files are. */
const EXAMPLE =
  "# An example for those who fork this package: docs/environments.md says what to set up for it. This project's own checks run in .ci/run.";

const gitlabText = await readFile(join(root, ".gitlab-ci.yml"), "utf8");
const gitlab = yaml.parse(gitlabText, {
  // A part of another job: the test takes jobs' scripts, and no job takes its script from another one so.
  customTags: [{ tag: "!reference", collection: "seq", resolve: () => [] }],
}) as Record<string, { script?: string[]; extends?: string; environment?: { name: string } } | undefined>;

async function jobsOf(name: (typeof WORKFLOWS)[number]) {
  return Object.entries((await readWorkflow(name)).jobs);
}

describe.each(WORKFLOWS)("%s.yml", (name) => {
  it("says at its top what it is an example of", async () => {
    expect((await workflowText(name)).split("\n")[0]).toBe(EXAMPLE);
  });

  it("gives nothing to a job that doesn't ask for it, and an identity in the cloud to none that may write here", async () => {
    expect((await readWorkflow(name)).permissions).toEqual({});
    for (const [, { permissions }] of await jobsOf(name)) {
      expect(permissions?.["contents"]).toBe("read");
      const rights = Object.entries(permissions ?? {}).filter(([, right]) => right === "write");
      expect(rights).toHaveLength(1);
    }
  });

  it("ends every job some time, and leaves no credentials in a checkout", async () => {
    for (const [, { uses, steps, "timeout-minutes": minutes }] of await jobsOf(name)) {
      if (uses !== undefined) continue;
      expect(minutes).toBeGreaterThan(0);
      const checkouts = steps.filter((one) => one.uses?.startsWith("actions/checkout@"));
      expect(checkouts).toHaveLength(1);
      expect(checkouts[0]?.with["persist-credentials"]).toBe(false);
    }
  });

  it("pins each action by the digest of a version that it names", async () => {
    const uses = (await workflowText(name)).match(/uses: (?!\.\/).*/g) ?? [];
    expect(uses.filter((line) => !/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it("runs one short command a step, in which nothing is interpolated", async () => {
    for (const [, { steps }] of await jobsOf(name)) {
      for (const { run = "" } of steps) {
        expect(run.trim()).not.toContain("\n");
        expect(run).not.toContain("${{");
      }
    }
  });

  it("signs in only in an environment, by which the cloud tells jobs apart", async () => {
    for (const [, { environment, steps, permissions, uses }] of await jobsOf(name)) {
      const signsIn = steps.some((one) => one.uses?.startsWith("google-github-actions/auth@"));
      expect(signsIn).toBe(uses === undefined && permissions?.["id-token"] === "write");
      if (signsIn) expect(environment).toMatch(/\$\{\{ (matrix|inputs)\.stack \}\}(-preview|-read)?$/);
    }
  });
});

it("the same digest stands for an action everywhere", async () => {
  const texts = await Promise.all(WORKFLOWS.map(workflowText));
  const pins = texts.flatMap((text) => [...text.matchAll(/uses: ([\w./-]+)@(\w{40} # \S+)/g)]);
  const byAction = Map.groupBy(pins, ([, action]) => action);
  for (const [, found] of byAction) expect(new Set(found.map(([, , pin]) => pin)).size).toBe(1);
  expect(byAction.size).toBe(5);
});

it("no check of a request counts for another branch than the one that it was compared with", async () => {
  expect((await readWorkflow("pull-request")).on).toEqual({
    pull_request: { branches: ["main"], types: ["opened", "reopened", "synchronize", "edited"] },
  });
  expect(gitlabText).toContain(
    'if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == $CI_DEFAULT_BRANCH',
  );
});

it.each(["pull-request", "drift"] as const)("a job of %s.yml hands on the page of its own stack only", async (name) => {
  const steps = (await jobsOf(name)).flatMap(([, job]) => job.steps);
  const uploads = steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  expect(uploads.map((one) => one.with["path"])).toEqual([
    expect.stringMatching(/^\w+\/\$\{\{ matrix\.stack \}\}\.json$/),
  ]);
});

it("every command of a pipeline is one of this project's, with options that it has", async () => {
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const texts = [gitlabText, ...(await Promise.all(WORKFLOWS.map(workflowText)))];
  const commands = texts.flatMap((text) => [...text.matchAll(/npm run (?:--silent )?(\w+) -- (.*)/g)]);
  expect(commands.length).toBeGreaterThan(14);
  expect(commands.filter(([, script = ""]) => scripts[script] === undefined)).toEqual([]);
  // Options of the Pulumi CLI are tried on the real one, in test/engine/local-stack.engine.test.ts.
  const ours = Map.groupBy(commands, ([, script = ""]) => script);
  ours.delete("pulumi");
  expect([...ours.keys()].sort()).toEqual(["drift", "report", "review", "verify"]);
  const helps = [...ours].map(async ([script, uses]) => {
    const { stdout: help } = await execa(process.execPath, [join(root, "operations", `${script}.ts`), "--help"]);
    for (const [, , rest = ""] of uses) {
      for (const [option] of rest.matchAll(/--[\w-]+/g)) expect(help).toContain(option);
    }
  });
  await Promise.all(helps);
});

it("a stack is destroyed only by its name, typed, and not while it is protected", async () => {
  const commands = await commandsOf("destroy", "destroy", {
    ...{ "inputs.stack": "prod", "inputs.typed": "prod", "vars.PULUMI_BACKEND_URL": "file:///nowhere" },
  });
  const run = async (index: number, env: Record<string, string> = {}) => {
    const command = commands[index] ?? expect.fail();
    // Past the door, which would install packages in the middle of a test run.
    const script = command.run.replace("npm run pulumi --", `"${process.execPath}" operations/pulumi.ts`);
    return execa("bash", ["-e", "-c", script], {
      cwd: root,
      env: { ...command.env, ...env },
      all: true,
      reject: false,
    });
  };
  expect(await run(0)).toMatchObject({ exitCode: 0 });
  for (const TYPED of ["", "Prod", "dev", "prod prod"]) expect(await run(0, { TYPED })).toMatchObject({ exitCode: 1 });
  const { exitCode, all } = await run(1);
  expect(exitCode).toBe(1);
  expect(all).toContain("The stack `prod` is protected, so nothing of it is destroyed");
  expect(commands).toHaveLength(2);
});

describe(".gitlab-ci.yml", () => {
  /** GitHub's command in GitLab's variables. */
  const inGitlab = (run: string) =>
    run
      .replace('"origin/$BASE"', '"$CI_MERGE_REQUEST_DIFF_BASE_SHA"')
      .replace('"$PULL_REQUEST"', '"$CI_MERGE_REQUEST_IID"')
      .replace(' >> "$GITHUB_STEP_SUMMARY"', "");

  it("says at its top what it is an example of", () => {
    expect(gitlabText.split("\n")[0]).toBe(EXAMPLE);
  });

  it.each([
    ["review", "pull-request", "review"],
    ["note", "pull-request", "comment"],
    [".plan", "update-stack", "plan"],
    [".up", "update-stack", "up"],
    ["drift", "drift", "look"],
    ["issue", "drift", "issue"],
  ] as const)("%s runs the commands of %s.yml's %s, which tests run", async (job, workflow, githubJob) => {
    const steps = (await readWorkflow(workflow)).jobs[githubJob]?.steps ?? [];
    const expected = steps.flatMap(({ run }) => (run === undefined ? [] : [inGitlab(run)]));
    expect(gitlab[job]?.script).toEqual(expected);
  });

  it("destroys what was typed", async () => {
    const { run = "" } = (await readWorkflow("destroy")).jobs["destroy"]?.steps.at(-1) ?? {};
    expect(gitlab["destroy"]?.script).toEqual([run.replace('"$STACK"', '"$DESTROY"')]);
  });

  it("signs in only in an environment", () => {
    const jobs = Object.entries(gitlab).filter(([, job]) => job?.extends === ".gateway");
    expect(jobs.map(([job]) => job).sort()).toEqual([".plan", ".up", "destroy", "drift", "review"]);
    for (const [, job] of jobs) expect(job?.environment?.name).toMatch(/^\$(STACK|DESTROY)(-preview|-read)?$/);
  });
});
