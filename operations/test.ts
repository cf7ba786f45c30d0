// `npm test [-- FILE…]`: brings what the tests need, then checks the sources and runs all tiers.
import { main } from "./main.ts";
import { prepareMachine } from "./prepare-machine.ts";
import { checkSources, runTests } from "./suite.ts";

await main(async () => {
  await prepareMachine();
  await checkSources();
  await runTests(...process.argv.slice(2));
});
