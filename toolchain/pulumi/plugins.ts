import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { notice } from "../progress.ts";
import { UserError } from "../user-error.ts";
import { findPulumiCli } from "./cli.ts";
import { canDownload } from "./downloads.ts";
import { OFFLINE_PLUGINS, offlineHome, offlinePlugin, project } from "./offline-distribution.ts";

/** Where Pulumi keeps the official plugins. */
const officialHome = () => process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");

interface Plugin {
  name: string;
  version: string;
}

const decisions = new Map<string, Promise<Record<string, string>>>();

/**
 * Variables with which the engine finds the plugins that a stack needs: none where all of them are installed or can be;
 * otherwise a PULUMI_HOME with stand-ins of `random` and `postgresql`, which one line on stderr names. A decision for
 * stand-ins is kept with the installed packages, so that later calls touch no network; `npm ci` forgets it.
 *
 * @param needs Names of plugins, as in ["random", "gcp"].
 * @throws UserError for a plugin that can't be had and has no stand-in.
 */
export async function pluginEnvironment(needs: readonly string[]): Promise<Record<string, string>> {
  const key = [...needs].sort().join();
  const known = decisions.get(key);
  if (known) return known;
  const decision = decide(needs);
  decisions.set(key, decision);
  return decision;
}

async function decide(needs: readonly string[]): Promise<Record<string, string>> {
  const wanted = await Promise.all(needs.map(pluginOfSdk));
  const missing: Plugin[] = [];
  for (const plugin of wanted) if (!(await isInstalled(plugin, officialHome()))) missing.push(plugin);

  const decided = join(project, "node_modules", ".cache", "pulumi", "home");
  const undecided: Plugin[] = [];
  for (const plugin of missing) if (!(await isInstalled(plugin, decided))) undecided.push(plugin);
  const refused: { plugin: Plugin; reason: string }[] = [];
  for (const plugin of undecided) {
    const reason = await install(plugin).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (reason !== undefined) refused.push({ plugin, reason });
  }
  const hopeless = refused.filter(({ plugin }) => !OFFLINE_PLUGINS.includes(plugin.name));
  if (hopeless.length > 0) throw new UserError(hopeless.map(explain).join("\n"));
  if (missing.length === undecided.length && refused.length === 0) return {};

  const standIns = missing.filter((plugin) => !undecided.includes(plugin) || refused.some((r) => r.plugin === plugin));
  const official = wanted.filter((plugin) => !standIns.includes(plugin));
  const home = await offlineHome({
    ...Object.fromEntries(standIns.map((plugin) => [folderName(plugin), offlinePlugin(plugin.name)])),
    ...Object.fromEntries(official.map((plugin) => [folderName(plugin), executable(plugin, officialHome())])),
  });
  const names = standIns.map(({ name, version }) => `${name} ${version}`).join(", ");
  notice(`Pulumi plugins of this project in place of the official ones, which can't be downloaded here: ${names}`);
  return {
    PULUMI_HOME: home,
    PULUMI_CREDENTIALS_PATH: process.env["PULUMI_CREDENTIALS_PATH"] ?? officialHome(),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

async function pluginOfSdk(name: string): Promise<Plugin> {
  const file = join(project, "node_modules", "@pulumi", name, "package.json");
  const { pulumi } = JSON.parse(await readFile(file, "utf8")) as { pulumi: { version: string } };
  return { name, version: pulumi.version };
}

async function install({ name, version }: Plugin): Promise<void> {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  await canDownload(`https://get.pulumi.com/releases/plugins/pulumi-resource-${name}-v${version}-${platform}.tar.gz`);
  const cli = await findPulumiCli();
  const { failed, stderr } = await execa(cli.path, ["plugin", "install", "resource", name, version], {
    reject: false,
    timeout: 300_000,
  });
  if (failed) throw new Error(stderr.trim());
}

function explain({ plugin, reason }: { plugin: Plugin; reason: string }): string {
  const command = `pulumi plugin install resource ${plugin.name} ${plugin.version}`;
  return (
    `This stack needs the Pulumi plugin ${plugin.name} ${plugin.version}, which is not installed and can't be downloaded: ${reason}. ` +
    `Run \`${command}\` where the internet can be reached and copy ~/.pulumi/plugins/${folderName(plugin)} to this machine's ${join(officialHome(), "plugins")}, ` +
    "or use the platform local, which needs no such plugin."
  );
}

function folderName({ name, version }: Plugin): string {
  return `resource-${name}-v${version}`;
}

function executable(plugin: Plugin, home: string): string {
  return join(home, "plugins", folderName(plugin), `pulumi-resource-${plugin.name}`);
}

async function isInstalled(plugin: Plugin, home: string): Promise<boolean> {
  return access(executable(plugin, home)).then(
    () => true,
    () => false,
  );
}
