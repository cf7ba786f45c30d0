import { copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

import { dropRelationTypes } from "./relation-types.ts";
import { run } from "./run.ts";

const require = createRequire(import.meta.url);

const PRISMA = join(import.meta.dirname, "..", "prisma");

const QUERY_ENGINE = join(PRISMA, "bin", "query-engine");

/** The part of the client that is ours: how it reaches the query engine. */
export const CLIENT_MODULE = join(PRISMA, "unix_socket.py");

/**
 * Generates LiteLLM's database client into its Python environment.
 *
 * @param python Path of the environment's Python.
 * @param sitePackages Path of the folder that its packages are in.
 */
export async function generatePrismaClient(python: string, sitePackages: string): Promise<void> {
  const bin = dirname(python);
  await run(
    "Generating LiteLLM's database client",
    process.execPath,
    [
      require.resolve("prisma/build/index.js"),
      "generate",
      "--schema",
      join(sitePackages, "litellm_proxy_extras", "schema.prisma"),
    ],
    {
      PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
      // Without every one of these the Prisma CLI downloads its own engines, or asks for the newest version of itself.
      PRISMA_CLI_QUERY_ENGINE_TYPE: "binary",
      PRISMA_QUERY_ENGINE_BINARY: QUERY_ENGINE,
      PRISMA_SCHEMA_ENGINE_BINARY: QUERY_ENGINE,
      CHECKPOINT_DISABLE: "1",
    },
  );
  await dropRelationTypes(join(sitePackages, "prisma", "types.py"));
  await copyFile(CLIENT_MODULE, join(sitePackages, "prisma", "engine", "query.py"));
  // The client has megabytes of source, which each start would compile where the environment is read-only.
  await run("Compiling LiteLLM's database client", python, ["-m", "compileall", "-q", join(sitePackages, "prisma")]);
}
