// `npm run pulumi -- <anything>`: the Pulumi CLI with this project's PATH, backend and passphrase.
import { execa } from "execa";

import { gatewayHome } from "../toolchain/home.ts";
import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import { main } from "./main.ts";
import { refuseProtected } from "./protected-stack.ts";
import { programVariables } from "./run-program.ts";
import { withTidyStackFile } from "./stack-file.ts";
import { pluginsFor } from "./stack-plugins.ts";

await main(async () => {
  const args = process.argv.slice(2);
  await refuseProtected(args);
  const env = {
    ...(await programVariables(args)),
    ...(await pulumiEnvironment({ home: gatewayHome(), plugins: await pluginsFor(args) })),
  };
  const options = { env, stdio: "inherit", forceKillAfterDelay: false } as const;
  await withTidyStackFile(async () => execa("pulumi", args, options));
});
