import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { type Reply, ScriptedProjects } from "./scripted-projects.ts";

/** A server of {@link ScriptedProjects}, which notes its calls and can be told to fail. */
export class ScriptedSagewai extends ScriptedProjects {
  readonly calls: string[] = [];
  /** Answers in place of the admin, by the call: nothing for the admin's own. */
  instead: (call: string) => Reply | undefined = () => undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    super();
    this.#server = server;
  }

  static async start(): Promise<ScriptedSagewai> {
    const server = createServer();
    const sagewai = new ScriptedSagewai(server);
    server.on("request", (request, response) => {
      void sagewai.#answer(request).then(([status, body]) => response.writeHead(status).end(JSON.stringify(body)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return sagewai;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const { method = "", url = "" } = request;
    const path = url.replace("/api/v1/", "");
    const project = request.headers["x-project-id"]?.toString();
    const body = JSON.parse((await text(request)) || "{}") as Record<string, unknown>;
    const call = `${method} ${path}${project === undefined ? "" : ` of ${project}`}`;
    this.calls.push(call);
    if (request.headers.authorization !== "Bearer sw_token") return [401, { detail: "Authentication required" }];
    return this.instead(call) ?? this.answer(method, path, body, project);
  }
}
