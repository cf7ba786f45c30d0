import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import { answerTo } from "../security/provider-answers.ts";

/** One of several deployments of a model, on 127.0.0.1: how soon it answers, and which requests have got to it. */
export class WatchedDeployment {
  received = 0;
  /** Requests that it has got and not answered yet. */
  inFlight = 0;
  /** Milliseconds that an answer takes. */
  delay = 0;
  #released: Promise<void> | undefined;
  #release: () => void = () => undefined;

  /** Keeps whoever asks from now on waiting, until `release` is called. */
  hold(): void {
    this.#released = new Promise((resolve) => (this.#release = resolve));
  }

  /** Answers all who wait, and everybody after them at once. */
  release(): void {
    this.#released = undefined;
    this.#release();
  }

  async answered(): Promise<void> {
    this.received += 1;
    this.inFlight += 1;
    await Promise.all([this.#released, sleep(this.delay)]);
    this.inFlight -= 1;
  }
}

/** A provider of models that serves deployments of several names, each below a path of its own. */
export class WatchedDeployments {
  readonly #deployments = new Map<string, WatchedDeployment>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<WatchedDeployments> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new WatchedDeployments(server);
  }

  /** Another deployment, with the base URL that LiteLLM calls it by. */
  add(name: string): { deployment: WatchedDeployment; apiBase: string } {
    const deployment = new WatchedDeployment();
    this.#deployments.set(name, deployment);
    return { deployment, apiBase: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}/v1` };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const body = await text(request);
    await this.#deployments.get(path.split("/")[1] ?? "")?.answered();
    const { status = 200, type = "application/json", content } = answerTo(path, body);
    response.writeHead(status, { "content-type": type }).end(content);
  }
}
