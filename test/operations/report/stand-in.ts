import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An entry that one of the services keeps: a comment, or an issue. */
export interface Entry {
  id: number;
  author: string;
  body: string;
  /** Of an issue. */
  title?: string;
  labels?: string[];
  isOpen?: boolean;
  /** Comments on an issue. */
  comments?: string[];
}

/** A request as a service's stand-in sees it. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
}

/** What a stand-in answers; a text is what is wrong with the request, which the real service refuses. */
export type Answer = { status: number; body: unknown } | string;

/** A stand-in of a REST API on a port of its own. It writes down what it refuses. */
export class StandIn {
  readonly url: string;
  readonly refused: string[] = [];
  readonly asked: string[] = [];
  readonly #server: Server;

  static async start(answer: (asked: Asked) => Answer): Promise<StandIn> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new StandIn(server, answer);
  }

  private constructor(server: Server, answer: (asked: Asked) => Answer) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const text = Buffer.concat(chunks).toString();
        const { pathname, searchParams } = new URL(request.url ?? "", this.url);
        const asked: Asked = {
          ...{ method: request.method ?? "", path: pathname, query: searchParams, headers: request.headers },
          body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
        };
        this.asked.push(`${asked.method} ${asked.path}`);
        const made = answer(asked);
        if (typeof made === "string") this.refused.push(`${asked.method} ${asked.path}: ${made}`);
        const { status, body } = typeof made === "string" ? { status: 422, body: { message: made } } : made;
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      })();
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** One page of a list, as both services cut it. */
export function pageOf<T>(entries: T[], query: URLSearchParams): T[] {
  const size = Number(query.get("per_page") ?? 20);
  const page = Number(query.get("page") ?? 1);
  return entries.slice((page - 1) * size, page * size);
}

/** What is wrong with the fields of a body: what the service doesn't know it would ignore, and what it needs. */
export function fieldProblem(
  body: Record<string, unknown>,
  known: string[],
  needed: string[] = [],
): string | undefined {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) return `${unknown} is no field of this`;
  const missing = needed.find((name) => typeof body[name] !== "string" || body[name] === "");
  return missing === undefined ? undefined : `${missing} is missing`;
}
