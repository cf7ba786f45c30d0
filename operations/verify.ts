// `npm run verify -- [--stack NAME] [--json]`: tries everything that a stack promises, and fails if anything does not hold.
import { routeTo } from "../providers/access/route.ts";
import { hideNotices } from "../toolchain/progress.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { LOCAL, Stack } from "./stack.ts";
import { loadBalancedServices, readSecretOutputs } from "./stack-outputs.ts";
import { report } from "./verify/report.ts";
import { verify } from "./verify/verify.ts";

const HELP = `npm run verify [-- --stack STACK] [--json]

Tries everything that a stack promises, and fails if anything does not hold.

  --stack  the stack to try. Default: ${LOCAL}
  --json   print the results as JSON`;

await main(async () => {
  hideNotices();
  const { values } = readArguments(HELP, {
    stack: { type: "string", default: LOCAL },
    json: { type: "boolean", default: false },
  });
  const stack = await Stack.open(values.stack);
  const outputs = await readSecretOutputs(stack);
  // In a cluster, by port-forwards that end with this process.
  const [gateway, admin] = await Promise.all([routeTo(outputs.access.gateway), routeTo(outputs.access.admin)]);
  const loadBalanced = loadBalancedServices(outputs);
  const rows = await verify({
    ...{ ...outputs, loadBalanced, stack: stack.name },
    gateway: { url: gateway.url, logs: outputs.gateway.logs },
    admin: { url: admin.url, logs: outputs.admin.logs },
  });
  console.log(values.json ? JSON.stringify(rows, undefined, 2) : report(rows, process.stdout.columns));
  if (!rows.every(({ ok }) => ok)) process.exitCode = 1;
});
