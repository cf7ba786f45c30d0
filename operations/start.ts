// `npm start`: brings the local stack up and says how to use it.
import { join } from "node:path";

import { gatewayHome } from "../toolchain/gateway-home.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { prepareMachine } from "./prepare-machine.ts";
import { LOCAL, Stack } from "./stack.ts";
import { readOutputs } from "./stack-outputs.ts";
import { summary } from "./summary.ts";

const HELP = `npm start

Brings the local stack up and says how to use it.`;

/** The gateway home, if it isn't the one that every command of this checkout takes by itself. */
const chosenHome = () => (process.env["LLM_GATEWAY_HOME"] === undefined ? undefined : gatewayHome());

await main(async () => {
  readArguments(HELP, {});
  await prepareMachine();
  const stack = await Stack.open(LOCAL);
  await stack.alone(async () => {
    await stack.create();
    await stack.show(["up", "--yes", "--skip-preview", "--stack", stack.name, "--suppress-outputs"]);
  });
  const place = { checkout: join(import.meta.dirname, ".."), home: chosenHome() };
  console.log(summary(await readOutputs(stack), place));
});
