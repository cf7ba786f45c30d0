import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { cached } from "../cache.ts";
import { UserError } from "../user-error.ts";
import { installerEnvironment } from "./installer-environment.ts";
import type { Interpreter } from "./interpreter.ts";
import { run } from "./run.ts";

/** The oldest uv whose options are those used here. */
const OLDEST = "0.5.0";

const REQUIREMENTS = join(import.meta.dirname, "requirements", "uv.txt");

/**
 * The path of uv, which makes Python environments: the one on the PATH if it is recent enough, else one from PyPI.
 *
 * @throws {UserError} If there is none and the Python has neither pip nor venv to install it with.
 */
export async function findUv(python: Interpreter): Promise<string> {
  const { stdout, failed } = await execa("uv", ["--version"], { reject: false });
  const [, version] = /^uv (\d+\.\d+\.\d+)/.exec(stdout) ?? [];
  if (!failed && version && isAtLeast(version, OLDEST)) return "uv";

  const [, pinned = ""] = /^uv==(\S+)/m.exec(await readFile(REQUIREMENTS, "utf8")) ?? [];
  const folder = await cached(`uv-${pinned}`, `Installing uv ${pinned} from PyPI`, (target) => install(python, target));
  return join(folder, "bin", "uv");
}

/** Whether one version, as in 0.13.9, is the other or newer. */
export function isAtLeast(version: string, oldest: string): boolean {
  return version.localeCompare(oldest, "en", { numeric: true }) >= 0;
}

async function install(python: Interpreter, target: string): Promise<void> {
  // What a distribution ships without pip still has venv, which brings one.
  const { failed: lacksPip } = await execa(python.path, ["-m", "pip", "--version"], {
    ...{ env: installerEnvironment(), extendEnv: false, reject: false },
  });
  const pip = lacksPip ? await venvWithPip(python, join(target, "pip")) : python.path;
  await run("Installing uv", pip, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-deps",
    "--require-hashes",
    "--target",
    target,
    "-r",
    REQUIREMENTS,
  ]);
}

async function venvWithPip(python: Interpreter, folder: string): Promise<string> {
  const { failed } = await execa(python.path, ["-m", "venv", folder], {
    ...{ env: installerEnvironment(), extendEnv: false, reject: false },
  });
  if (failed) {
    throw new UserError(
      `${python.path} has neither pip nor venv, and there is no uv on the PATH. ` +
        "Install one of them, for example with `apt install python3-venv`.",
    );
  }
  return join(folder, "bin", "python");
}
