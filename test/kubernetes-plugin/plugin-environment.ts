import { mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { offlinePlugin, project } from "../../toolchain/pulumi/offline-distribution.ts";

/** Where Pulumi looks for plugins, only while the tests say so. */
const HOME = join(project, "node_modules", ".cache", "pulumi-of-tests");

/** The executables of its plugins. */
const PLUGINS = {
  kubernetes: join(import.meta.dirname, "pulumi-resource-kubernetes"),
  postgresql: offlinePlugin("postgresql"),
  random: offlinePlugin("random"),
};

/**
 * Variables with which the engine, and this project's own commands, find the stand-in of the plugin `kubernetes`. With
 * them in the environment the project's offline plugins are found in the same place, so that it makes no links of its
 * own to the stand-in, which would outlive the test.
 */
export async function clusterPlugin(): Promise<Record<string, string>> {
  for (const [name, executable] of Object.entries(PLUGINS)) {
    // The layout of `pulumi plugin install`.
    const folder = join(HOME, "plugins", `resource-${name}-v${await versionOfSdk(name)}`);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `pulumi-resource-${name}`);
    const unfinished = `${file}.${process.pid}`;
    await rm(unfinished, { force: true });
    await symlink(executable, unfinished);
    await rename(unfinished, file);
  }
  return { PULUMI_HOME: HOME, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
}

async function versionOfSdk(name: string): Promise<string> {
  const file = join(project, "node_modules", "@pulumi", name, "package.json");
  return (JSON.parse(await readFile(file, "utf8")) as { pulumi: { version: string } }).pulumi.version;
}
