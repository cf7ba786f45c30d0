import { join } from "node:path";

import { execa } from "execa";

import type { KnownNames } from "../../config/litellm/known-names.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";

/**
 * Where the names are kept that LiteLLM knows in each part of its configuration file. The settings refuse others, so that a
 * slip of the pen isn't ignored; a release that brings or drops a name fails a test by it.
 */
export const knownNamesFile = new URL("../../config/litellm/known-names.json", import.meta.url);

/** What the pinned LiteLLM knows: `known_names.py` says how it is found. */
export async function knownToLitellm(): Promise<KnownNames> {
  const venv = await pythonEnvironment("litellm");
  const program = join(import.meta.dirname, "known_names.py");
  const { stdout } = await execa(join(venv, "bin", "python"), [program], { env: litellmRuntime(venv) });
  return JSON.parse(stdout) as KnownNames;
}

/** What the pinned LiteLLM knows, ready to be written: a name a line. */
export async function knownNamesDocument(): Promise<string> {
  return `${JSON.stringify(await knownToLitellm(), undefined, 1)}\n`;
}
