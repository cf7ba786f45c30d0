import { randomBytes } from "node:crypto";
import { link, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { pulumiCli } from "./cli.ts";
import { project } from "./offline-distribution.ts";
import { pluginEnvironment } from "./plugins.ts";

/** What `pulumiEnvironment` needs to know. */
export interface EnvironmentOptions {
  /** The folder for state and passphrase; made if it isn't there, readable by its owner alone. */
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
  const state = join(home, "state");
  await mkdir(state, { recursive: true, mode: 0o700 });
  const path = [join(project, "node_modules", ".bin"), dirname(cli), process.env["PATH"] ?? ""].join(delimiter);
  return {
    PATH: path,
    PULUMI_BACKEND_URL: process.env["PULUMI_BACKEND_URL"] ?? `file://${state}`,
    ...(await passphrase(home)),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // A newer CLI refuses file backends without it.
    PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR: "1",
    ...(await pluginEnvironment(plugins)),
  };
}

/** The passphrase that secrets in state are encrypted with is made once; of two runs at once, one makes it for both. */
async function passphrase(home: string): Promise<Record<string, string>> {
  if (process.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return {};
  if (process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined) return {};
  const file = join(home, "passphrase");
  const candidate = `${file}.${process.pid}`;
  await writeFile(candidate, randomBytes(32).toString("base64url"), { mode: 0o600 });
  try {
    // Unlike a write, a link shows the whole file or fails because there is one.
    await link(candidate, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(candidate);
  }
  return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}
