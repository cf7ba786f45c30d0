import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { pathToFileURL } from "node:url";

import { execa, ExecaError } from "execa";
import getPort from "get-port";
import * as yaml from "yaml";

import { pulumiEnvironment } from "../../toolchain/pulumi/environment.ts";
import type { Command } from "../workflows/workflow.ts";

const project = join(import.meta.dirname, "../..");

/** Variables of this test run that a person's shell would not have. */
const OURS = /^(VITEST|npm_|NODE_ENV$|TEST$|DEV$|PROD$|MODE$|LLM_GATEWAY_HOME$)/;

/** One step of `pulumi preview --json`. */
export interface Step {
  op: string;
  urn: string;
  oldState?: { inputs?: Record<string, unknown> };
  newState?: { inputs?: Record<string, unknown> };
}

interface StackFile {
  config: Record<`llm-gateway:${string}`, unknown>;
}

/** How lines are pasted. */
export interface PasteOptions {
  /** What the person types. Default: nothing. */
  input?: string;
  /** What the person has set. Default: nothing. */
  env?: NodeJS.ProcessEnv;
  /** Where the person is. Default: in another folder than the checkout's. */
  folder?: string;
}

/** A fresh checkout of this project in a folder of its own, on free ports, driven by its npm scripts as people do. */
export class Checkout {
  readonly folder: string;
  readonly ports: { litellm: number; sagewai: number };
  readonly #environment: Record<string, string>;

  private constructor(folder: string, ports: Checkout["ports"], environment: Record<string, string>) {
    this.folder = folder;
    this.ports = ports;
    this.#environment = environment;
  }

  /** @param environment Variables for all that it runs, over those of this process. */
  static async make(environment: Record<string, string> = {}): Promise<Checkout> {
    const parent = join(project, ".gateway", "test");
    await mkdir(parent, { recursive: true, mode: 0o700 });
    // A path as build servers and people have them.
    const folder = await mkdtemp(join(parent, "checkout #%2F? "));
    const { stdout } = await execa("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: project,
    });
    for (const file of stdout.split("\0").filter((name) => name !== "")) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await cp(join(project, file), join(folder, file)).catch((error: unknown) => {
        // Deleted, but not yet committed as such.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      });
    }
    // Links in place of copies: 600 MB would take as long as installing them.
    await execa("cp", ["-al", join(project, "node_modules"), join(folder, "node_modules")]);
    const [litellm, sagewai] = [await getPort({ host: "127.0.0.1" }), await getPort({ host: "127.0.0.1" })];
    const checkout = new Checkout(folder, { litellm, sagewai }, environment);
    await checkout.edit((config) => {
      config["llm-gateway:litellm"] = { port: litellm };
      config["llm-gateway:sagewai"] = { port: sagewai };
    });
    return checkout;
  }

  /** Changes a stack's file. */
  async edit(change: (config: StackFile["config"]) => void, name = "local"): Promise<void> {
    const file = join(this.folder, `Pulumi.${name}.yaml`);
    const stack = yaml.parse(await readFile(file, "utf8")) as StackFile;
    change(stack.config);
    await writeFile(file, yaml.stringify(stack));
  }

