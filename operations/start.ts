// `npm start`: brings the local stack up and says how to use it.
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { prepareMachine } from "./prepare-machine.ts";
import { LOCAL, Stack } from "./stack.ts";
import { readOutputs } from "./stack-outputs.ts";
import { summary } from "./summary.ts";

const HELP = `npm start

Brings the local stack up and says how to use it.`;

await main(async () => {
  readArguments(HELP, {});
  await prepareMachine();
  const stack = await Stack.open(LOCAL);
  await stack.create();
  await stack.alone(() => stack.show(["up", "--yes", "--skip-preview", "--stack", stack.name, "--suppress-outputs"]));
  console.log(summary(await readOutputs(stack)));
});
