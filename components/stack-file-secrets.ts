import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { plainTextSecretsInFile } from "../config/secrets.ts";
import type { SettingsCheck } from "../config/settings.ts";

/**
 * Reports secrets in plain text in the stack's file. Pulumi tells the program only that a section holds a secret, and not
 * that another one in it is in plain text.
 *
 * @param folder The folder of the stack files. Default: that of this project.
 */
export function stackFileSecrets(stack: string, folder = join(import.meta.dirname, "..")): SettingsCheck {
  return async () =>
    // With `--config-file`, it is elsewhere.
    plainTextSecretsInFile(await readFile(join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(() => ""));
}
