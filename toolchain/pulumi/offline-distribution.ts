import { copyFile, link, mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The project's folder. */
export const project = dirname(dirname(import.meta.dirname));

/** What stands in for Pulumi's own executables. */
const BIN = join(project, "toolchain", "bin");

/** What is put together for this checkout from its own executables; made of links, and made again when it is gone. */
const folder = join(project, "node_modules", ".cache", "pulumi");

/** What Pulumi ships next to its CLI, and finds there without a warning. */
const BESIDE_THE_CLI = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** Lays out a CLI that comes by itself like the official one, with what belongs next to it. */
export async function offlineDistribution(cli: string, version: string): Promise<string> {
  const distribution = join(folder, version);
  await mkdir(distribution, { recursive: true });
  for (const name of BESIDE_THE_CLI) await place((to) => symlink(join(BIN, name), to), join(distribution, name));
  const path = join(distribution, "pulumi");
  // The engine follows symbolic links before it looks next to itself.
  await place((to) => link(cli, to).catch(() => copyFile(cli, to)), path);
  return path;
}

/** The plugins of which this package has offline ones. */
export const OFFLINE_PLUGINS = ["random", "postgresql"];

/**
 * A PULUMI_HOME whose plugins are this project's own and, for the rest, links to the official ones that are installed.
 * Nothing but this project's commands uses it, so no other deployment ever finds the stand-ins.
 *
 * @param plugins Folder name of each plugin, as in `resource-random-v4.21.2`, and its executable.
 */
export async function offlineHome(plugins: Record<string, string>): Promise<string> {
  const home = join(folder, "home");
  for (const [name, executable] of Object.entries(plugins)) {
    const plugin = join(home, "plugins", name);
    await mkdir(plugin, { recursive: true });
    await place((to) => symlink(executable, to), join(plugin, name.replace(/^(\w+-\w+)-v.*$/, "pulumi-$1")));
  }
  return home;
}

/** The executable of an offline plugin. */
export function offlinePlugin(name: string): string {
  return join(BIN, `pulumi-resource-${name}`);
}

/** Makes a file under another name and moves it to its place, so that runs at the same time never see half of it. */
async function place(make: (to: string) => Promise<void>, path: string): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await rm(unfinished, { force: true });
  await make(unfinished);
  await rename(unfinished, path);
  // Renaming one link of a file to another does nothing.
  await rm(unfinished, { force: true });
}