  /** Makes it a Git checkout with one commit of all that is in it, the main branch of its origin. */
  async commit(): Promise<void> {
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: this.folder });
    await git("init", "--quiet");
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "all of it");
    await git("update-ref", "refs/remotes/origin/main", "HEAD");
  }

  /** Runs an npm script to its end. @throws ExecaError if it fails. */
  async npm(script: string, ...args: string[]): Promise<string> {
    return (await this.#run(script, args)).stdout;
  }

  /** Runs an npm script whose failure is expected: all that it printed, on stdout and stderr. */
  async fail(script: string, ...args: string[]): Promise<string> {
    const result = await this.#run(script, args).catch((error: unknown) => error as ExecaError);
    if (!(result instanceof ExecaError)) throw new Error(`npm run ${script} was expected to fail`);
    return `${String(result.stdout)}\n${String(result.stderr)}`;
  }

  /**
   * Pastes lines into a shell of a person to whom nothing of this test's variables applies.
   *
   * @throws ExecaError if the last one fails.
   */
  static async paste(lines: string, { input = "", env = {}, folder = tmpdir() }: PasteOptions = {}) {
    const shell = await execa("bash", ["-c", lines], {
      cwd: folder,
      env: { ...personsVariables(), ...env },
      extendEnv: false,
      input,
    });
    return shell.stdout;
  }

  /**
   * Runs the Pulumi CLI to its end, without this project's command in front of it. A failure is told by the exit code.
   *
   * @param more Variables over those with which this project runs it.
   */
  async pulumi(args: string[], more: Record<string, string> = {}): Promise<{ all: string; exitCode: number }> {
    const own = await pulumiEnvironment({ home: this.home });
    // As when this project's commands start it: what stands in for a plugin of kubectl comes before a real one.
    const shell = process.env["PATH"] ?? "";
    const path = own["PATH"]?.replace(shell, () => this.#environment["PATH"] ?? shell);
    // What is loaded before a program is about the SDK that it finds, which is that of the copy.
    const [original, copy] = [project, this.folder].map((folder) => pathToFileURL(folder).href);
    const preloads = own["NODE_OPTIONS"]?.replace(original ?? "", copy ?? "") ?? "";
    const { all, exitCode = 1 } = await execa("pulumi", ["--non-interactive", "--color", "never", ...args], {
      cwd: this.folder,
      env: {
        ...{ ...personsVariables(), ...own, NODE_OPTIONS: preloads, ...this.#environment },
        ...(path !== undefined && { PATH: path }),
        ...more,
      },
      extendEnv: false,
      stdin: "ignore",
      reject: false,
      all: true,
    });
    return { all, exitCode };
  }

  /** Starts an npm script in a session of its own, as a terminal does, for a signal to its whole group. */
  launch(script: string, ...args: string[]) {
    return this.#run(script, args, { detached: true });
  }

  /** Runs commands of a pipeline as GitHub Actions does, in order, and those after one that failed only if they say so. */
  async pipeline(commands: Command[], env: Record<string, string> = {}): Promise<{ failed: string[] }> {
    const failed: string[] = [];
    for (const { name, run, env: own, isAlways } of commands) {
      if (failed.length > 0 && !isAlways) continue;
      const { exitCode, all } = await execa("bash", ["--noprofile", "--norc", "-e", "-c", run], {
        ...{ cwd: this.folder, extendEnv: false, stdin: "ignore", all: true, reject: false },
        env: { ...personsVariables(), ...this.#environment, ...env, ...own },
      });
      if (exitCode !== 0) failed.push(`${name}: ${exitCode ?? ""}\n${all}`);
    }
    return { failed };
  }

  #run(script: string, args: string[], options: { detached?: boolean } = {}) {
    return execa("npm", ["run", "--silent", script, "--", ...args], {
      cwd: this.folder,
      env: { ...personsVariables(), ...this.#environment },
      extendEnv: false,
      stdin: "ignore",
      all: true,
      ...options,
    });
  }

  /** What the next `up` would change. */
  async preview(name = "local"): Promise<Step[]> {
    const { steps } = JSON.parse(await this.npm("pulumi", "preview", "--stack", name, "--json")) as {
      steps: Step[];
    };
    return steps.filter(({ op }) => op !== "same");
  }

  async outputs<T>(name = "local"): Promise<T> {
    return JSON.parse(await this.npm("pulumi", "stack", "output", "--stack", name, "--json", "--show-secrets")) as T;
  }

  /** The gateway home: what LLM_GATEWAY_HOME says among its variables, or the folder of its own. */
  get home(): string {
    return this.#environment["LLM_GATEWAY_HOME"] ?? join(this.folder, ".gateway");
  }

  /** The folder of a service's data and log. */
  service(name: string): string {
    return join(this.home, "local", name);
  }

  /** Destroys the stack, if there is one, and deletes the folder. */
  async remove(): Promise<void> {
    if (existsSync(this.service(""))) await this.npm("down").catch(() => undefined);
    for (const folder of [this.folder, this.home]) await rm(folder, { recursive: true, force: true });
  }
}

function personsVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
}

/** A step's resource as its type's last word and its name: `update Service litellm`. */
export function named({ op, urn }: Step): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${op} ${type.split(/[:$/]/).at(-1) ?? ""} ${name}`;
}

/** A step as {@link named}, with the properties that it changes: `update VirtualKeys projects: research-team`. */
export function changed(step: Step): string {
  const before = step.oldState?.inputs ?? {};
  const after = step.newState?.inputs ?? {};
  const properties = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return `${named(step)}: ${properties.filter((name) => !isDeepStrictEqual(before[name], after[name])).join(", ")}`;
}

/** Sends a signal to a launched script and all that it started, as a terminal does on Ctrl-C. */
export function signalGroup({ pid }: { pid?: number | undefined }, signal: NodeJS.Signals): void {
  if (pid === undefined) throw new Error("The script did not start.");
  process.kill(-pid, signal);
}
