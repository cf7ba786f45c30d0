import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { vi } from "vitest";

const NOBODY = 65534;

/**
 * An account of this machine other than that of the software. Only the superuser can run programs of another one; for
 * everybody else it is this process that takes itself for somebody else.
 */
export class Stranger {
  readonly #folder: string;
  readonly #programs: ChildProcess[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<Stranger> {
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-stranger-"));
    // This checkout may be where nobody else may enter.
    await chmod(folder, 0o755);
    await copyFile(process.execPath, join(folder, "node"));
    return new Stranger(folder);
  }

  /** Runs a JavaScript program, and resolves with the first line that it prints. */
  async run(code: string): Promise<string> {
    const uid = process.getuid?.() ?? 0;
    if (uid !== 0) vi.spyOn(process, "getuid").mockReturnValue(uid + 1);
    const account = uid === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const program = spawn(join(this.#folder, "node"), ["-e", code], {
      cwd: "/",
      stdio: ["ignore", "pipe", "inherit"],
      ...account,
    });
    this.#programs.push(program);
    const [line] = (await once(createInterface(program.stdout), "line")) as [string];
    return line;
  }

  /** Ends its programs. */
  async leave(): Promise<void> {
    vi.restoreAllMocks();
    for (const program of this.#programs.splice(0)) {
      if (program.exitCode === null && program.kill("SIGKILL")) await once(program, "exit");
    }
  }

  async delete(): Promise<void> {
    await this.leave();
    await rm(this.#folder, { recursive: true });
  }
}
