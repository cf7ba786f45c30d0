import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ResultPromise } from "execa";
import { execa } from "execa";

import { pulumiCli } from "../../../toolchain/pulumi/cli.ts";
import { pulumiEnvironment } from "../../../toolchain/pulumi/environment.ts";
import { project } from "../../../toolchain/pulumi/offline-distribution.ts";

type Options = { cwd: string; env: Record<string, string>; reject: false; all: true; stdin: "ignore" };

/** A stack of a small program of its own, with state of its own. */
export class TestStack {
  readonly folder: string;
  readonly #cli: string;
  readonly #environment: Record<string, string>;

  private constructor(folder: string, cli: string, environment: Record<string, string>) {
    this.folder = folder;
    this.#cli = cli;
    this.#environment = environment;
  }

  /** @param more Variables for the engine, over those with which this project's own commands run it. */
  static async create(more: Record<string, string> = {}): Promise<TestStack> {
    process.env["LLM_GATEWAY_OFFLINE"] = "1";
    const folder = await mkdtemp(join(tmpdir(), "stack-"));
    await symlink(join(project, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "test", type: "module", main: "index.ts" }));
    const runtime = { name: "nodejs", options: { typescript: false } };
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "test", runtime }));
    const environment = await pulumiEnvironment({ home: join(folder, "home") });
    const stack = new TestStack(folder, await pulumiCli(), { ...environment, ...more });
    await stack.program("");
    await stack.succeeds("stack", "init", "test");
    return stack;
  }

  /** Replaces the program, which sees the SDKs as pulumi, random and postgresql. */
  async program(code: string): Promise<void> {
    const imports = ["pulumi", "random", "postgresql"].map((name) => `import * as ${name} from "@pulumi/${name}";`);
    await writeFile(join(this.folder, "index.ts"), [...imports, code].join("\n"));
  }

  /** Starts a command of the engine. */
  start(...args: string[]): ResultPromise<Options> {
    const options: Options = { cwd: this.folder, env: this.#environment, reject: false, all: true, stdin: "ignore" };
    return execa(this.#cli, [...args, "--non-interactive", "--color=never"], options);
  }

  /** Runs a command that must succeed, and returns what it says. */
  async succeeds(...args: string[]): Promise<string> {
    const { exitCode, all } = await this.start(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${String(exitCode)}:\n${all}`);
    return all;
  }

  /** Runs a command that must fail, and returns what it says. */
  async fails(...args: string[]): Promise<string> {
    const { exitCode, all } = await this.start(...args);
    if (exitCode === 0) throw new Error(`pulumi ${args.join(" ")} succeeded:\n${all}`);
    return all;
  }

  up(): Promise<string> {
    return this.succeeds("up", "--yes", "--skip-preview");
  }

  /** What an update would do, by name of the resource; nothing for those that stay as they are. */
  async plan(): Promise<Record<string, string>> {
    const { stdout } = await this.start("preview", "--json");
    const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
    const changes = steps.filter(({ op }) => op !== "same").map(({ op, urn }) => [urn.split("::").at(-1), op] as const);
    return Object.fromEntries(changes) as Record<string, string>;
  }

  /** State as it is stored, for looking for what must not be in it. */
  exported(): Promise<string> {
    return this.succeeds("stack", "export");
  }

  /** The outputs of one resource in state. */
  async outputs(name: string): Promise<Record<string, unknown>> {
    return (await this.#resource(`::${name}`)).outputs;
  }

  /** The URN of the resource in state whose URN ends so. */
  async urn(end: string): Promise<string> {
    return (await this.#resource(end)).urn;
  }

  /** An output of the program, in the clear. */
  async output(name: string): Promise<string> {
    return this.succeeds("stack", "output", name, "--show-secrets");
  }

  async delete(): Promise<void> {
    await this.succeeds("destroy", "--yes", "--skip-preview");
    await rm(this.folder, { recursive: true });
  }

  async #resource(end: string): Promise<{ urn: string; outputs: Record<string, unknown> }> {
    const { deployment } = JSON.parse(await this.exported()) as {
      deployment: { resources: { urn: string; outputs: Record<string, unknown> }[] };
    };
    const found = deployment.resources.find(({ urn }) => urn.endsWith(end));
    if (!found) throw new Error(`there is no ${end} in state`);
    return found;
  }
}
