// `npm run key -- NAME [--stack STACK]`: prints the virtual key of one project or pool, and nothing else.
import { parseArgs } from "node:util";

import { hideNotices } from "../toolchain/progress.ts";
import { UserError } from "../toolchain/user-error.ts";
import { main } from "./main.ts";
import { LOCAL, Stack } from "./stack.ts";
import { readSecretOutputs } from "./stack-outputs.ts";

await main(async () => {
  hideNotices();
  const { values, positionals } = parseArgs({
    options: { stack: { type: "string", default: LOCAL } },
    allowPositionals: true,
  });
  const { keys } = await readSecretOutputs(await Stack.open(values.stack));
  const [alias = ""] = positionals;
  const key = keys[alias];
  if (key === undefined) {
    const known = Object.keys(keys).join(", ");
    throw new UserError(`"${alias}" is not the alias of a key of the stack ${values.stack}; write one of ${known}.`);
  }
  console.log(key);
});
