/**
 * The query engine as a process, with the environment and HTTP interface of Prisma's own, but on a Unix socket: a port
 * would answer everybody on the machine, and every web page. `unix_socket.py` is the other end. The command line, which
 * asks for a port, is ignored.
 *
 * Environment: QUERY_ENGINE_SOCKET (path of the socket, in a folder of its own), PRISMA_DML_PATH (path of the
 * schema.prisma), DATABASE_URL or OVERWRITE_DATASOURCES.
 */
import { rmdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";

import { databaseUrl } from "./connection.ts";
import { failure, openEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";

/** How often the parent process is looked after, in milliseconds. */
const PARENT_CHECK = 1000;

const TRANSACTION_PATH = /^\/transaction\/([\w-]+)\/(commit|rollback)$/;

await serve(process.env["QUERY_ENGINE_SOCKET"]).catch((error: unknown) => {
  log(`cannot start: ${messageOf(error)}`);
  process.exit(1);
});

async function serve(socket: string | undefined): Promise<void> {
  if (!socket) {
    throw new Error("QUERY_ENGINE_SOCKET is not set: `npm start` starts LiteLLM with a database client that sets it.");
  }
  // LiteLLM looks for engines that outlived their proxy by this name.
  process.title = "query-engine";
  stopWithParent();
  process.on("exit", () => {
    leave(socket);
  });

  const datamodel = await readFile(process.env["PRISMA_DML_PATH"] ?? "schema.prisma", "utf8");
  const engine = await openEngine(databaseUrl(process.env), datamodel, log);
  const server = createServer((request, response) => {
    void answer(engine, request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  // The client keeps its connections: none may be closed under a request.
  server.keepAliveTimeout = 0;
  server.listen(socket);
}

async function answer(engine: Engine, request: IncomingMessage): Promise<{ status: number; body: string }> {
  try {
    const body = await text(request);
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    switch (`${request.method ?? ""} ${pathname}`) {
      case "GET /status":
      case "GET /health":
        return { status: 200, body: '{"status":"ok"}' };
      case "GET /metrics":
        return { status: 200, body: '{"counters":[],"gauges":[],"histograms":[]}' };
      case "POST /":
        return { status: 200, body: await engine.query(body, transactionOf(request)) };
      case "POST /transaction/start":
        return ofTransaction(await engine.start(body));
    }
    const [, id, verb] = TRANSACTION_PATH.exec(pathname) ?? [];
    if (request.method !== "POST" || !id) return { status: 404, body: "{}" };
    return ofTransaction(await (verb === "commit" ? engine.commit(id) : engine.rollback(id)));
  } catch (error) {
    return { status: 200, body: JSON.stringify({ errors: [failure("P2009", messageOf(error))] }) };
  }
}

function transactionOf(request: IncomingMessage): string | undefined {
  const id = request.headers["x-transaction-id"];
  return Array.isArray(id) ? id[0] : id;
}

function ofTransaction(body: string): { status: number; body: string } {
  return { status: body.includes('"error_code"') ? 500 : 200, body };
}

/** A proxy that was killed cannot stop its engine, so the engine watches it. */
function stopWithParent(): void {
  const stop = () => process.exit(0);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_CHECK).unref();
}

/** Deletes the socket and its folder, unless somebody put something else there. */
function leave(socket: string): void {
  rmSync(socket, { force: true });
  try {
    rmdirSync(dirname(socket));
  } catch {
    // It is not ours alone.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function log(line: string): void {
  console.error(`query-engine: ${line}`);
}
