import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readFile, realpath, rename, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { promisify } from "node:util";

import { gatewayHome } from "../gateway-home.ts";
import { UserError } from "../user-error.ts";
import { installerEnvironment } from "./installer-environment.ts";

/** A Python that environments are made with. */
export interface Interpreter {
  /** Absolute path of the executable. */
  path: string;
  /** Full version: 3.11.7. */
  version: string;
}

/** Tried in this order: what people chose as their `python3`, then what else LiteLLM and Sagewai run on. */
const CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14", "python"];

const PROJECT = join(import.meta.dirname, "../..");

/** LiteLLM asks for at least 3.10 and less than 3.15. */
const [OLDEST, NEWEST] = [10, 14];

/** Of a virtual environment that the user has activated, it is the Python below that counts. */
const DESCRIBE = `
import sys
path = sys.executable if sys.prefix == sys.base_prefix else getattr(sys, "_base_executable", sys.executable)
print(path, sys.version.split()[0], sep="\\n")
`;

/** Options to start in a fifth of the time, without what makes a virtual environment. */
const BARE = ["-I", "-S"];

/**
 * The Python on this machine that environments are made with. It is chosen once for each gateway's home, which remembers
 * it as long as it is there: services run with it, and who comes with another PATH would restart all of them.
 *
 * @throws {UserError} If there is none, or none that LiteLLM and Sagewai run on.
 */
export async function findPython(): Promise<Interpreter> {
  const file = join(gatewayHome(), "python.json");
  const former = await remembered(file);
  if (former && (await isStillThere(former))) return former;
  const chosen = await choose();
  await remember(file, chosen);
  return chosen;
}

async function choose(): Promise<Interpreter> {
  const tooOld: string[] = [];
  for (const command of CANDIDATES) {
    const found = await described(command);
    if (!found) continue;
    if (isSupported(found.version)) return found;
    tooOld.push(`${found.path} is ${found.version}`);
  }
  const found = tooOld.length === 0 ? "there is no `python3` on the PATH" : tooOld.join(", ");
  throw new UserError(
    `LiteLLM and Sagewai need Python 3.${OLDEST} to 3.${NEWEST}, but ${found}. ` +
      "Install one, for example with `apt install python3 python3-venv` or `brew install python@3.13`.",
  );
}

async function described(command: string, options: string[] = []): Promise<Interpreter | undefined> {
  // Each preview asks, and execa takes longer to load than Python to answer.
  const run = promisify(execFile)(command, [...options, "-c", DESCRIBE], { env: installerEnvironment() });
  const [path, version] = (await run.catch(() => ({ stdout: "" }))).stdout.split("\n");
  return path && version ? { path, version } : undefined;
}

/** What lies in the checkout, by whatever links, may have come with a pull request, and would run in a preview of it. */
async function isStillThere({ path, version }: Interpreter): Promise<boolean> {
  const [project, program] = await Promise.all([realpath(PROJECT), realpath(path).catch(() => PROJECT)]);
  const isElsewhere = isAbsolute(path) && relative(project, program).startsWith("..");
  return isElsewhere && (await described(path, BARE))?.version === version;
}

async function remembered(file: string): Promise<Interpreter | undefined> {
  try {
    const { path, version } = JSON.parse(await readFile(file, "utf8")) as Partial<Interpreter>;
    return typeof path === "string" && typeof version === "string" ? { path, version } : undefined;
  } catch {
    return undefined;
  }
}

async function remember(file: string, interpreter: Interpreter): Promise<void> {
  await mkdir(gatewayHome(), { recursive: true, mode: 0o700 });
  // Environments are made side by side, each of which asks for it.
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, `${JSON.stringify(interpreter)}\n`);
  await rename(unfinished, file);
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 3 && minor !== undefined && minor >= OLDEST && minor <= NEWEST;
}
