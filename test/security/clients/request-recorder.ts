import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request of a client to the gateway, and how that answered. */
export interface Sent {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
  status: number;
  /** LiteLLM's name of the request, by which its charge is found. */
  callId: string | undefined;
}

/** Stands between the clients and the gateway, passes everything on as it is, and keeps what was sent. */
export class RequestRecorder {
  readonly sent: Sent[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #gateway: URL;

  private constructor(server: Server, gateway: string) {
    this.#server = server;
    this.#gateway = new URL(gateway);
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#pass(request, response));
  }

  static async start(gateway: string): Promise<RequestRecorder> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new RequestRecorder(server, gateway);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = request;
    const body = await buffer(request);
    const { hostname, port } = this.#gateway;
    const passed = httpRequest({ hostname, port, method, path, headers });
    passed.on("error", (error) => response.destroy(error));
    passed.on("response", (answer) => {
      const { statusCode: status = 0 } = answer;
      const callId = answer.headers["x-litellm-call-id"] as string | undefined;
      this.sent.push({ method, path, headers, body: body.toString(), status, callId });
      response.writeHead(status, answer.headers);
      answer.on("error", (error) => response.destroy(error));
      // A client may hang up once it has read a stream's last event, before the stream's end.
      response.on("close", () => answer.resume());
      answer.pipe(response);
    });
    passed.end(body);
  }
}
