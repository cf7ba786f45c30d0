import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { writeAuthorities } from "../toolchain/authorities-file.ts";
import { withLock } from "../toolchain/cache.ts";
import { gatewayHome } from "../toolchain/gateway-home.ts";
import { pulumiEnvironment } from "../toolchain/pulumi/environment.ts";
import type { UserError } from "../toolchain/user-error.ts";
import { keepingStackFiles } from "./stack-file.ts";
import { refuseStackFile } from "./stack-file-check.ts";
import { exportedState, hasRoles, programVariables } from "./run-program.ts";
import { hasPendingOperations, releaseDeadLocks } from "./stack-lock.ts";
import { type StackCommand, stackCommand } from "./parse-pulumi-args.ts";
import { withPolicyPack } from "./policy-pack.ts";
import { pluginsFor } from "./stack-plugins.ts";
import { unknownStack } from "./unknown-stack.ts";

/** The stack of this machine, and the one that every command works on unless told another. */
export const LOCAL = "local";

const root = join(import.meta.dirname, "..");

/** One stack of this project, through the Pulumi CLI. */
export class Stack {
  readonly name: string;
  /** The file that has its settings. */
  readonly file: string;
  readonly #folder: string;
  readonly #environment: Record<string, string>;

  private constructor(name: string, file: string, folder: string, environment: Record<string, string>) {
    this.name = name;
    this.file = file;
    this.#folder = folder;
    this.#environment = environment;
  }

  /**
   * Brings what the CLI needs. Whether there is such a stack shows when it is used.
   *
   * @param folder This project's files, its stack files among them. Default: those of this checkout. The state is that of
   *   this checkout anyway.
   */
  static async open(name: string, folder = root): Promise<Stack> {
    const command = await stackCommand(["up", "--stack", name], { folder });
    await refuseStackFile({ ...command, name: "stack" });
    const home = gatewayHome();
    await mkdir(home, { recursive: true, mode: 0o700 });
    const plugins = pluginsFor(command);
    return new Stack(name, command.ownFile ?? "", folder, {
      ...(await pulumiEnvironment({ home, plugins })),
      // Without it, the CLI knows no `--event-log`.
      PULUMI_DEBUG_COMMANDS: "true",
      // What runs on this machine is looked at where it is. Other platforms say paths relative to the project's own folder.
      ...(folder !== root && command.platform === "local" && { LLM_GATEWAY_HOME: home }),
    });
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
    const command = await this.#command(args);
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
    try {
      const command = await this.#command(args);
      // Where the program doesn't run, as for a refresh, the plugin needs the file of a run before.
      if (command.authorities !== undefined) writeAuthorities(command.authorities);
      const program = await programVariables(command, async () => hasRoles(await this.#exported()));
      const place = { cwd: this.#folder, env: { ...this.#environment, ...program }, stdin: "ignore" } as const;
      return (await this.#keepingStackFiles(command, async (kept) => execa("pulumi", kept, place))).stdout;
    } catch (error) {
      const stderr = String((error as { stderr?: string }).stderr);
      if (stderr.includes("no stack named")) throw await this.#unknown();
      if (stderr.trim() !== "") process.stderr.write(`pulumi ${args.join(" ")} failed:\n${stderr}\n`);
      throw error;
    }
  }

  get #place() {
    return { cwd: this.#folder, env: this.#environment };
  }

  #command(args: string[]): Promise<StackCommand> {
    return stackCommand(args, { folder: this.#folder });
  }

  #keepingStackFiles<T>(command: StackCommand, work: (args: string[]) => Promise<T>): Promise<T> {
    const options = { env: this.#environment, folder: this.#folder, state: () => this.#exported() };
    // The rules are those of this checkout, and for what it wants.
    const withPolicies = (args: string[]) => (this.#folder === root ? withPolicyPack(command, args) : args);
    return keepingStackFiles(command, options, (kept) => work(withPolicies(kept)));
  }

  #exported(): Promise<string | undefined> {
    return exportedState(this.name, this.#place);
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
