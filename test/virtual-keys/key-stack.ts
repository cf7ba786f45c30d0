import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { TestStack } from "../toolchain/plugins/stack.ts";

const project = join(import.meta.dirname, "../..");

/** Encrypts the secrets in the states of these tests, which hold none. */
process.env["PULUMI_CONFIG_PASSPHRASE"] = "of-the-test-only";

/** Where the stack finds LiteLLM. */
export interface KeyAccess {
  gateway: { url: string };
  masterKey: string;
}

/** A stack whose program can make virtual keys. */
export async function keyStack(): Promise<TestStack> {
  const stack = await TestStack.create();
  const imports = { "#providers/*": "./providers/*" };
  await writeFile(
    join(stack.folder, "package.json"),
    JSON.stringify({ name: "test", type: "module", main: "index.ts", imports }),
  );
  await symlink(join(project, "providers"), join(stack.folder, "providers"));
  return stack;
}

/** The program after its key was removed. The database stays: when it goes, its keys go without a call. */
export const KEYLESS = `new random.RandomId("database", { byteLength: 4 });`;

/** The program of one key `team` and of somebody who uses it: whatever changes for users shows at `user`. */
export function keyProgram({ gateway, masterKey }: KeyAccess, settings: object): string {
  return `
    const { VirtualKey } = await import(${JSON.stringify(join(project, "components/virtual-key.ts"))});
    const database = new random.RandomId("database", { byteLength: 4 });
    const gateway = {
      access: pulumi.output(${JSON.stringify(gateway)}),
      masterKey: pulumi.secret(${JSON.stringify(masterKey)}),
      database,
      ready: [database],
    };
    const key = new VirtualKey("team", { gateway, ...${JSON.stringify(settings)} });
    new random.RandomPassword("user", { length: 8, keepers: { key: key.key } });
    export const value = key.key;
    export const token = key.token;
    export const expires = key.expires;
  `;
}
