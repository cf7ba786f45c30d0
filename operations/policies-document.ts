import { POLICY_RULES, RULE_NAMES } from "../config/schema/policy-rules.ts";
import { RULES } from "../policy/rules.ts";

/** The file with the rules of the policy pack. */
export const policiesDocumentFile = new URL("../docs/policies.md", import.meta.url);

const INTRODUCTION = `# Policies

Written by \`npm run docs\` from the rules in \`policy/\`.

\`policy/\` is a policy pack for Pulumi: rules that the engine asks about the inputs of every resource, before anything of it is
touched. They hold whatever the settings, the program or a fork of it do. \`npm run pulumi -- preview\` and \`up\` run it on platforms
\`kubernetes\` and \`gcp\`, next to packs that you name with \`--policy-pack\`, and \`npm run review\` says what it refuses and warns of; on
platform \`local\` nothing of it is started.

A rule has a level: \`off\`, \`warn\`, which the preview tells, or \`refuse\`, with which preview and update fail. In the environment
\`prod\` more is refused than in \`dev\`; a stack is \`prod\` if its name has the word prod or production in it, or by its settings:

\`\`\`yaml
llm-gateway:policies:
  environment: prod
  levels:
    # Before images are pulled from a registry of ours, with digests.
    image-digests: refuse
    # Agreed with those who pay, until the keys of the old team are gone.
    key-models: warn
  budgetCeiling: 5000
\`\`\`

## Rules`;

const REST = `## With Pulumi itself

\`pulumi preview --policy-pack policy\` in the checkout does the same without \`npm run\`, after \`npm ci\` and with Node.js 24 on PATH. The
pack reads the stack's settings from the engine, so that levels and parameters are those of the stack file there, too. On top of
them, Pulumi's own \`--policy-pack-config FILE\` sets levels, in Pulumi's words: \`{"key-models": "mandatory"}\`. The pack takes its
modules from the checkout, so that it can't be published to Pulumi Cloud by itself.

## What it can't do

- A value that is only known once something exists, such as the address of a database in a first preview, is judged in the update,
  right before the resource is made.
- \`network-policies\` is about all resources together, which the engine asks at the end: in an \`up --skip-preview\` that is after
  the update.
- \`preview --json\` fails if a rule refuses something, but Pulumi's JSON doesn't say which: \`npm run review\` and a preview without
  \`--json\` do.
- Whoever can change the stack file can change the levels, and bare \`pulumi up\` runs no local pack: a review sees the one, and
  rights of the account that deploys have to forbid the other.

A rule costs a look at each resource. The first preview of the stack file \`prod\`, 221 resources, took 12.7 s of CPU time with the pack
and 10.2 s without (on two cores, with the tests' stand-ins for the clouds' plugins): 0.9 s of that is the pack's start.`;

/** The description of all rules, in Markdown. */
export async function policiesDocument(): Promise<string> {
  // Only this command needs it.
  const { format } = await import("prettier");
  const rows = RULE_NAMES.map((name) => {
    const { why, source } = RULES[name];
    const { dev, prod } = POLICY_RULES[name];
    return `| \`${name}\` | ${why} ([source](${source})) | ${dev} | ${prod} |`;
  });
  const table = ["| rule | what must hold, and why | `dev` | `prod` |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
  return format([INTRODUCTION, table, REST].join("\n\n"), { parser: "markdown", printWidth: 120 });
}
