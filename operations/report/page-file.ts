import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";

import * as z from "zod";

import type { Told } from "./text.ts";

const lines = z.array(z.string());

const block = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["lines", "diff"]), lines }),
  z.object({ kind: z.literal("table"), head: lines, rows: z.array(lines) }),
]);

const risk = z.object({
  ...{ act: z.string(), what: z.string(), why: z.string(), remedy: z.string(), isAcknowledged: z.boolean() },
});

/** What `--format json` writes. It comes from another job, which may have run anybody's code. */
const page = z.object({
  stack: z.string(),
  headline: z.string(),
  risks: z.array(risk),
  sections: z.array(z.object({ title: z.string(), blocks: z.array(block), isFolded: z.boolean().default(false) })),
});

/**
 * The page in a file that is named after its stack. A file that is missing or empty is what a run that failed leaves.
 *
 * @returns no page but a fault for a file that is none, or one of another stack.
 */
export async function pageIn(file: string): Promise<Told & { fault?: string }> {
  const stack = basename(file, extname(file));
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.trim() === "") return { stack, page: undefined };
  const { data } = page.safeParse(valueOf(text));
  if (data === undefined) {
    const fault = `${file} is not what \`npm run review -- --format json\` or \`npm run drift -- --format json\` writes.`;
    return { stack, page: undefined, fault };
  }
  // The headline names the stack once more, and is all that people see of it.
  const begins = [`Stack ${stack}: `, `Stack ${stack}, compared with `];
  if (data.stack !== stack || !begins.some((words) => data.headline.startsWith(words))) {
    return { stack, page: undefined, fault: `${file} is not of the stack ${stack}, which it is named after.` };
  }
  return { stack, page: data };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
