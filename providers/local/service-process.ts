import { spawn } from "node:child_process";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { pastProxies } from "../../toolchain/no-proxy.ts";
import { isOurs, isTaken } from "./loopback-port.ts";
import { processesOf, processOf, SERVICE, serviceMark, SPECIFICATION } from "./process-table.ts";
import { hashOf, type ServiceSpecification } from "./service-specification.ts";

/** Variables of the caller that a service gets too: where programs are, the user's language, and the way to the internet. */
const INHERITED =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|(https?|no|all)_proxy)$/i;

/** Lines of the log that an error shows. */
const SHOWN_LINES = 15;

/** A service that runs as a process of this machine, on its own in a session of its own, until it is stopped. */
export class ServiceProcess {
  readonly specification: ServiceSpecification;
  readonly log: string;
  readonly #runtime: Record<string, string>;
  readonly #pidFile: string;
  readonly #hash: string;

  /**
   * @param runtime Variables that lead to the software on this machine, such as PATH; they may differ from one caller to
   *   the next without making it another service.
   */
  constructor(specification: ServiceSpecification, runtime: Record<string, string> = {}) {
    this.specification = specification;
    this.#runtime = runtime;
    this.log = join(specification.folder, "log");
    this.#pidFile = join(specification.folder, "pid");
    this.#hash = hashOf(specification);
  }

  /** Whether it is alive and was started with exactly this specification. */
  async isRunning(): Promise<boolean> {
    const leader = await this.#leader();
    return leader?.specification === this.#hash;
  }

