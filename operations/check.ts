// `npm run check`: format, lint, types, imports, spelling, workflows, unit and program tests.
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";
import { checkSources, runTests } from "./suite.ts";

const HELP = `npm run check

Checks format, lint, types, imports, spelling and workflows, and runs the unit and program tests.`;

await main(async () => {
  readArguments(HELP, {});
  await checkSources();
  await runTests("--project", "fast");
});
