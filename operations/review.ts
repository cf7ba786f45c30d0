// `npm run review -- [--stack STACK] [--format FORMAT]`: what a preview means, for whoever decides about it.
import { ExecaError } from "execa";

import { REVIEW_VARIABLE } from "../config/review-variable.ts";
import { hideNotices } from "../toolchain/progress.ts";
import { UserError } from "../toolchain/user-error.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import type { Review } from "./review/document.ts";
import { OPEN } from "./review/exit-code.ts";
import { html } from "./review/html.ts";
import { markdown } from "./review/markdown.ts";
import { readPreview } from "./review/preview.ts";
import { isOpen, review } from "./review/review.ts";
import { terminal } from "./review/terminal.ts";
import { LOCAL, Stack } from "./stack.ts";

const HELP = `npm run review [-- --stack STACK] [--format FORMAT]

Makes a preview of a stack, and says what it means: what is lost or cut off, who may do what, what may be spent, which lines
of litellm-config.yaml change. Changes nothing. Ends with 2 if there is a risk that the settings don't acknowledge.

  --stack   the stack. Default: ${LOCAL}
  --format  terminal, markdown, html or json. Default: terminal`;

const FORMATS: Record<string, (made: Review) => string> = {
  terminal: (made) => terminal(made, process.stdout.isTTY && process.stdout.hasColors()),
  markdown,
  html,
  json: (made) => JSON.stringify(made, undefined, 2),
};

await main(async () => {
  const { values } = readArguments(HELP, {
    stack: { type: "string", default: LOCAL },
    format: { type: "string", default: "terminal" },
  });
  const format = FORMATS[values.format];
  if (format === undefined) {
    throw new UserError(`"${values.format}" is not a format; write one of ${Object.keys(FORMATS).join(", ")}.`);
  }
  hideNotices();
  process.env[REVIEW_VARIABLE] = "1";
  const stack = await Stack.open(values.stack);
  const made = review(stack.name, readPreview(await previewOf(stack)));
  console.log(format(made));
  if (isOpen(made)) process.exitCode = OPEN;
});

/** The engine's JSON, in which it says what went wrong as well. */
async function previewOf(stack: Stack): Promise<string> {
  try {
    return await stack.capture("preview", "--json", "--show-sames", "--stack", stack.name);
  } catch (error) {
    if (error instanceof ExecaError && String(error.stdout).startsWith("{")) return String(error.stdout);
    throw error;
  }
}
