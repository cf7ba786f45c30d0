// `npm run drift -- [--stack STACK] [--format FORMAT]`: what was changed behind a stack's back.
import { hideNotices } from "../toolchain/progress.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { refreshOf } from "./preview-of.ts";
import { drift } from "./review/drift.ts";
import { OPEN } from "./review/exit-code.ts";
import { formatOf, FORMATS } from "./review/formats.ts";
import { LOCAL, Stack } from "./stack.ts";

const HELP = `npm run drift [-- --stack STACK] [--format FORMAT]

Looks at what is really there, and says what isn't as the last update left it, and how to put it right. Changes nothing, the
state neither. Ends with 2 if something differs.

  --stack   the stack. Default: ${LOCAL}
  --format  ${FORMATS}. Default: terminal`;

await main(async () => {
  const { values } = readArguments(HELP, {
    stack: { type: "string", default: LOCAL },
    format: { type: "string", default: "terminal" },
  });
  const format = formatOf(values.format);
  hideNotices();
  const stack = await Stack.open(values.stack);
  const found = drift(stack.name, await refreshOf(stack));
  console.log(format(found));
  if (found.sections.length > 0) process.exitCode = OPEN;
});
