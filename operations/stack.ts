import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { withLock } from "../toolchain/cache.ts";
import { gatewayHome } from "../toolchain/gateway-home.ts";
import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import type { UserError } from "../toolchain/user-error.ts";
import { keepingStackFiles } from "./stack-file.ts";
import { refuseStackFile } from "./stack-file-check.ts";
import { hasPendingOperations, releaseDeadLocks } from "./stack-lock.ts";
import { type StackCommand, stackCommand } from "./parse-pulumi-args.ts";
import { pluginsFor } from "./stack-plugins.ts";
import { unknownStack } from "./unknown-stack.ts";

/** The stack of this machine, and the one that every command works on unless told another. */
export const LOCAL = "local";

const root = join(import.meta.dirname, "..");

/** One stack of this project, through the Pulumi CLI. */
export class Stack {
  readonly name: string;
  readonly #environment: Record<string, string>;

  private constructor(name: string, environment: Record<string, string>) {
    this.name = name;
    this.#environment = environment;
  }

  /** Brings what the CLI needs. Whether there is such a stack shows when it is used. */
  static async open(name: string): Promise<Stack> {
    const command = await stackCommand(["up", "--stack", name]);
    await refuseStackFile({ ...command, name: "stack" });
    const home = gatewayHome();
    await mkdir(home, { recursive: true, mode: 0o700 });
    const plugins = pluginsFor(command);
    return new Stack(name, await pulumiEnvironment({ home, plugins }));
  }

  /** Makes the stack if the backend does not know it, and selects it. */
  async create(): Promise<void> {
    await this.capture("stack", "select", "--create", this.name);
  }

  /**
   * Runs `pulumi` for people to watch.
   *
   * @param isLeftOut Which lines not to show. With it, `pulumi` can't tell that it has a terminal, and draws none.
   * @throws ExecaError if it fails.
   */
  async show(args: string[], isLeftOut?: (line: string) => boolean): Promise<void> {
    const command = await stackCommand(args);
    await refuseStackFile(command);
    const shown = function* (line: unknown) {
      if (isLeftOut?.(String(line)) !== true) yield line;
    };
    const stdout = isLeftOut ? ([shown, "inherit"] as const) : "inherit";
    const options = { stdin: "inherit", stdout, stderr: "inherit", forceKillAfterDelay: false } as const;
    await this.#keepingStackFiles(command, async (kept) => execa("pulumi", kept, { ...this.#place, ...options }));
  }

  /**
   * What `pulumi` prints, its complaints excepted.
   *
   * @throws UserError if there is no such stack.
   * @throws ExecaError if it fails otherwise, after showing why.
   */
  async capture(...args: string[]): Promise<string> {
    const run = (kept: string[]) => execa("pulumi", kept, { ...this.#place, stdin: "ignore" });
    try {
      return (await this.#keepingStackFiles(await stackCommand(args), run)).stdout;
    } catch (error) {
      const stderr = String((error as { stderr?: string }).stderr);
      if (stderr.includes("no stack named")) throw await this.#unknown();
      process.stderr.write(`pulumi ${args.join(" ")} failed:\n${stderr}\n`);
      throw error;
    }
  }

  get #place() {
    return { cwd: root, env: this.#environment };
  }

  #keepingStackFiles<T>(command: StackCommand, work: (args: string[]) => Promise<T>): Promise<T> {
    return keepingStackFiles(command, { env: this.#environment }, work);
  }

  async #unknown(): Promise<UserError> {
    const stacks = JSON.parse(await this.capture("stack", "ls", "--json")) as { name: string }[];
    return unknownStack(
      this.name,
      stacks.map(({ name }) => name),
    );
  }

  /**
   * Clears what a run that was killed had begun to create, of which Pulumi would warn at every run from then on. It is
   * created again: every create of this project takes over what it finds.
   */
  async #forgetInterrupted(home: string): Promise<void> {
    if (!(await hasPendingOperations(home, this.name))) return;
    const urn = `urn:pulumi:${this.name}::llm-gateway::pulumi:pulumi:Stack::llm-gateway-${this.name}`;
    const options = ["--stack", this.name, "--yes", "--skip-preview", "--clear-pending-creates", "--target", urn];
    await this.capture("refresh", ...options);
  }

  /** Runs work that changes the stack while no other command of this checkout does. */
  async alone(work: () => Promise<void>): Promise<void> {
    const home = gatewayHome();
    await withLock(
      join(home, `${this.name}.command`),
      `another command that is at work on the stack ${this.name}`,
      async () => {
        await releaseDeadLocks(home, this.name);
        await this.#forgetInterrupted(home);
        await work();
      },
    );
  }
}
