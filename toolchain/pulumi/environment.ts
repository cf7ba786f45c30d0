import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { cacheFolder } from "../cache.ts";
import { pastProxies } from "../no-proxy.ts";
import { UserError } from "../user-error.ts";
import { pulumiCli } from "./cli.ts";
import { project } from "./offline-distribution.ts";
import { pluginEnvironment } from "./plugins.ts";

/** Has Pulumi's SDK load and say only what is asked for. */
const LEAN_SDK = pathToFileURL(join(import.meta.dirname, "lean-sdk.ts")).href;

/** What `pulumiEnvironment` needs to know. */
export interface EnvironmentOptions {
  /** The folder for state and passphrase; made if it isn't there, readable only by its owner. */
  home: string;
  /** Plugins that the stack needs. Default: those of the local platform. */
  plugins?: readonly string[];
}

/**
 * The variables to add to this process's own for running Pulumi: a CLI with its plugins, Node.js 24, and state and
 * passphrase under `home`, unless PULUMI_BACKEND_URL or a passphrase is set already.
 */
export async function pulumiEnvironment({
  home,
  plugins = ["random", "postgresql"],
}: EnvironmentOptions): Promise<Record<string, string>> {
  const cli = await pulumiCli();
  const path = [join(project, "node_modules", ".bin"), dirname(cli), process.env["PATH"] ?? ""].join(delimiter);
  const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const state = join(home, "state");
  await mkdir(state, { recursive: true, mode: 0o700 });
  return {
    PATH: path,
    ...pastProxies(),
    // Beside each file of the state there would be another one that is not written in one go: a run that is killed in the
    // middle leaves it empty, and then no command can read the state ("failed to load checkpoint: EOF").
    ...(PULUMI_BACKEND_URL === undefined && { PULUMI_BACKEND_URL: `${pathToFileURL(state).href}?metadata=skip` }),
    ...((PULUMI_CONFIG_PASSPHRASE ?? PULUMI_CONFIG_PASSPHRASE_FILE) === undefined && {
      PULUMI_CONFIG_PASSPHRASE_FILE: await passphraseFile(home),
    }),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Pulumi's language host says that a program needs the plugin of every installed package, so that each run of a local
    // stack would try to download those of the clouds, which takes seconds where it fails. With this option
    // (`--skip-plugin-pre-install`) a plugin is downloaded when the program or the state first uses it.
    PULUMI_OPTION_SKIP_PLUGIN_PRE_INSTALL: "true",
    // A newer CLI refuses file backends without it.
    PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR: "1",
    // The program and each plugin load much of the same code, which Node.js compiles once in place of three times a run.
    NODE_COMPILE_CACHE: join(cacheFolder, "node-compile-cache"),
    // What a program has just made it soon forgets: collecting more often takes no more time, and a third of the memory less.
    NODE_OPTIONS: [`--import=${LEAN_SDK}`, "--max-semi-space-size=4", process.env["NODE_OPTIONS"] ?? ""]
      .join(" ")
      .trim(),
    ...(await pluginEnvironment(plugins)),
  };
}

/**
 * The file with the passphrase that encrypts secrets in state, made on first use. Of two runs at once, one makes it for
 * both.
 *
 * @throws UserError if it is gone, while there are stacks: another one would open none of them.
 */
export async function passphraseFile(home: string): Promise<string> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const file = join(home, "passphrase");
  if (existsSync(file)) return file;
  const stacks = await readdir(join(home, "state", ".pulumi", "stacks", "llm-gateway")).catch(() => []);
  if (stacks.some((name) => /\.json(\.gz)?$/.test(name)) && !existsSync(file)) {
    throw new UserError(
      `${file} is gone, the passphrase that the secrets of this checkout's stacks are encrypted with: put it back, or set PULUMI_CONFIG_PASSPHRASE_FILE to a copy of it. If there is none, docs/state.md says what can be had without it.`,
    );
  }
  const candidate = `${file}.${process.pid}`;
  await writeFile(candidate, randomBytes(32).toString("base64url"), { mode: 0o600 });
  try {
    // Unlike a write, a link shows the whole file, or fails because there is one.
    await link(candidate, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(candidate);
  }
  return file;
}
