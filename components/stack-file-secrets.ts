import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { stackFileProblems } from "../config/rules/stack-file.ts";
import type { SettingsCheck } from "../config/rules/rule.ts";

/**
 * Reports secrets in plain text in the stack's file, and what is encrypted there although it isn't kept secret. Pulumi
 * tells the program only that a section holds a secret, and not which part of it.
 *
 * @param folder The folder of the stack files. Default: that of this project.
 */
export function stackFileSecrets(stack: string, folder = join(import.meta.dirname, "..")): SettingsCheck {
  return async () =>
    // With `--config-file`, it is elsewhere.
    stackFileProblems(await readFile(join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(() => ""));
}
