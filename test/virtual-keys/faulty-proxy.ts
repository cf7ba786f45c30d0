import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to a call on its way to LiteLLM. */
export type Fault =
  | "none"
  /** LiteLLM acts on it; the connection breaks before the answer. */
  | "reply lost"
  /** It never gets there, and is never answered. */
  | "hangs"
  /** LiteLLM acts on it; it is never answered. */
  | "reply hangs"
  /** Somebody else answers. */
  | { status: number; body: string };

/** A reverse proxy in front of LiteLLM that lets calls go wrong in turn. */
export class FaultyProxy {
  readonly url: string;
  readonly #server: Server;
  #plan: Fault[] = [];
  #seen: string[] = [];
  #onCall: ((count: number) => void) | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(target: string): Promise<FaultyProxy> {
    const server = createServer((request, response) => {
      void proxy.#handle(target, request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const proxy = new FaultyProxy(server);
    return proxy;
  }

  /** What happens to the next calls, one each; those after them pass. */
  next(...faults: Fault[]): void {
    this.#plan = faults;
    this.#seen = [];
  }

  /** The calls since `next`, once the first `count` of them have met their fault. */
  async calls(count: number): Promise<string[]> {
    if (this.#seen.length < count) {
      await new Promise<void>((resolve) => {
        this.#onCall = (seen) => {
          if (seen >= count) resolve();
        };
      });
    }
    return this.#seen;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#plan.shift() ?? "none";
    const path = request.url ?? "/";
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (typeof fault === "object") {
      response.writeHead(fault.status).end(fault.body);
    } else if (fault !== "hangs") {
      await this.#forward(fault, target + path, request, Buffer.concat(chunks), response);
    }
    this.#seen.push(`${request.method ?? ""} ${path.replace(/\?.*/, "")}`);
    this.#onCall?.(this.#seen.length);
  }

  async #forward(fault: Fault, url: string, request: IncomingMessage, body: Buffer, response: ServerResponse) {
    const { method = "GET", headers } = request;
    const project = headers["x-project-id"]?.toString();
    const passed = {
      ...{ authorization: headers.authorization ?? "", "content-type": "application/json" },
      ...(project !== undefined && { "x-project-id": project }),
    };
    try {
      const answer = await fetch(url, { method, headers: passed, ...(body.length > 0 && { body: body.toString() }) });
      const text = await answer.text();
      if (fault === "reply lost") response.destroy();
      else if (fault === "none") response.writeHead(answer.status).end(text);
    } catch {
      // LiteLLM is down: so is its address.
      response.destroy();
    }
  }
}
