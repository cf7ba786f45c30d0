import type { Socket } from "node:net";
import { PassThrough, Writable } from "node:stream";

import { AccessError } from "./access.ts";
import type { LocalEnds, PodConnection } from "./pod-connection.ts";

/**
 * A connection that a program of this machine opened, to be forwarded to a pod. What the program sent is sent again to
 * another pod as long as none has answered: PostgreSQL does nothing for a client that it has not answered yet.
 */
export class LocalConnection {
  readonly #socket: Socket;
  readonly #unanswered: Buffer[] = [];
  #answered = false;
  #pod: PassThrough | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Whoever opened it sees the same error at his own end.
    socket.on("error", () => undefined);
    // Neither this nor the way on may keep the process alive: one that nobody closes would keep Pulumi from its end.
    socket.unref();
    socket.on("data", (chunk: Buffer) => {
      if (!this.#answered) this.#unanswered.push(chunk);
      this.#pod?.write(chunk);
    });
  }

  /** Whether the program is gone. */
  get isOver(): boolean {
    return this.#socket.readableEnded || this.#socket.destroyed;
  }

  /** Whether a pod has answered, so that no other can take over. */
  get isAnswered(): boolean {
    return this.#answered;
  }

  /** Closes the connection, after what a pod may have sent. */
  end(): void {
    if (this.#answered) this.#socket.end();
    else this.#socket.destroy();
  }

  /**
   * Leads it into a pod until either end closes it.
   *
   * @param answered Called when the pod answers for the first time.
   * @throws {AccessError} if the pod, and not the program, closed it.
   */
  async through(connect: (ends: LocalEnds) => Promise<PodConnection>, answered: () => void): Promise<void> {
    let problem: AccessError | undefined;
    const input = new PassThrough();
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (chunk.length > 0 && !this.#answered) {
          this.#answered = true;
          this.#unanswered.length = 0;
          answered();
        }
        this.#socket.write(chunk, () => {
          done();
        });
      },
    });
    const refused = (error: AccessError) => {
      problem = error;
    };
    const pod = await connect({ input, output, refused });
    pod._socket?.unref();
    for (const chunk of this.#unanswered) input.write(chunk);
    this.#pod = input;
    const leave = () => {
      pod.close();
    };
    this.#socket.once("close", leave);
    if (this.isOver) leave();
    await new Promise<void>((resolve) => {
      pod.on("error", resolve);
      pod.on("close", resolve);
    });
    this.#socket.off("close", leave);
    this.#pod = undefined;
    if (this.isOver) return;
    const reason = this.#answered
      ? "The pod closed it halfway, which another run may get over"
      : "The pod closed it without an answer";
    throw problem ?? new AccessError(reason, { retry: true });
  }
}
