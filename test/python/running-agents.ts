import { join } from "node:path";
import { createInterface } from "node:readline";

import { execa } from "execa";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { sagewaiRuntime } from "../../toolchain/python/runtime.ts";

const PROGRAM = join(import.meta.dirname, "agents.py");

/** What came of an agent's call. */
export interface Called {
  answer?: string;
  /** Why the soft budget stopped it. */
  stopped?: string;
  failed?: string;
  /** Events of Sagewai's about budgets. */
  events: string[];
}

/** Both agents' calls, of each way to call. */
const CALLS = [0, 1].flatMap((agent) => (["chat", "stream"] as const).map((way) => ({ agent, way })));

/** Two agents of each of some projects, with the package for people's own agents, in a process that stays. */
export class RunningAgents {
  readonly #process: ReturnType<typeof start>;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ReturnType<typeof start>) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  }

  /** @param gateway Its base URL, and the projects' keys by name. */
  static async start(gateway: { url: string; keys: Record<string, string> }, folder: string): Promise<RunningAgents> {
    const agents = new RunningAgents(start(sagewaiRuntime(await pythonEnvironment("sagewai")), folder));
    await agents.#ask(gateway);
    return agents;
  }

  /** Lets each agent of a project chat and stream, one after the other. */
  async callAll(project: string): Promise<Called[]> {
    const all: Called[] = [];
    for (const call of CALLS) all.push(await this.#ask({ project, ...call }));
    return all;
  }

  async #ask(line: object): Promise<Called> {
    this.#process.stdin.write(`${JSON.stringify(line)}\n`);
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`${PROGRAM} ended.`);
    return JSON.parse(next.value) as Called;
  }

  async stop(): Promise<void> {
    this.#process.stdin.end();
    await this.#process;
  }
}

function start(runtime: Record<string, string>, folder: string) {
  const env = { ...runtime, HOME: folder, SAGEWAI_HOME: folder, PYTHONDONTWRITEBYTECODE: "1" };
  return execa("python", [PROGRAM], { env, extendEnv: false, reject: false, buffer: false, stderr: "ignore" });
}
