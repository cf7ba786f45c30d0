import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What every request is answered with, as OpenAI's API writes it; short, so that the proxy's own work is what counts. */
const ANSWER = JSON.stringify({
  id: "chatcmpl-stub",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "stub",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello." } }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
});

/** A provider of models on 127.0.0.1 that answers at once: stands in for a real one, which would be measured too. */
export class StubModel {
  /** Base URL of its API, as a deployment's `apiBase` takes it. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  }

  static async start(): Promise<StubModel> {
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        response.writeHead(200, { "content-type": "application/json" }).end(ANSWER);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new StubModel(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
