import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import * as yaml from "yaml";

const file = join(import.meta.dirname, "..", "Pulumi.local.yaml");

/**
 * Runs work that starts Pulumi, and undoes what Pulumi adds to the committed Pulumi.local.yaml. It writes the salt of this
 * checkout's own passphrase there, with which no other clone could open the stack, and drops the empty lines. Once the
 * file holds a secret, the salt belongs to it and stays.
 */
export async function withTidyStackFile<T>(work: () => Promise<T>): Promise<T> {
  const text = withoutSalt(await readFile(file, "utf8"));
  await rewrite(text);
  try {
    return await work();
  } finally {
    const after = withoutSalt(await readFile(file, "utf8"));
    await rewrite(isDeepStrictEqual(yaml.parse(after), yaml.parse(text)) ? text : after);
  }
}

/** The text of a stack file without a salt that no secret in it needs. */
export function withoutSalt(text: string): string {
  return /^\s*secure:/m.test(text) ? text : text.replace(/^encryptionsalt:.*\n?/m, "");
}

async function rewrite(text: string): Promise<void> {
  if ((await readFile(file, "utf8")) !== text) await writeFile(file, text);
}
