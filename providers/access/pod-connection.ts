import type { Socket } from "node:net";
import { type Readable, Writable } from "node:stream";

import { type KubeConfig, PortForward } from "@kubernetes/client-node";

import { AccessError } from "./access.ts";
import type { ServicePod } from "./service-pod.ts";

/** This machine's ends of a connection. */
export interface LocalEnds {
  /** What is sent to the pod. */
  input: Readable;
  /** What the pod sends. */
  output: Writable;
  /** Called when the cluster refuses a connection that it had accepted; nothing follows. */
  refused: (problem: AccessError) => void;
}

/** The websocket that carries a port-forward, as far as it is used: its own types are not installed. */
export interface PodConnection {
  on(event: "close" | "error", listener: () => void): void;
  close(): void;
  /** The connection to the cluster. */
  readonly _socket?: Socket;
}

/**
 * Connects to a port of a pod. It resolves when the cluster took the connection; the pod may yet refuse it.
 *
 * @throws {AccessError} if the cluster does not take it.
 */
export async function connectToPod(
  cluster: KubeConfig,
  namespace: string,
  { name, port }: ServicePod,
  { input, output, refused }: LocalEnds,
): Promise<PodConnection> {
  const failure = (reason: string) =>
    new AccessError(`The port-forward to port ${port} of the pod ${namespace}/${name} failed: ${reason}`, {
      retry: true,
    });
  // The cluster ends the connection as if all were well even when the pod refused it: only this stream tells.
  const errors = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length > 0) refused(failure(chunk.toString().trim()));
      done();
    },
  });
  try {
    const client = new PortForward(cluster);
    const connection: unknown = await client.portForward(namespace, name, [port], output, errors, input);
    return connection as PodConnection;
  } catch (error) {
    throw failure((error as Partial<Error>).message ?? String(error));
  }
}
