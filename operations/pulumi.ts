// `npm run pulumi -- <anything>`: the Pulumi CLI with this project's PATH, backend and passphrase.
import { execa } from "execa";

import { gatewayHome } from "../toolchain/home.ts";
import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import { main } from "./main.ts";
import { withTidyStackFile } from "./stack-file.ts";

await main(async () => {
  const env = await pulumiEnvironment({ home: gatewayHome() });
  const options = { env, stdio: "inherit", forceKillAfterDelay: false } as const;
  await withTidyStackFile(async () => execa("pulumi", process.argv.slice(2), options));
});