  /** Whether it is alive, whatever it was started with. */
  async isAlive(): Promise<boolean> {
    return (await this.#leader()) !== undefined;
  }

  /**
   * Brings it up and waits until it is ready. One that already runs with this specification is left alone, so that a
   * start that was interrupted can simply be repeated; one with another specification is stopped first.
   *
   * @throws {Error} with the end of its log, when it ends or does not become ready in time. Nothing is left running.
   */
  async start(): Promise<void> {
    if (!(await this.isRunning())) {
      await this.stop();
      await this.#assertPortIsFree();
      await this.#writeFiles();
      await this.#startLog();
      if (this.specification.prepare) await this.#toItsEnd(this.specification.prepare);
      await this.#spawn(this.specification.command);
    }
    try {
      await this.#becomeReady();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Runs its command to its end, and leaves nothing of it.
   *
   * @throws {Error} with the end of its log, when it fails or takes longer than `startSeconds`. Nothing is left running.
   */
  async runToEnd(): Promise<void> {
    await this.stop();
    await this.#writeFiles();
    await this.#startLog();
    await this.#toItsEnd(this.specification.command).finally(() => this.stop());
    await this.destroy();
  }

  /** Asks it to end, waits up to `stopSeconds`, then ends it and all that it started. Nothing to stop is success. */
  async stop(): Promise<void> {
    const leader = await this.#leader();
    if (leader) {
      signal(leader.pid, "SIGTERM");
      const deadline = Date.now() + this.specification.stopSeconds * 1000;
      while (Date.now() < deadline && (await this.#leader())) await sleep(100);
    }
    for (let rest = await this.#all(); rest.length > 0; rest = await this.#all()) {
      for (const { pid } of rest) signal(pid, "SIGKILL");
      await sleep(50);
    }
    await rm(this.#pidFile, { force: true });
  }

  /** Stops it and deletes its folder. */
  async destroy(): Promise<void> {
    await this.stop();
    await rm(this.specification.folder, { recursive: true, force: true });
  }

  #all() {
    return processesOf(this.specification.folder);
  }

  /** The process that was started as `command`; the others are its children, or what is left of an earlier one. */
  async #leader() {
    const pid = Number(await readFile(this.#pidFile, "utf8").catch(() => "0"));
    return processOf(this.specification.folder, pid);
  }

  async #writeFiles(): Promise<void> {
    const { folder, files, secretFiles } = this.specification;
    await rm(join(folder, "files"), { recursive: true, force: true });
    for (const part of ["", "data", "files"]) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries({ ...files, ...secretFiles })) {
      await writeFile(join(folder, "files", name), text, { mode: 0o600 });
    }
  }

  /** Each start has a log of its own; the one before it is kept. */
  async #startLog(): Promise<void> {
    await rename(this.log, `${this.log}.1`).catch(() => undefined);
    await writeFile(this.log, "", { mode: 0o600 });
  }

  async #toItsEnd(command: string[]): Promise<void> {
    const { ended } = await this.#spawn(command);
    const late = sleep(this.specification.startSeconds * 1000, undefined, { ref: false });
    const status = await Promise.race([ended, late]);
    if (status === 0) return;
    const seconds = this.specification.startSeconds;
    const what = status === undefined ? `had not ended after ${seconds} s` : `ended with ${String(status)}`;
    throw await this.#failure(`\`${shown(command)}\` ${what}`);
  }

  /**
   * Starts a command that goes on when this process ends. It writes its own id before it becomes the command, so that
   * there is no moment at which it runs and nobody knows.
   */
  async #spawn(command: string[]) {
    const { folder, environment, secrets, privateSecrets } = this.specification;
    await rm(this.#pidFile, { force: true });
    const log = await open(this.log, "a", 0o600);
    const child = spawn("/bin/sh", ["-c", 'umask 077; echo $$ >"$0"; exec "$@"', this.#pidFile, ...command], {
      cwd: join(folder, "data"),
      detached: true,
      stdio: [privateSecrets ? "pipe" : "ignore", log.fd, log.fd],
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name))),
        ...pastProxies(),
        ...this.#runtime,
        ...environment,
        ...secrets,
        [SERVICE]: serviceMark(folder),
        [SPECIFICATION]: this.#hash,
      },
    });
    const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
      child.on("exit", (code, signal) => {
        resolve(code ?? signal ?? 1);
      });
      child.on("error", reject);
    });
    // One that ended before it read them says why in its log.
    child.stdin?.on("error", () => undefined).end(JSON.stringify(privateSecrets));
    child.unref();
    await log.close();
    return { ended };
  }

  async #becomeReady(): Promise<void> {
    const deadline = Date.now() + this.specification.startSeconds * 1000;
    while (!(await this.#isReady())) {
      // The shell makes the file a moment before it writes its id there.
      const wasStarted = (await readFile(this.#pidFile, "utf8").catch(() => "")).endsWith("\n");
      if (wasStarted && !(await this.#leader())) throw await this.#failure("it ended before it was ready");
      if (Date.now() > deadline) {
        throw await this.#failure(`it was not ready after ${this.specification.startSeconds} s`);
      }
      await sleep(200);
    }
  }

  async #isReady(): Promise<boolean> {
    const { port, readiness, readyWhenLogged } = this.specification;
    if (!(await this.#leader())) return false;
    if (port !== undefined) {
      const response = await fetch(`http://127.0.0.1:${port}${readiness ?? "/"}`, {
        signal: AbortSignal.timeout(5000),
      }).catch(() => undefined);
      await response?.body?.cancel();
      // Another account may have taken the port before the service did: whoever is told that it is ready sends it keys.
      return response?.ok === true && (await isOurs(port));
    }
    return (await readFile(this.log, "utf8")).includes(readyWhenLogged ?? "");
  }

  async #assertPortIsFree(): Promise<void> {
    const { port, folder } = this.specification;
    if (port !== undefined && (await isTaken(port))) {
      throw new Error(
        `Port ${port} on 127.0.0.1, which the service in ${folder} listens on, is in use by another program: stop that program, or choose another port in the stack's settings.`,
      );
    }
  }

  async #failure(what: string): Promise<Error> {
    const lines = (await readFile(this.log, "utf8").catch(() => "")).trimEnd().split("\n").slice(-SHOWN_LINES);
    return new Error(`The service did not start: ${what}. The end of its log, ${this.log}:\n  ${lines.join("\n  ")}`);
  }
}

/** A command without the program that is one of its arguments. */
function shown(command: string[]): string {
  return command.map((argument) => (argument.includes("\n") ? "…" : argument)).join(" ");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
