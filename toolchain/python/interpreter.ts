import { execa } from "execa";

import { UserError } from "../user-error.ts";

/** A Python that environments are made with. */
export interface Interpreter {
  /** Absolute path of the executable. */
  path: string;
  /** Full version: 3.11.7. */
  version: string;
}

/** Tried in this order: what people chose as their `python3`, then what else LiteLLM and Sagewai run on. */
const CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14"];

/** LiteLLM asks for at least 3.10 and less than 3.15. */
const [OLDEST, NEWEST] = [10, 14];

const DESCRIBE = "import platform, sys; print(sys.executable, platform.python_version(), sep='\\n')";

/**
 * The Python on this machine that environments are made with.
 *
 * @throws {UserError} If there is none, or none that LiteLLM and Sagewai run on.
 */
export async function findPython(): Promise<Interpreter> {
  const tooOld: string[] = [];
  for (const command of CANDIDATES) {
    const { stdout, failed } = await execa(command, ["-c", DESCRIBE], { reject: false });
    const [path, version] = stdout.split("\n");
    if (failed || !path || !version) continue;
    if (isSupported(version)) return { path, version };
    tooOld.push(`${path} is ${version}`);
  }
  const found = tooOld.length === 0 ? "there is no `python3` on the PATH" : tooOld.join(", ");
  throw new UserError(
    `LiteLLM and Sagewai need Python 3.${OLDEST} to 3.${NEWEST}, but ${found}. ` +
      "Install one, for example with `apt install python3 python3-venv` or `brew install python@3.13`.",
  );
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 3 && minor !== undefined && minor >= OLDEST && minor <= NEWEST;
}
