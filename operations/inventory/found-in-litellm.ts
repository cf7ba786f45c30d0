import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { execa } from "execa";

import { cached } from "../../toolchain/cache.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";

const FOUND = "found.json";

/**
 * What a program of this folder finds in the source of the pinned LiteLLM, as JSON text. It reads a thousand modules, which
 * takes a minute: as nothing but the programs and the environment decides what is found, it is kept in the cache for both.
 *
 * @param program Name of the file: `known_names.py`.
 */
export async function foundInLitellm(program: string): Promise<string> {
  const venv = await pythonEnvironment("litellm");
  const key = createHash("sha256").update(basename(venv));
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith(".py")).sort();
  for (const name of names) key.update(`\0${name}\0`).update(await readFile(join(import.meta.dirname, name)));

  const folder = await cached(
    `inventory-${basename(program, ".py")}-${key.digest("hex").slice(0, 12)}`,
    `Reading LiteLLM's source (${program})`,
    async (empty) => {
      await writeFile(join(empty, FOUND), await find(program, venv));
    },
  );
  return readFile(join(folder, FOUND), "utf8");
}

/**
 * The same, without the cache.
 *
 * @param venv The environment that it is read with.
 * @param env Variables that change what is read: a PYTHONPATH with another release.
 */
export async function find(program: string, venv: string, env: Record<string, string> = {}): Promise<string> {
  const python = join(venv, "bin", "python");
  const variables = { ...litellmRuntime(venv), ...env };
  return (await execa(python, [join(import.meta.dirname, program)], { env: variables })).stdout;
}
