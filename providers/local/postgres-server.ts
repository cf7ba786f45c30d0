import { existsSync } from "node:fs";
import { chown, mkdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import pg from "pg";

import { postgresBinaries } from "./postgres-binaries.ts";

export interface PostgresSpecification {
  /** Absolute path of the folder that holds everything of the server: `data/` and `log`. */
  folder: string;
  /** The port on 127.0.0.1 that it listens on. */
  port: number;
  /** Password of the superuser `postgres`. */
  password: string;
  /** Connections it accepts at the same time. */
  maxConnections: number;
}

/** PostgreSQL's code for it: https://www.postgresql.org/docs/16/errcodes-appendix.html. */
const INVALID_PASSWORD = "28P01";

/** Seconds the server may take to start, recovery after a crash included, and to stop. */
const PATIENCE = 60;

/** A PostgreSQL server of this machine, reachable on 127.0.0.1 with a password and in no other way. */
export class LocalPostgresServer {
  readonly specification: PostgresSpecification;
  readonly #data: string;
  readonly #log: string;

  constructor(specification: PostgresSpecification) {
    this.specification = specification;
    this.#data = join(specification.folder, "data");
    this.#log = join(specification.folder, "log");
  }

  /** Whether it accepts connections with the port and password of its specification. */
  async isRunning(): Promise<boolean> {
    return (await this.#pid()) !== undefined && (await this.#accepts());
  }

  /**
   * Brings up one that is new to the state. What an interrupted run has begun to make is taken over.
   *
   * @throws {Error} if its folder has a server with another password, which stays as it is: another stack's, as of one that was
   *   renamed, or one whose state is lost.
   */
  async create(): Promise<void> {
    const living = await this.#living();
    if (living && (await this.#isRefused(living.port))) throw this.#foreign();
    await this.start();
    if (!(await this.#isRefused())) return;
    await this.stop();
    throw this.#foreign();
  }

  /** Brings it up with its specification, making the database cluster first if there is none yet. */
  async start(): Promise<void> {
    if (!existsSync(join(this.#data, "PG_VERSION"))) await this.#initialize();
    await this.stop();
    // A server that was killed leaves its id behind, and would wait for whoever has that id now.
    await rm(join(this.#data, "postmaster.pid"), { force: true });
    const { port, maxConnections } = this.specification;
    const settings = Object.entries({
      port,
      max_connections: maxConnections,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      // A password never reaches the log, whoever sets it.
      log_statement: "none",
      log_min_error_statement: "panic",
    });
    const options = settings.map(([name, value]) => `-c ${name}='${value}'`).join(" ");
    await this.#run("pg_ctl", [
      "start",
      "-w",
      "-t",
      String(PATIENCE),
      "-D",
      this.#data,
      "-l",
      this.#log,
      "-o",
      options,
    ]);
  }

  /** Brings it up again with its specification, in which the superuser's password may be another one than before. */
  async restart(previousPassword: string): Promise<void> {
    await this.start();
    const { password } = this.specification;
    if (password === previousPassword) return;
    const client = this.#client(previousPassword);
    try {
      await client.connect();
      await client.query(`ALTER ROLE postgres PASSWORD ${client.escapeLiteral(password)}`);
    } catch (error) {
      // An update that was interrupted has set it already.
      if (!(await this.#accepts())) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Stops it, finishing no transaction. Nothing to stop is success. */
  async stop(): Promise<void> {
    if ((await this.#pid()) === undefined) return;
    await this.#run("pg_ctl", ["stop", "-m", "fast", "-w", "-t", String(PATIENCE), "-D", this.#data]);
    while ((await this.#pid()) !== undefined) await sleep(50);
  }

  /** Stops it and deletes it with all its data. */
  async destroy(): Promise<void> {
    await this.stop();
    await rm(this.specification.folder, { recursive: true, force: true });
  }

  async #initialize(): Promise<void> {
    const { folder, password } = this.specification;
    await rm(this.#data, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const passwordFile = join(folder, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    const user = await unprivilegedUser();
    if (user) for (const path of [folder, passwordFile]) await chown(path, user.uid, user.gid);
    try {
      await this.#run("initdb", [
        ...["-D", this.#data, "--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
        ...["--encoding=UTF8", "--locale=C"],
      ]);
    } finally {
      await rm(passwordFile, { force: true });
    }
  }

  /** The living server on this data folder: its working folder tells it from whoever has its id now. */
  async #living(): Promise<{ pid: number; port: number } | undefined> {
    const file = await readFile(join(this.#data, "postmaster.pid"), "utf8").catch(() => "");
    const [pid = 0, , , port = 0] = file.split("\n").map(Number);
    return pid > 0 && (await isSameFolder(await workingFolder(pid), this.#data)) ? { pid, port } : undefined;
  }

  async #pid(): Promise<number | undefined> {
    return (await this.#living())?.pid;
  }

  /** Whether the server on a port answers that the password is wrong. One that is still starting doesn't. */
  async #isRefused(port = this.specification.port): Promise<boolean> {
    const client = this.#client(this.specification.password, port);
    try {
      await client.connect();
      return false;
    } catch (error) {
      return (error as { code?: string }).code === INVALID_PASSWORD;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #foreign(): Error {
    return new Error(
      `${this.specification.folder} has the database of another stack, or of one whose state is lost: docs/state.md says how to put it away. Nothing of it was changed.`,
    );
  }

  async #accepts(): Promise<boolean> {
    const client = this.#client(this.specification.password);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #client(password: string, port = this.specification.port): pg.Client {
    const connection = { host: "127.0.0.1", port, user: "postgres", password, database: "postgres" };
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5000 });
    client.on("error", () => undefined);
    return client;
  }

  async #run(program: string, args: string[]): Promise<void> {
    const binary = join(await postgresBinaries(), program);
    const user = await unprivilegedUser();
    // A preview runs none of these programs, and does without loading it.
    const { execa, ExecaError } = await import("execa");
    const [command, prefix] = user ? (["setpriv", asUser(user)] as const) : ([binary, []] as const);
    try {
      // The server outlives pg_ctl and must not hold on to our pipes, so what pg_ctl says goes to its own log file.
      await execa(command, user ? [...prefix, binary, ...args] : args, {
        cwd: "/",
        stdin: "ignore",
        stdout: "ignore",
        stderr: program === "initdb" ? "pipe" : "ignore",
        env: { LC_ALL: "C" },
      });
    } catch (error) {
      const lines = (await readFile(this.#log, "utf8").catch(() => "")).trimEnd().split("\n").slice(-10);
      const said = error instanceof ExecaError ? String(error.stderr) : String(error);
      if (said.startsWith("setpriv:")) throw new Error(withoutCapability(said), { cause: error });
      throw new Error(`PostgreSQL's ${program} failed: ${said}\nThe end of ${this.#log}:\n  ${lines.join("\n  ")}`, {
        cause: error,
      });
    }
  }
}

interface User {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: the system user it runs as then, `postgres` if there is one, else `nobody`. */
async function unprivilegedUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (!user) {
    throw new Error("PostgreSQL refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody`.");
  }
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Containers often have a root with few rights. */
function withoutCapability(said: string): string {
  return (
    "PostgreSQL refuses to run as root, and this root may not start it as another user " +
    `(${said.trim()}): run the command as an ordinary user, or give the container the capability SETPCAP ` +
    "(`docker run --cap-add SETPCAP`)."
  );
}

/**
 * Root's checkout is often under /root, which no other user may enter: the server keeps root's right to pass folders and
 * nothing else of it. PostgreSQL's programs ask with access(2) whether they may use each other, which forgets that right
 * unless the securebit says otherwise: see capabilities(7).
 */
function asUser({ uid, gid }: User): string[] {
  const capabilities = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
  return [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--securebits=+no_setuid_fixup", ...capabilities];
}

/** Whether both paths lead to one folder, by whatever links. */
async function isSameFolder(one: string | undefined, other: string): Promise<boolean> {
  if (one === undefined) return false;
  const [a, b] = await Promise.all([one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

async function workingFolder(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const { execa } = await import("execa");
  const { stdout } = await execa("lsof", ["-a", "-p", String(pid), "-d", "cwd", "-Fn"], { reject: false });
  return /^n(.*)$/m.exec(stdout)?.[1];
}
