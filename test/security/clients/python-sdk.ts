import { join } from "node:path";
import { createInterface } from "node:readline";

import { execa } from "execa";

import { type Clients, pythonEnvironment } from "../../../toolchain/python/environment.ts";
import { baseUrl, type Call, type Sdk, type SdkName } from "./sdk.ts";

const program = join(import.meta.dirname, "sdk.py");

/** An SDK of Python, in a process that makes one call after the other. */
export class PythonSdk implements Sdk {
  readonly #sdk: SdkName;
  readonly #process: ReturnType<typeof start>;
  readonly #lines: AsyncIterator<string>;

  private constructor(sdk: SdkName, python: string) {
    this.#sdk = sdk;
    this.#process = start(python, sdk);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  static async start(sdk: SdkName, environment: Clients): Promise<PythonSdk> {
    return new PythonSdk(sdk, join(await pythonEnvironment(environment), "bin", "python"));
  }

  async call(call: Call, { url, key }: { url: string; key: string }): Promise<unknown> {
    const base_url = baseUrl(this.#sdk, url);
    // An error is the answer, not something to try again; Google's SDK doesn't.
    const options = this.#sdk === "google" ? { http_options: { base_url } } : { base_url, max_retries: 0 };
    const client = { api_key: key, ...options, ...call.client };
    this.#process.stdin.write(`${JSON.stringify({ ...call, client })}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`${program} ended.`);
    const { answer, error } = JSON.parse(line.value) as { answer?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return answer;
  }

  async stop(): Promise<void> {
    this.#process.stdin.end();
    await this.#process;
  }
}

function start(python: string, sdk: SdkName) {
  return execa(python, [program, sdk], { reject: false, stderr: "inherit", buffer: false });
}
