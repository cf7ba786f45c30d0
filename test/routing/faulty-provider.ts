import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import getPort from "get-port";

import { answerTo } from "../security/provider-answers.ts";

type ProviderError = [status: number, message: string, headers?: Record<string, string>];

const ERRORS = {
  broken: [500, "The server had an error while processing your request."],
  overloaded: [503, "Try again later."],
  limited: [429, "You exceeded your current quota."],
  "limited-briefly": [429, "Try again in 20 seconds.", { "retry-after": "20" }],
  "key-refused": [401, "Incorrect API key provided: sk-w****ng."],
  gone: [404, "The model does not exist or you do not have access to it."],
} satisfies Record<string, ProviderError>;

/** How a deployment can be broken. */
export const FAULTS = [...(Object.keys(ERRORS) as (keyof typeof ERRORS)[]), "unreachable", "slow"] as const;

export type Fault = (typeof FAULTS)[number];

/**
 * Providers of models on 127.0.0.1, each below a path of its own: one that works, those that are broken, and strict ones,
 * that answer a request with the error that it asks for.
 */
export class FaultyProvider {
  readonly #received: string[] = [];
  readonly #server: Server;
  readonly #closedPort: number;

  private constructor(server: Server, closedPort: number) {
    this.#server = server;
    this.#closedPort = closedPort;
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FaultyProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FaultyProvider(server, await getPort({ host: "127.0.0.1" }));
  }

  /** Base URL of one of them, of which `whose` tells several of a kind apart. */
  url(kind: Fault | "working" | "strict", whose: string): string {
    const port = kind === "unreachable" ? this.#closedPort : (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${port}/${kind}/${whose}`;
  }

  /** How many requests have reached it. */
  received(kind: Fault | "working" | "strict", whose: string): number {
    return this.#received.filter((path) => path.startsWith(`/${kind}/${whose}/`)).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = request.url ?? "";
    const [, kind = ""] = path.split("/");
    this.#received.push(path);
    if (kind === "slow" || (kind === "strict" && body.includes(HOLD))) return;
    const error = kind === "strict" ? wanted(body) : (ERRORS as Record<string, ProviderError | undefined>)[kind];
    if (error) {
      const [status, message, headers] = error;
      const content = { type: "error", error: { type: "some_error", code: status, message } };
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(content));
      return;
    }
    const { status = 200, type = "application/json", content } = answerTo(path, body);
    response.writeHead(status, { "content-type": type }).end(content);
  }
}

/** A text that a strict provider never answers. */
export const HOLD = "hold the line";

/** A text that a strict provider answers with an error. */
export function askingFor(status: number, message = "No."): string {
  return `answer ${status}: ${message};`;
}

function wanted(body: string): ProviderError | undefined {
  const [, status, message] = /answer (\d+): ([^;]*);/.exec(body) ?? [];
  return status === undefined || message === undefined ? undefined : [Number(status), message];
}
