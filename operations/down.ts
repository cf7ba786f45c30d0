// `npm run down`: destroys the local stack with all its data.
import { rmdir } from "node:fs/promises";
import { join } from "node:path";

import { gatewayHome } from "../toolchain/gateway-home.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { LOCAL, Stack } from "./stack.ts";

const HELP = `npm run down

Destroys the local stack with all its data.`;

/** Pulumi's advice to do what comes next here anyway. */
const isAdvice = (line: string) =>
  /history and configuration associated|want to remove the stack|pulumi stack rm/.test(line);

await main(async () => {
  readArguments(HELP, {});
  const stack = await Stack.open(LOCAL);
  await stack.alone(async () => {
    await stack.create();
    await stack.show(["destroy", "--yes", "--skip-preview", "--stack", stack.name], isAdvice);
    await stack.capture("stack", "rm", "--yes", "--preserve-config", stack.name);
    await rmdir(join(gatewayHome(), stack.name)).catch(() => undefined);
  });
  console.log("The local stack is gone, with all its data. `npm start` makes a new one.");
});
