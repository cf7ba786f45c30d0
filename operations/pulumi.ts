// `npm run pulumi -- <anything>`: the Pulumi CLI with this project's PATH, backend and passphrase.
import { execa } from "execa";

import { writeAuthorities } from "../toolchain/authorities-file.ts";
import { gatewayHome } from "../toolchain/home.ts";
import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import { main } from "./main.ts";
import { refuseProtected } from "./protected-stack.ts";
import { programVariables } from "./run-program.ts";
import { selectedStack } from "./selected-stack.ts";
import { withTidyStackFile } from "./stack-file.ts";
import { refuseStackFile } from "./stack-file-check.ts";
import { stackCommand } from "./stack-command.ts";
import { pluginsFor } from "./stack-plugins.ts";

await main(async () => {
  const args = process.argv.slice(2);
  const home = gatewayHome();
  const command = await stackCommand(args, { selected: async () => selectedStack(await pulumiEnvironment({ home })) });
  refuseProtected(command);
  await refuseStackFile(command);
  const env = await pulumiEnvironment({ home, plugins: pluginsFor(command) });
  // Where the program doesn't run, as for a refresh, the plugin needs the file of a run before, on this machine or another.
  if (command.authorities !== undefined) writeAuthorities(command.authorities);
  const program = await programVariables(command, () => hasRoles(command.stack, env));
  const options = { env: { ...env, ...program }, stdio: "inherit", forceKillAfterDelay: false } as const;
  await withTidyStackFile(async () => execa("pulumi", args, options));
});

/** Whether the state has roles of PostgreSQL, in which secrets stay encrypted; yes, if it can't be read. */
async function hasRoles(stack = "", env: Record<string, string>): Promise<boolean> {
  const { failed, stdout } = await execa("pulumi", ["stack", "export", "--stack", stack], { env, reject: false });
  return failed || stdout.includes('"postgresql:index/role:Role"');
}
