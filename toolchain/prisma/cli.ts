/**
 * What LiteLLM needs of the Prisma CLI, run in the folder that holds `migrations/`: `migrate deploy`, and what LiteLLM
 * calls after a migration that failed, `migrate resolve --rolled-back NAME` and `migrate resolve --applied NAME`. The
 * database is the one of DATABASE_URL. Exits with 1 and says why on standard error when it fails.
 */
import { resolve } from "node:path";

import { databaseUrl } from "./connection.ts";
import { deploy } from "./migrate.ts";
import { takesLock } from "./migration-session.ts";
import { applied, rolledBack } from "./resolve.ts";

const command = process.argv.slice(2);
const [, , , name = ""] = command;

async function run(): Promise<string> {
  const folder = resolve("migrations");
  const locks = takesLock(process.env);
  switch (command.slice(0, 3).join(" ")) {
    case "migrate deploy": {
      const count = await deploy(databaseUrl(process.env), folder, locks, (line) => {
        console.log(line);
      });
      return count === 0 ? "No pending migrations to apply." : `${count} migrations have been applied.`;
    }
    case "migrate resolve --rolled-back":
      await rolledBack(databaseUrl(process.env), name, locks);
      return `Migration ${name} marked as rolled back.`;
    case "migrate resolve --applied":
      await applied(databaseUrl(process.env), folder, name, locks);
      return `Migration ${name} marked as applied.`;
    default:
      throw new Error(
        `\`prisma ${command.slice(0, 2).join(" ")}\` is not available here, where only \`prisma migrate deploy\` and \`prisma migrate resolve\` are.`,
      );
  }
}

try {
  console.log(await run());
} catch (error) {
  console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
