import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

import type { ServerCertificate } from "./authority.ts";

/** What a client of PostgreSQL says first to one that it wants TLS from. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16;

/** PostgreSQL's request for the password itself, which every client understands. */
const CLEARTEXT_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

export interface Attack {
  /** `strip` says that there is no TLS; `impersonate` answers with a certificate of its own. */
  kind: "strip" | "impersonate";
  /** What it answers with. */
  certificate?: ServerCertificate;
  /** The protocol that is spoken: in PostgreSQL's, TLS is asked for, and a password likewise. */
  protocol: "postgres" | "redis";
}

/**
 * Whoever is on the way between a client and its server: it takes each connection as if it were the server, asks for the
 * password, and keeps all that it can read.
 */
export class ManInTheMiddle {
  readonly port: number;
  /** All that clients said which wasn't encrypted for somebody else: nothing, if they are right. */
  readonly #heard: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #attack: Attack;
  /** How many connections it took. */
  connections = 0;

  private constructor(server: Server, attack: Attack) {
    this.#server = server;
    this.#attack = attack;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      if (attack.protocol === "redis") this.#take(socket);
      else {
        socket.once("data", (chunk: Buffer) => {
          this.#greet(socket, chunk);
        });
      }
    });
  }

  static async start(attack: Attack): Promise<ManInTheMiddle> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ManInTheMiddle(server, attack);
  }

  /** What it could read, as text. */
  get heard(): string {
    return Buffer.concat(this.#heard).toString("latin1");
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** In PostgreSQL's protocol, a client asks for TLS. */
  #greet(socket: Socket, first: Buffer): void {
    if (!first.equals(SSL_REQUEST)) {
      this.#listen(socket, first);
      return;
    }
    socket.write(this.#attack.kind === "strip" ? "N" : "S");
    this.#take(socket);
  }

  #take(socket: Socket): void {
    this.#listen(this.#attack.kind === "strip" ? socket : this.#secured(socket));
  }

  /** Goes on behind TLS of its own. */
  #secured(socket: Socket): Socket {
    const { certificate: cert, key } = this.#attack.certificate ?? {};
    const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) });
    secure.on("error", () => undefined);
    return secure;
  }

  #listen(socket: Socket, first: Buffer = Buffer.alloc(0)): void {
    let asked = false;
    const hear = (chunk: Buffer) => {
      // A handshake tells nothing but the host's name.
      if (chunk.length === 0 || chunk[0] === HANDSHAKE) return;
      this.#heard.push(chunk);
      // The second thing that a client says is the password.
      if (asked) socket.destroy();
      else socket.write(this.#attack.protocol === "postgres" ? CLEARTEXT_PASSWORD : "-ERR unknown command\r\n");
      asked = true;
    };
    hear(first);
    socket.on("data", hear);
  }
}
