// `npm run check`: format, lint, types, unit and program tests.
import { main } from "./main.ts";
import { checkSources, runTests } from "./suite.ts";

await main(async () => {
  await checkSources();
  await runTests("--project", "fast");
});
