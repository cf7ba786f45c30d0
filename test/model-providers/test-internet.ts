import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import type { ProviderAnswer } from "../security/answers/provider-answer.ts";
import { TestAuthority } from "../tls/authority.ts";

/** A request as a stand-in of some API sees it. */
export interface Asked {
  method: string;
  host: string;
  /** As it was sent, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A request with what it was answered. */
export interface Reached extends Asked {
  status: number;
}

/** What stands in for an API: checks what the API would, and answers. */
export type StandIn = (asked: Asked) => ProviderAnswer & { headers?: Record<string, string> };

/** What a stand-in answers to a request that the real API would refuse. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const HERE = "127.0.0.1";

/**
 * All of the Internet that a process under test gets to: an HTTP proxy on 127.0.0.1 that leads to stand-ins by the names of
 * the real hosts, with TLS, and records and refuses all others. So what runs has no address in its configuration but the real.
 */
export class TestInternet {
  readonly received: Reached[] = [];
  /** Hosts that somebody wanted to get to, and that don't exist here. */
  readonly strangers: string[] = [];
  readonly #hosts: Record<string, StandIn>;
  readonly #server: Server;
  readonly #tls: TlsServer;
  readonly #folder: string;
  readonly #sockets = new Set<Socket>();

  private constructor(hosts: Record<string, StandIn>, tls: TlsServer, folder: string) {
    this.#hosts = hosts;
    this.#tls = tls;
    this.#folder = folder;
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    tls.on("request", answer);
    this.#server = createServer(answer);
    this.#server.on("connect", (request, socket: Socket) => {
      this.#connect(request.url ?? "", socket);
    });
  }

  /** @param hosts The stand-ins by host: `api.openai.com`, or an address. */
  static async start(hosts: Record<string, StandIn>): Promise<TestInternet> {
    const authority = await TestAuthority.create();
    const { certificate, key } = await authority.issue(Object.keys(hosts).map((host) => `DNS:${host}`));
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-internet-"));
    await writeFile(join(folder, "authorities.pem"), authority.certificate);
    const internet = new TestInternet(hosts, createTlsServer({ cert: certificate, key }), folder);
    await new Promise<void>((resolve) => internet.#server.listen(0, HERE, resolve));
    return internet;
  }

  /** Where it listens, and what stands in for 127.0.0.1 is asked directly. */
  get url(): string {
    return `http://${HERE}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Variables of a process that is to know no other Internet. Each of Python's libraries has its own for authorities. */
  get environment(): Record<string, string> {
    const authorities = join(this.#folder, "authorities.pem");
    return {
      ...{ HTTP_PROXY: this.url, HTTPS_PROXY: this.url, NO_PROXY: "127.0.0.1,localhost" },
      ...{ SSL_CERT_FILE: authorities, REQUESTS_CA_BUNDLE: authorities, AWS_CA_BUNDLE: authorities },
    };
  }

  /** What reaches it while `work` is done, and what that returned. Only one at a time tells whose request it was. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; received: Reached[]; strangers: string[] }> {
    const [received, strangers] = [this.received.length, this.strangers.length];
    const result = await work();
    return { result, received: this.received.slice(received), strangers: this.strangers.slice(strangers) };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#tls.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }

  #connect(authority: string, socket: Socket): void {
    socket.on("error", () => socket.destroy());
    const host = authority.replace(/:443$/, "");
    if (!Object.hasOwn(this.#hosts, host)) {
      this.strangers.push(authority);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    this.#sockets.add(socket);
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    this.#tls.emit("connection", socket);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { method = "", headers, url = "" } = request;
    // A path may begin with two slashes, after which a host would stand in a relative address.
    const whole = url.startsWith("/") ? `http://${headers.host ?? ""}${url}` : url;
    const { pathname, searchParams, hostname } = new URL(whole);
    // Not the URL's own path, which is another way to write it.
    const path = url.startsWith("/") ? (url.split("?")[0] ?? "") : pathname;
    const asked = { method, host: hostname, path, query: searchParams, headers, body };
    const { status = 200, type = "application/json", content, headers: more } = this.#answerTo(asked);
    this.received.push({ ...asked, status });
    response.writeHead(status, { "content-type": type, ...more }).end(content);
  }

  #answerTo(asked: Asked): ReturnType<StandIn> {
    const standIn = this.#hosts[asked.host];
    if (standIn === undefined) {
      this.strangers.push(asked.host);
      return { status: 403, content: "{}" };
    }
    try {
      return standIn(asked);
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      return { status, content: JSON.stringify({ error: { message, code: String(status) }, message }) };
    }
  }
}
