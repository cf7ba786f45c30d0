import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as yaml from "yaml";
import * as z from "zod";

import { changeSetting } from "../engine/change-settings.ts";
import type { Checkout } from "../engine/checkout.ts";
import type { Edit } from "./edit.ts";

/** A stack that is up. */
export interface RunningStack {
  name: string;
  checkout: Pick<Checkout, "folder" | "pulumi">;
}

/** A preview, as the engine reports it and as it is printed. */
export interface Preview {
  events: EngineEvent[];
  /** All that people and programs get to see of it. */
  texts: string[];
}

const state = z.object({ inputs: z.record(z.string(), z.unknown()).optional() }).nullish();

/** https://www.pulumi.com/docs/iac/concepts/deployments/ has no page for it: `sdk/go/common/apitype/events.go` of Pulumi. */
const engineEvent = z.object({
  diagnosticEvent: z.object({ severity: z.string(), message: z.string() }).optional(),
  resourcePreEvent: z
    .object({
      metadata: z.object({
        op: z.string(),
        urn: z.string(),
        old: state,
        new: state,
        diffs: z.array(z.string()).nullish(),
      }),
    })
    .optional(),
});

export type EngineEvent = z.output<typeof engineEvent>;

/** Lets the CLI write the engine's own events into a file. */
const WITH_EVENT_LOG = { PULUMI_DEBUG_COMMANDS: "true" };

/**
 * Previews an edit on a stack that is up, which is left as it is: the real engine and program, by the CLI alone, which takes
 * less time than this project's command around it.
 *
 * One run gives both the text with every property (`--diff`) and the engine's events, of which `--json` is a choice.
 */
export async function preview(stack: RunningStack, edit: Edit): Promise<Preview> {
  const folder = await mkdtemp(join(tmpdir(), "changes-"));
  try {
    const file = await editedFile(stack, edit, folder);
    const log = join(folder, "events.json");
    const { all } = await stack.checkout.pulumi(
      ["preview", "--stack", stack.name, "--config-file", file, "--diff", "--event-log", log],
      WITH_EVENT_LOG,
    );
    const lines = (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
    const events = lines.map((line) => engineEvent.parse(JSON.parse(line)));
    return { events, texts: [all, ...lines] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same as a program gets it: the text of `--json`. */
export async function previewJson(stack: RunningStack, edit: Edit): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "changes-"));
  try {
    const file = await editedFile(stack, edit, folder);
    const { all } = await stack.checkout.pulumi(["preview", "--stack", stack.name, "--config-file", file, "--json"]);
    return all;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A copy of the stack file with the edit in it. */
async function editedFile(stack: RunningStack, edit: Edit, folder: string): Promise<string> {
  const { set, secrets = {} } = edit;
  const name = `Pulumi.${stack.name}.yaml`;
  const file = join(folder, name);
  const content = yaml.parse(await readFile(join(stack.checkout.folder, name), "utf8")) as {
    config: Record<string, unknown>;
  };
  for (const [path, value] of Object.entries(set)) changeSetting(content.config, path, value);
  await writeFile(file, yaml.stringify(content), { mode: 0o600 });
  for (const [path, value] of Object.entries(secrets)) {
    const place = ["--stack", stack.name, "--config-file", file, "--path", "--secret"];
    const { all, exitCode } = await stack.checkout.pulumi([
      "config",
      "set",
      ...place,
      "--",
      `llm-gateway:${path}`,
      value,
    ]);
    if (exitCode !== 0) throw new Error(all);
  }
  return file;
}
