import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

import { execa, type ResultPromise } from "execa";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";

/** What LiteLLM is given, in which `{files}` stands for the folder of its files. */
export interface Given {
  config: string;
  environment: Record<string, string>;
  files: Record<string, string>;
}

/** How both of LiteLLM's clients fare: `True`, or why not. */
export interface Outcome {
  sync: string;
  async: string;
}

type Options = { cwd: string; env: Record<string, string>; extendEnv: false; reject: false; buffer: false };

/** LiteLLM's clients of Redis, in one process of LiteLLM's own environment, which takes long to start. */
export class RedisClient {
  readonly #folder: string;
  readonly #process: ResultPromise<Options>;
  readonly #lines: Interface;
  #cases = 0;

  private constructor(folder: string, process: ResultPromise<Options>) {
    this.#folder = folder;
    this.#process = process;
    this.#lines = createInterface(process.stdout);
  }

  /** @param environment Variables that Python reads at its start, and the files that they name. */
  static async start({ environment, files }: Pick<Given, "environment" | "files">): Promise<RedisClient> {
    const folder = await mkdtemp(join(tmpdir(), "redis-client-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const venv = await pythonEnvironment("litellm");
    const env = { ...litellmRuntime(venv), HOME: folder, PYTHONDONTWRITEBYTECODE: "1", ...placed(environment, folder) };
    const program = join(import.meta.dirname, "redis-client.py");
    const options: Options = { cwd: folder, env, extendEnv: false, reject: false, buffer: false };
    return new RedisClient(folder, execa(join(venv, "bin/python"), [program], options));
  }

  async connect({ config, environment, files }: Given): Promise<Outcome> {
    const folder = join(this.#folder, String(this.#cases++));
    await execa("mkdir", [folder]);
    for (const [name, text] of Object.entries({ ...files, "config.yaml": config })) {
      await writeFile(join(folder, name), text);
    }
    const line = { config: join(folder, "config.yaml"), environment: placed(environment, folder) };
    this.#process.stdin.write(`${JSON.stringify(line)}\n`);
    for (;;) {
      const ended = this.#process.then(() => [undefined]);
      const [answer] = (await Promise.race([once(this.#lines, "line"), ended])) as [string | undefined];
      if (answer === undefined) throw new Error("LiteLLM's clients have ended");
      if (answer.startsWith("RESULT ")) return JSON.parse(answer.slice("RESULT ".length)) as Outcome;
    }
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
    await rm(this.#folder, { recursive: true });
  }
}

function placed(environment: Record<string, string>, folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replace("{files}", folder)]),
  );
}
