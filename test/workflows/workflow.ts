import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as yaml from "yaml";
import * as z from "zod";

const root = join(import.meta.dirname, "../..");

const variables = z.record(z.string(), z.union([z.string(), z.number()])).default({});

const step = z.object({
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  run: z.string().optional(),
  env: variables,
});

const job = z.object({
  if: z.string().optional(),
  uses: z.string().optional(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  "timeout-minutes": z.number().optional(),
  env: variables,
  steps: z.array(step).default([]),
});

const workflow = z.object({
  on: z.unknown(),
  permissions: z.record(z.string(), z.string()).optional(),
  jobs: z.record(z.string(), job),
});

/** A workflow of GitHub Actions, as far as tests look. */
export type Workflow = z.output<typeof workflow>;
export type Job = z.output<typeof job>;

/** The workflows of this project. */
export const WORKFLOWS = ["deploy", "destroy", "drift", "pull-request", "update-stack"] as const;
export type WorkflowName = (typeof WORKFLOWS)[number];

export async function workflowText(name: string): Promise<string> {
  return readFile(join(root, ".github", "workflows", `${name}.yml`), "utf8");
}

export async function readWorkflow(name: WorkflowName): Promise<Workflow> {
  return workflow.parse(yaml.parse(await workflowText(name)));
}

/** What a job's expressions stand for: `{"matrix.stack": "local"}`. */
export type Values = Record<string, string>;

/** One `run` of a job, with the variables that the workflow sets for it. */
export interface Command {
  name: string;
  run: string;
  env: Record<string, string>;
  /** Whether it runs although one before it failed. */
  isAlways: boolean;
}

/** The commands of a job, in order; what its actions do, such as to sign in, is left out. */
export async function commandsOf(name: WorkflowName, jobName: string, values: Values): Promise<Command[]> {
  const found = (await readWorkflow(name)).jobs[jobName];
  if (!found) throw new Error(`${name}.yml has no job ${jobName}`);
  return found.steps.flatMap((one) => {
    if (one.run === undefined) return [];
    const env = Object.entries({ ...found.env, ...one.env }).map(
      ([variable, text]) => [variable, evaluated(String(text), values)] as const,
    );
    const isAlways = one.if !== undefined;
    if (isAlways && one.if !== "${{ !cancelled() }}") throw new Error(`unknown condition: ${one.if ?? ""}`);
    return [{ name: one.name ?? "", run: one.run, env: Object.fromEntries(env), isAlways }];
  });
}

/** A text as GitHub hands it on. An expression that nobody has said a value of is a mistake of the test or the workflow. */
function evaluated(text: string, values: Values): string {
  return text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_all, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`no value for the expression \`${expression}\``);
    return value;
  });
}
