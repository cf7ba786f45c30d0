// `npm run key -- NAME [--stack STACK]`: prints the virtual key of one project or pool (its name, or
// the alias of its key), and nothing else.
import { hideNotices } from "../toolchain/progress.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { namedKey } from "./named-key.ts";
import { LOCAL, Stack } from "./stack.ts";
import { readSecretOutputs } from "./stack-outputs.ts";

const HELP = `npm run key -- NAME [--stack STACK]

Prints the virtual key of one project or pool, and nothing else.

  NAME     the project or pool, or the alias of its key
  --stack  the stack that it belongs to. Default: ${LOCAL}`;

await main(async () => {
  hideNotices();
  const { values, positionals } = readArguments(HELP, { stack: { type: "string", default: LOCAL } }, 1);
  const outputs = await readSecretOutputs(await Stack.open(values.stack));
  const [name = ""] = positionals;
  console.log(namedKey(outputs, name));
});
