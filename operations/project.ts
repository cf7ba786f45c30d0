// `npm run project -- add|edit|remove|list …`: edits the projects of a stack file and shows what that changes.
import { basename, join } from "node:path";

import { execa } from "execa";

import { settingsError } from "../config/problems/problems.ts";
import { gatewayHome } from "../toolchain/gateway-home.ts";
import { UserError } from "../toolchain/user-error.ts";
import { stacksIn } from "./local-stack.ts";
import { main } from "./main.ts";
import { stackCommand } from "./parse-pulumi-args.ts";
import { changeFile, stackFileText } from "./project/change-file.ts";
import { projectCommand } from "./project/command.ts";
import { fileSettings } from "./project/file-settings.ts";
import { goneWith } from "./project/gone-with.ts";
import { listedProjects, projectTable } from "./project/table.ts";
import { OPEN } from "./review/exit-code.ts";
import { LOCAL } from "./stack.ts";
import { refuseStackFile } from "./stack-file-check.ts";

await main(async () => {
  const { stack, change, hasReview, json } = projectCommand(process.argv.slice(2));
  const command = await stackCommand(["preview", "--stack", stack]);
  const { file = "", stack: name = stack } = command;
  // A secret in plain text would show in the difference, as it does in Git.
  await refuseStackFile(command);
  if (!change) {
    list(await stackFileText(file), json);
    return;
  }

  const changed = await changeFile(file, change, gatewayHome());
  if (!changed) {
    console.log(`${basename(file)} says so already; nothing was written.`);
    return;
  }
  console.log(changed.difference);
  if (change.action === "remove") console.log(`${goneWith(change.name, changed.before)}\n`);
  if (hasReview && (await isKnown(name))) await review(stack, basename(file));
  else if (changed.problems.length > 0) console.log(`${settingsError(changed.problems).message}\n`);
  const up = name === LOCAL ? "npm start" : `npm run pulumi -- up --stack ${stack}`;
  console.log(`${basename(file)} has the change, and nothing else does. To bring it about: ${up}`);
});

/** Whether there is such a stack. Of another backend than this checkout's own, the preview itself says so. */
async function isKnown(stack: string): Promise<boolean> {
  return (await stacksIn(gatewayHome()))?.includes(stack) ?? true;
}

/** What `npm run review` says of it, which shows what an update would refuse as well. */
async function review(stack: string, file: string): Promise<void> {
  const args = [join(import.meta.dirname, "review.ts"), "--stack", stack];
  const { exitCode = 1 } = await execa(process.execPath, args, {
    stdio: "inherit",
    reject: false,
    forceKillAfterDelay: false,
  });
  if (exitCode === 0 || exitCode === OPEN) return;
  throw new UserError(`${file} has the change, but its preview failed, as said above. Nothing else was changed.`);
}

function list(text: string, json: boolean): void {
  const { draft, problems } = fileSettings(text);
  if (problems.length > 0) throw new UserError(settingsError(problems).message);
  const projects = listedProjects(draft);
  console.log(json ? JSON.stringify(projects, undefined, 2) : projectTable(projects));
}
