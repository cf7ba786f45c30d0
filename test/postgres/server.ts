import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";
import pg from "pg";

import { postgresBinaries } from "../../providers/local/postgres-binaries.ts";

interface Options {
  /** What the administrator logs in with; without it, the server lets in everybody. */
  password?: string;
  /** Settings of the server: "log_statement=all". */
  flags?: readonly string[];
}

/** PostgreSQL refuses to run as root. */
const AS_POSTGRES =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

/** A PostgreSQL server of one test file, with nothing in it but an administrator called postgres. */
export class TestPostgres {
  readonly port: number;
  /** The administrator's; empty where the server lets in everybody. */
  readonly password: string;
  readonly #folder: string;
  readonly #flags: readonly string[];
  readonly #log: string[] = [];
  #server: ReturnType<typeof run> | undefined;

  private constructor(folder: string, port: number, { password = "", flags = [] }: Options) {
    this.#folder = folder;
    this.port = port;
    this.password = password;
    this.#flags = ["listen_addresses=127.0.0.1", "fsync=off", ...flags];
  }

  static async create(options: Options = {}): Promise<TestPostgres> {
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-postgres-"));
    const postgres = new TestPostgres(folder, await getPort({ host: "127.0.0.1" }), options);
    await postgres.#initialize();
    await postgres.start();
    return postgres;
  }

  /** @param user A user who needs no password, or one with it: "user:password". */
  url(database = "postgres", user = "postgres"): string {
    return `postgresql://${user}@127.0.0.1:${this.port}/${database}`;
  }

  async start(): Promise<void> {
    const settings = this.#flags.flatMap((flag) => ["-c", flag]);
    const args = ["-D", join(this.#folder, "data"), "-k", "", "-p", String(this.port), ...settings];
    this.#server = run(this.#folder, join(await postgresBinaries(), "postgres"), args);
    this.#server.all.on("data", (chunk: Buffer) => this.#log.push(chunk.toString()));
    await pRetry(() => this.query("SELECT 1"), { retries: 200, minTimeout: 50, factor: 1 });
  }

  /** The rows that a statement of the administrator returns. */
  async query<Row extends pg.QueryResultRow>(statement: string, database = "postgres"): Promise<Row[]> {
    const client = await this.#connect("postgres", this.password, database);
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Runs a statement as whom a URL names. */
  async as(url: string, statement: string): Promise<void> {
    const client = await this.stay(url);
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }

  /** Logs in as whom a URL names, and stays until the connection is ended. */
  async stay(url: string): Promise<pg.Client> {
    const client = new pg.Client(url);
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** Logs in; fails with PostgreSQL's reason. */
  async login(user: string, password: string, database: string): Promise<void> {
    await (await this.#connect(user, password, database)).end();
  }

  /** All that the server has said so far. */
  log(): string {
    return this.#log.join("");
  }

  /** Stops at once and breaks every connection; what was committed stays. */
  async stop(): Promise<void> {
    this.#server?.kill("SIGINT");
    await this.#server;
  }

  async delete(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true });
  }

  async #initialize(): Promise<void> {
    const passwordFile = join(this.#folder, "password");
    await writeFile(passwordFile, this.password);
    if (AS_POSTGRES.length > 0) {
      const id = async (flag: string) => Number((await execa("id", [flag, "postgres"])).stdout);
      for (const path of [this.#folder, passwordFile]) await chown(path, await id("-u"), await id("-g"));
    }
    const auth = this.password === "" ? ["--auth=trust"] : ["--auth=scram-sha-256", `--pwfile=${passwordFile}`];
    const options = ["--username=postgres", ...auth, "--encoding=UTF8", "--locale=C", "--no-sync"];
    const args = ["-D", join(this.#folder, "data"), ...options];
    await run(this.#folder, join(await postgresBinaries(), "initdb"), args);
  }

  async #connect(user: string, password: string, database: string): Promise<pg.Client> {
    const client = new pg.Client({ host: "127.0.0.1", port: this.port, user, password, database });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }
}

function run(cwd: string, program: string, args: string[]) {
  const [command = "", ...rest] = [...AS_POSTGRES, program, ...args];
  return execa(command, rest, { cwd, reject: false, all: true, buffer: false });
}
