// `npm run key -- NAME [--stack STACK]`: prints the virtual key of one project or pool (its name, or
// the alias of its key), and nothing else.
import { parseArgs } from "node:util";

import { hideNotices } from "../toolchain/progress.ts";
import { main } from "./main.ts";
import { namedKey } from "./named-key.ts";
import { LOCAL, Stack } from "./stack.ts";
import { readSecretOutputs } from "./stack-outputs.ts";

await main(async () => {
  hideNotices();
  const { values, positionals } = parseArgs({
    options: { stack: { type: "string", default: LOCAL } },
    allowPositionals: true,
  });
  const outputs = await readSecretOutputs(await Stack.open(values.stack));
  const [name = ""] = positionals;
  console.log(namedKey(outputs, name));
});
