// `npm run report -- [--pull-request NUMBER | --issue] FILE…`: puts reviews and drift where people see them.
import { UserError } from "../toolchain/user-error.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { github } from "./report/github.ts";
import { gitlab } from "./report/gitlab.ts";
import { pageIn } from "./report/page-file.ts";
import { type Told, textOf } from "./report/text.ts";
import type { Tracker } from "./report/tracker.ts";
import { escaped } from "./review/markdown.ts";

const HELP = `npm run report -- [--pull-request NUMBER | --issue] FILE…

Puts what \`npm run review\` and \`npm run drift\` write with \`--format json\` where people see it: into a job of GitHub Actions
or GitLab CI. Each file is named after its stack: review/prod.json. One that is missing or empty stands for a run that failed.

  --pull-request  as one comment on it, which takes the place of the one before
  --issue         drift, as one issue for each stack: opened, written again, and closed once nothing differs

Without either it prints Markdown, such as for a job's summary.`;

const MOST_FILES = 20;
/** What a job's summary may have, in bytes: GitHub shows nothing of a longer one. */
const SUMMARY = 1_000_000;

await main(async () => {
  const options = { "pull-request": { type: "string" }, issue: { type: "boolean", default: false } } as const;
  const { values, positionals: files } = readArguments(HELP, options, MOST_FILES);
  const { "pull-request": request, issue } = values;
  if (files.length === 0) throw new UserError("Name the files: `npm run report -- review/dev.json review/prod.json`.");
  if (issue && request !== undefined) throw new UserError("Write `--issue` or `--pull-request`, not both.");
  const all = await Promise.all(files.map(pageIn));
  // Told all the same: otherwise what an earlier run has told would stand there for this one.
  for (const fault of all.flatMap((one) => one.fault ?? [])) {
    console.error(fault);
    process.exitCode = 1;
  }
  if (request !== undefined) await comment(request, all);
  else if (issue) for (const one of all) await report(one);
  else console.log(textOf(all, { limit: SUMMARY, run: undefined }));
});

async function comment(request: string, all: Told[]): Promise<void> {
  if (!/^\d+$/.test(request)) throw new UserError(`"${request}" is not the number of a pull request.`);
  const tracker = trackerOf(process.env);
  console.log(await tracker.comment(Number(request), "review", textOf(all, tracker)));
}

async function report({ stack, page }: Told): Promise<void> {
  const tracker = trackerOf(process.env);
  const mark = `drift of ${stack}`;
  if (page?.sections.length === 0) {
    const closed = await tracker.closeIssue(mark, `${escaped(page.headline)}. ${tracker.run ?? ""}`.trim());
    console.log(closed ?? page.headline);
    return;
  }
  console.log(await tracker.openIssue(mark, `Drift of the stack ${stack}`, textOf([{ stack, page }], tracker)));
}

function trackerOf(env: NodeJS.ProcessEnv): Tracker {
  if (env["GITHUB_ACTIONS"] === "true") return github(env);
  if (env["GITLAB_CI"] === "true") return gitlab(env);
  throw new UserError(
    "This is not a job of GitHub Actions or GitLab CI, whose variables say which project it is: leave out the option to print Markdown.",
  );
}
