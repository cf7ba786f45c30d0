import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { TestStack } from "../toolchain/plugins/stack.ts";
import type { KeyAccess } from "./one-key.ts";

const project = join(import.meta.dirname, "../..");

/** Encrypts the secrets in the states of these tests, which hold none. */
process.env["PULUMI_CONFIG_PASSPHRASE"] = "of-the-test-only";

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

/** The program of a set with one key `team`; see {@link keysProgram}. */
export function keyProgram(access: KeyAccess, settings: object): string {
  return keysProgram(access, { team: settings });
}

/**
 * The program of a set of keys, of somebody who uses each, and of the teams that they may be in: whatever changes for users of
 * `team` shows at `team-user`.
 */
export function keysProgram(
  { gatewayAccess, masterKey }: KeyAccess,
  keys: Record<string, object>,
  teams: Record<string, object> = {},
): string {
  return `
    const { Team } = await import(${JSON.stringify(join(project, "components/teams.ts"))});
    const { VirtualKeys } = await import(${JSON.stringify(join(project, "components/virtual-keys.ts"))});
    const database = new random.RandomId("database", { byteLength: 4 });
    const seed = new random.RandomPassword("seed", { length: 40 });
    const gateway = {
      access: pulumi.output(${JSON.stringify(gatewayAccess)}),
      masterKey: pulumi.secret(${JSON.stringify(masterKey)}),
      keySeed: seed.result,
      database,
      ready: [database],
    };
    const settings = ${JSON.stringify(keys)};
    const teams = Object.entries(${JSON.stringify(teams)}).map(([name, team]) => new Team("team-" + name, name, { gateway, ...team }));
    const set = new VirtualKeys("keys", { gateway, teams, keys: settings });
    const keys = Object.keys(settings).map((name) => [name, set.get(name)]);
    for (const [name, { key }] of keys) new random.RandomPassword(name + "-user", { length: 8, keepers: { key } });
    export const values = pulumi.secret(Object.fromEntries(keys.map(([name, { key }]) => [name, key])));
    export const tokens = Object.fromEntries(keys.map(([name, { token }]) => [name, token]));
    export const expiries = Object.fromEntries(keys.map(([name, { expires }]) => [name, expires]));
  `;
}
