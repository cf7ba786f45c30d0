// `npm run pulumi -- <anything>`: the Pulumi CLI with this project's PATH, backend and passphrase.
import { execa } from "execa";

import { writeAuthorities } from "../toolchain/authorities-file.ts";
import { gatewayHome } from "../toolchain/gateway-home.ts";
import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import { takeOverVariables } from "./interrupted-creates.ts";
import { makeLocalStack } from "./local-stack.ts";
import { main } from "./main.ts";
import { refuseProtected } from "./protected-stack.ts";
import { exportedState, hasRoles, programVariables } from "./run-program.ts";
import { selectedStack } from "./selected-stack.ts";
import { keepingStackFiles } from "./stack-file.ts";
import { refuseStackFile } from "./stack-file-check.ts";
import { stackCommand } from "./parse-pulumi-args.ts";
import { withPolicyPack } from "./policy-pack.ts";
import { pluginsFor } from "./stack-plugins.ts";

await main(async () => {
  const args = process.argv.slice(2);
  const home = gatewayHome();
  const command = await stackCommand(args, {
    selected: async () => selectedStack(await pulumiEnvironment({ home }), home),
  });
  refuseProtected(command);
  await refuseStackFile(command);
  const env = await pulumiEnvironment({ home, plugins: pluginsFor(command) });
  await makeLocalStack(command, { home, env });
  // Where the program doesn't run, as for a refresh, the plugin needs the file of a run before, on this machine or another.
  if (command.authorities !== undefined) writeAuthorities(command.authorities);
  let state: Promise<string | undefined> | undefined;
  const once = () => (state ??= exportedState(command.stack, { env }));
  const program = await programVariables(command, async () => hasRoles(await once()));
  const takeOver = await takeOverVariables(command, once);
  const debug = command.isDebugged && { LLM_GATEWAY_DEBUG: "true" };
  const options = {
    env: { ...env, ...program, ...takeOver, ...debug },
    stdio: "inherit",
    forceKillAfterDelay: false,
  } as const;
  await keepingStackFiles(command, { env, state: once }, async (kept) =>
    execa("pulumi", withPolicyPack(command, kept), options),
  );
});
