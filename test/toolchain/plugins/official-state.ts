import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { TestStack } from "./stack.ts";

interface State {
  deployment: Record<string, unknown>;
}

/**
 * Gives a stack the state of a stack `test` of a project `test` that official plugins wrote.
 *
 * @param file What `pulumi stack export --show-secrets` printed of it, beside this file. Its secrets get the stack's own
 *   encryption.
 */
export async function importOfficialState(stack: TestStack, file: string): Promise<void> {
  // Before its first update, a state doesn't say how its secrets are encrypted.
  await stack.up();
  const own = JSON.parse(await stack.exported()) as State;
  const official = JSON.parse(await readFile(join(import.meta.dirname, file), "utf8")) as State;
  const { secrets_providers } = own.deployment;
  const path = join(stack.folder, "state.json");
  await writeFile(path, JSON.stringify({ ...official, deployment: { ...official.deployment, secrets_providers } }));
  await stack.succeeds("stack", "import", "--file", path);
}
