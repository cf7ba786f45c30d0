import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import { timeToFirstResource } from "./first-resource.ts";
import type { Timing } from "./results.ts";
import { type Timed, timed } from "./timed-command.ts";

const root = join(import.meta.dirname, "..");

const FILES = {
  "Pulumi.yaml": "name: empty\nruntime: { name: nodejs, options: { typescript: false } }\n",
  "package.json": '{ "name": "empty", "private": true, "type": "module", "main": "index.js" }\n',
  "index.js": `import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

new random.RandomId("random", { byteLength: 8 });

class Dynamic extends pulumi.dynamic.Resource {
  constructor(name) {
    super({ create: async () => ({ id: "dynamic", outs: {} }) }, name, {});
  }
}
new Dynamic("dynamic");
`,
};

const STACK = "bench";

/**
 * The least that a program of Pulumi's can be whose engine starts what this package's does: one resource of the plugin
 * `random`, and one dynamic resource. It runs with the same CLI, plugins and variables.
 */
export class EmptyProgram {
  readonly #folder: string;
  readonly #env: Record<string, string>;

  private constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#env = env;
  }

  /** Makes it, and its two resources. */
  static async make(): Promise<EmptyProgram> {
    const parent = join(root, ".gateway", "bench");
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(parent, "empty-"));
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const env = await pulumiEnvironment({ home: folder, plugins: ["random"] });
    await execa("pulumi", ["stack", "init", STACK], { cwd: folder, env, stdin: "ignore" });
    const program = new EmptyProgram(folder, env);
    await program.up();
    return program;
  }

  up(): Promise<Timed> {
    return this.#timed("up", "--yes", "--skip-preview");
  }

  preview(): Promise<Timed> {
    return this.#timed("preview", "--expect-no-changes");
  }

  start(): Promise<Timing> {
    return timeToFirstResource(this.#folder, STACK, this.#env);
  }

  /** Forgets its resources, which are nowhere but in its state. */
  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  #timed(...args: string[]): Promise<Timed> {
    return timed("pulumi", [...args, "--stack", STACK], { cwd: this.#folder, env: this.#env });
  }
}
