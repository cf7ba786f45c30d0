/**
 * What LiteLLM needs of the Prisma CLI: `migrate deploy`, run in the folder that holds `migrations/`. The database is
 * the one of DATABASE_URL. Exits with 1 and says why on standard error when it fails.
 */
import { resolve } from "node:path";

import { databaseUrl } from "./connection.ts";
import { deploy } from "./migrate.ts";

const command = process.argv.slice(2, 4).join(" ");

try {
  if (command !== "migrate deploy") {
    throw new Error(`\`prisma ${command}\` is not available here, where only \`prisma migrate deploy\` is.`);
  }
  const count = await deploy(databaseUrl(process.env), resolve("migrations"), (line) => {
    console.log(line);
  });
  console.log(count === 0 ? "No pending migrations to apply." : `${count} migrations have been applied.`);
} catch (error) {
  console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
