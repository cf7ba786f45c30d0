// `npm test`: brings what the tests need, then runs all tiers.
import { execa } from "execa";

import { main } from "./main.ts";
import { prepareMachine } from "./prepare-machine.ts";

await main(async () => {
  await prepareMachine();
  await execa("vitest", ["run", ...process.argv.slice(2)], { stdio: "inherit" });
});
