// `npm run review -- [--stack STACK] [--from GIT_REF] [--format FORMAT]`: what a preview means, for whoever decides about it.
import { resolve } from "node:path";

import { REVIEW_VARIABLE } from "../config/review-variable.ts";
import { hideNotices } from "../toolchain/progress.ts";
import { readArguments } from "./arguments.ts";
import { withFilesOf } from "./git-files.ts";
import { main } from "./main.ts";
import { previewAt, previewOf } from "./preview-of.ts";
import { OPEN } from "./review/exit-code.ts";
import { formatOf, FORMATS } from "./review/formats.ts";
import { isOpen, review } from "./review/review.ts";
import { LOCAL, Stack } from "./stack.ts";

const HELP = `npm run review [-- --stack STACK] [--from GIT_REF] [--format FORMAT] [--refresh] [--save-plan FILE]

Makes a preview of a stack, and says what it means: what is lost or cut off, who may do what, what may be spent, which lines
of litellm-config.yaml change, what the policies say. Changes nothing. Ends with 2 if there is a risk that the settings don't
acknowledge, or if a policy refuses the update.

  --stack      the stack. Default: ${LOCAL}
  --from       only what this checkout changes against another commit: origin/main. What that one would change as well, such
               as what was merged and not brought about yet, is only counted
  --format     ${FORMATS}. Default: terminal
  --refresh    looks first at what is really there
  --save-plan  a file to keep the plan in, by which \`npm run pulumi -- up --plan FILE\` does this, or stops before it begins`;

await main(async () => {
  const { values } = readArguments(HELP, {
    stack: { type: "string", default: LOCAL },
    from: { type: "string" },
    format: { type: "string", default: "terminal" },
    refresh: { type: "boolean", default: false },
    "save-plan": { type: "string" },
  });
  const { stack: name, from: ref, "save-plan": plan } = values;
  const format = formatOf(values.format);
  hideNotices();
  process.env[REVIEW_VARIABLE] = "1";
  const stack = await Stack.open(name);
  const refresh = values.refresh ? ["--refresh"] : [];
  const here = () => previewOf(stack, [...refresh, ...(plan === undefined ? [] : ["--save-plan", resolve(plan)])]);
  const made =
    ref === undefined
      ? review(name, await here())
      : await withFilesOf(ref, async (folder) => {
          const preview = await here();
          return review(name, preview, { from: { ref, preview: await previewAt({ ref, folder }, name, refresh) } });
        });
  console.log(format(made));
  if (isOpen(made)) process.exitCode = OPEN;
});
