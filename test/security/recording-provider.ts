import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { answerTo } from "./provider-answers.ts";

/** A request that reached the provider. */
export interface Received {
  method: string;
  /** Path and query; for a request to another host through the proxy variables, that host. */
  path: string;
  headers: IncomingMessage["headers"];
  /** As it was sent, empty for one without. */
  body: string;
}

/**
 * All of the world that a proxy under test can reach: a provider of models on 127.0.0.1 that records each request, and the
 * HTTP proxy through which everything else would go, which records the host and refuses.
 */
export class RecordingProvider {
  readonly received: Received[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#answer(request, response));
    server.on("connect", (request, socket) => {
      this.#record(request, "");
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
  }

  static async start(): Promise<RecordingProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new RecordingProvider(server);
  }

  /** What reaches it while `work` is done, and what that returned. Only one at a time tells whose request it was. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; received: Received[] }> {
    const before = this.received.length;
    const result = await work();
    return { result, received: this.received.slice(before) };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.#record(request, body);
    const { status = 200, type = "application/json", content } = answerTo(request.url ?? "", body);
    response.writeHead(status, { "content-type": type }).end(content);
  }

  #record({ method = "", url: path = "", headers }: IncomingMessage, body: string): void {
    this.received.push({ method, path, headers, body });
  }
}
