// `npm run check`: format, lint, types, unit and program tests.
import { execa } from "execa";

import { main } from "./main.ts";

await main(async () => {
  const checks = [
    ["prettier", "--check", "--log-level=warn", "."],
    ["eslint", "--cache", "--cache-location", "node_modules/.cache/eslint/", "."],
    ["tsc"],
    ["vitest", "run", "--project", "fast"],
  ];
  for (const [command = "", ...args] of checks) await execa(command, args, { stdio: "inherit" });
});
