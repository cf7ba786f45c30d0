import * as yaml from "yaml";

import { table } from "../../bench/table.ts";
import type { Edit, StackName, Subject } from "./edit.ts";
import { interruptionsOf } from "./interruptions.ts";
import type { Outcome } from "./outcome.ts";
import { byWeight, inWords } from "./resources.ts";
import { SUBJECTS } from "./subjects.ts";

/** What the edits have shown, by stack and by what they are for. */
export type Outcomes = Record<StackName, Record<string, Outcome>>;

/** What each stack is called on the page. */
const NAMES: Record<StackName, string> = {
  local: "local",
  kubernetes: "kubernetes",
  prod: "gcp",
  dev: "gcp, unprotected",
};

const MARKS = [
  { operation: "create", mark: "+", meaning: "made" },
  { operation: "update", mark: "~", meaning: "updated" },
  { operation: "replace", mark: "±", meaning: "replaced: made again, and the former one deleted" },
  { operation: "delete", mark: "-", meaning: "deleted" },
];

const INTRODUCTION = `# Changes

What an edit of a stack's settings brings about: each row was previewed by the real Pulumi engine, on a stack as the committed stack
file of its platform makes it, which was up: \`local\` on this machine, \`kubernetes\` on a real API server with a PostgreSQL outside of it, \`gcp\`
(\`Pulumi.prod.yaml\`, and where that is protected, \`Pulumi.dev.yaml\`) on a stand-in for Google Cloud. The tests write this page
(\`test/changes/\`), and compare it with what they see in each run. None of these previews shows a secret, neither in text
(\`--diff\`) nor in what programs read (\`--json\`), and none a change of what its edit does not concern: each edit declares what it may touch.

${table(
  ["mark", "the resources are"],
  MARKS.map(({ mark, meaning }) => [mark, meaning]),
)}

The number behind a mark is how many resources a preview counts; some are of one thing, such as a pool's workers with their files and
rights. A path such as \`projects.research-team.budget: 80\` stands for these lines of the stack file:

\`\`\`yaml
llm-gateway:projects:
  research-team:
    budget: 80
\`\`\`

In a list such as \`models\`, the name of an entry stands for the entry, and \`+\` for one more. What must be
[acknowledged](operations.md#what-nobody-gets-back) has a line of its own in the stack file; without, the update is refused on the platforms
\`kubernetes\` and \`gcp\`, before anything is touched. What takes how long is in [operations.md](operations.md), [kubernetes.md](kubernetes.md#upgrading)
and [gcp.md](gcp.md#sizing). \`npm run review\` tells the same of a change of yours.`;

/** docs/changes.md. */
export function page(outcomes: Outcomes): string {
  return `${[INTRODUCTION, ...SUBJECTS.map((subject) => section(subject, outcomes))].join("\n\n")}\n`;
}

function section({ title, lead, edits }: Subject, outcomes: Outcomes): string {
  const rows = edits.map((edit) => [
    written(edit),
    shown(edit, outcomes),
    interrupted(edit, outcomes),
    acknowledged(edit),
  ]);
  const parts = [`## ${title}`, lead, table(["edit", "the preview shows", "is interrupted", "to acknowledge"], rows)];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

/** What somebody writes, and what for. */
function written({ what, set, secrets = {}, certificate, note }: Edit): string {
  const lines = Object.entries(set).map(([path, value]) =>
    value === undefined ? `\`${path}\` is taken out` : `\`${path}: ${inline(value)}\``,
  );
  const paths = [...Object.keys(secrets), ...(certificate ? [certificate.path] : [])];
  const entered = paths.map((path) => `\`${path}\` is set`);
  return [`**${what}**`, ...lines, ...entered, ...(note === undefined ? [] : [note])].join("<br>");
}

function inline(value: unknown): string {
  return yaml.stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true }).trim();
}

/** What the previews show: once for platforms that show the same. */
function shown({ what, on }: Edit, outcomes: Outcomes): string {
  return perStack(on, (stack) => outcomeText(outcomeOf(outcomes, stack, what)), "nothing");
}

function interrupted({ what, on }: Edit, outcomes: Outcomes): string {
  return perStack(on, (stack) => interruptionsOf(outcomeOf(outcomes, stack, what).steps).join("<br>"), NOBODY);
}

function acknowledged({ acknowledges = [] }: Edit): string {
  return acknowledges.map((act) => `\`${act}\``).join("<br>");
}

/** @param none What it is called where there is nothing to say. */
function perStack(on: readonly StackName[], say: (stack: StackName) => string, none: string): string {
  const said = [...Map.groupBy(on, say)].map(
    ([text, stacks]) => [stacks.map((stack) => NAMES[stack]), text || none] as const,
  );
  const [first] = said;
  if (first !== undefined && said.length === 1 && (on.length > 1 || none === NOBODY)) return first[1];
  return said.map(([stacks, text]) => `${stacks.join(", ")}: ${text}`).join("<br>");
}

/** Words that a cell has; of more, those that matter most. */
const MOST = 18;

const NOBODY = "nobody";

function outcomeText({ steps, warnings = [], refused }: Outcome): string {
  if (refused) {
    return `refused: “${escaped(refused.find((line) => !line.startsWith("The settings of this stack have")) ?? "")}”`;
  }
  const changes = MARKS.flatMap(({ operation, mark }) => {
    const own = steps.filter((step) => step.startsWith(`${operation} `));
    const words = [...new Set(own.flatMap(inWords))];
    const rest = words.length > MOST ? [`${words.length - MOST} others`] : [];
    const named = words.length > MOST ? byWeight(words).slice(0, MOST) : words;
    return own.length > 0 ? [`${mark}${own.length} ${[...named, ...rest].join(", ")}`] : [];
  });
  const said = warnings.map((warning) => `warns: “${escaped(warning)}”`);
  return [...changes, ...said].join("; ");
}

export function outcomeOf(outcomes: Outcomes, stack: StackName, what: string): Outcome {
  const found = outcomes[stack][what];
  if (!found) throw new Error(`there is no outcome of "${what}" on ${stack}: run its tests with \`vitest -u\``);
  return found;
}

/** Text of messages, in a cell. */
function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
