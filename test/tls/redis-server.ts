import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";

import type { ServerCertificate } from "./authority.ts";

/** As much of a Redis, or of one of its Sentinels, as a client needs to say hello: with TLS, and its commands recorded. */
export class TestRedis {
  readonly port: number;
  /** Commands with what follows them: `AUTH secret`. */
  readonly commands: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  readonly #watched: number | undefined;

  private constructor(server: Server, watched: number | undefined) {
    this.#server = server;
    this.#watched = watched;
    this.port = (server.address() as AddressInfo).port;
    server.on("secureConnection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        const { commands, rest } = parsed(text + chunk.toString());
        text = rest;
        for (const command of commands) socket.write(this.#answer(command));
      });
    });
    server.on("tlsClientError", () => undefined);
  }

  /** @param watched The port on 127.0.0.1 of the server that it tells, as a Sentinel. Default: it is no Sentinel. */
  static async start({ certificate, key }: ServerCertificate, watched?: number): Promise<TestRedis> {
    const server = createServer({ cert: certificate, key });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TestRedis(server, watched);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer(command: string[]): string {
    this.commands.push(command.join(" "));
    switch (command[0]?.toUpperCase()) {
      case "PING":
        return "+PONG\r\n";
      case "INFO":
        return bulk("redis_version:7.2.0\r\n");
      // The third version of the protocol, in which answers may be maps.
      case "HELLO":
        return "%1\r\n$5\r\nproto\r\n:3\r\n";
      case "SENTINEL":
        return `*1\r\n${map(this.#master())}`;
      default:
        return "+OK\r\n";
    }
  }

  #master(): Record<string, string> {
    const server = { name: "mymaster", ip: "127.0.0.1", port: String(this.#watched), flags: "master" };
    return { ...server, quorum: "1", "num-other-sentinels": "0", "num-slaves": "0" };
  }
}

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const map = (entries: Record<string, string>) =>
  `%${Object.keys(entries).length}\r\n${Object.entries(entries).flat().map(bulk).join("")}`;

/** The whole commands in a text, each an array of bulk strings, and what is left of it. */
function parsed(text: string): { commands: string[][]; rest: string } {
  const commands: string[][] = [];
  let rest = text;
  for (;;) {
    const [head, count] = /^\*(\d+)\r\n/.exec(rest) ?? [];
    if (head === undefined) return { commands, rest };
    const command: string[] = [];
    let at = head.length;
    for (let index = 0; index < Number(count); index++) {
      const [length, size] = /^\$(\d+)\r\n/.exec(rest.slice(at)) ?? [];
      if (length === undefined) return { commands, rest };
      const end = at + length.length + Number(size);
      if (rest.length < end + 2) return { commands, rest };
      command.push(rest.slice(at + length.length, end));
      at = end + 2;
    }
    commands.push(command);
    rest = rest.slice(at);
  }
}
