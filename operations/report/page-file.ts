import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";

import * as z from "zod";

import { UserError } from "../../toolchain/user-error.ts";
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
 * The page in a file that is named after its stack.
 *
 * @throws {UserError} if it is none. A file that is missing or empty is what a run that failed leaves.
 */
export async function pageIn(file: string): Promise<Told> {
  const stack = basename(file, extname(file));
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.trim() === "") return { stack, page: undefined };
  const { data } = page.safeParse(valueOf(text));
  if (data === undefined) {
    throw new UserError(
      `${file} is not what \`npm run review -- --format json\` or \`npm run drift -- --format json\` writes.`,
    );
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
