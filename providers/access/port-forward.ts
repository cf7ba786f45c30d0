import { type AddressInfo, createServer, type Socket } from "node:net";

import type { KubeConfig } from "@kubernetes/client-node";

import { AccessError, type ClusterAccess, type Route } from "./access.ts";
import { comesFromUs } from "../local/loopback-port.ts";
import { connectToPod, type PodConnection } from "./pod-connection.ts";
import { clusterOf, readyPod } from "./service-pod.ts";

/** The port-forwards of this process. */
const forwards = new Map<string, Promise<Forward>>();

/**
 * The port-forward to a Service: a listener on 127.0.0.1, each of whose connections goes to a pod that is ready at that
 * moment. So it outlives every pod.
 *
 * @throws {AccessError} if the Service has no ready pod now, or the cluster can't be asked.
 */
export async function portForward(access: ClusterAccess): Promise<Route> {
  const name = JSON.stringify(Object.entries(access).sort());
  const forward = forwards.get(name) ?? Forward.listen(access);
  forwards.set(name, forward);
  try {
    return await forward;
  } catch (error) {
    forwards.delete(name);
    throw error;
  }
}

class Forward implements Route {
  readonly #cluster: KubeConfig;
  readonly #access: ClusterAccess;
  #port = 0;
  #problem: AccessError | undefined;

  private constructor(access: ClusterAccess) {
    this.#cluster = clusterOf(access);
    this.#access = access;
  }

  static async listen(access: ClusterAccess): Promise<Forward> {
    const forward = new Forward(access);
    // Says now what would else only be said once a connection failed.
    await readyPod(forward.#cluster, access);
    const server = createServer((socket) => void forward.#connect(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    server.unref();
    forward.#port = (server.address() as AddressInfo).port;
    return forward;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  problem(): AccessError | undefined {
    return this.#problem;
  }

  async #connect(socket: Socket): Promise<void> {
    // Whoever connected sees the same error at his own end.
    socket.on("error", () => undefined);
    if (!(await comesFromUs(socket))) {
      // The cluster trusts this account, and no other that can dial the port.
      socket.destroy();
      return;
    }
    try {
      await this.#pipe(socket);
    } catch (error) {
      this.#problem =
        error instanceof AccessError ? error : new AccessError(String(error), { retry: true, cause: error });
      socket.destroy();
    }
  }

  /** Pipes a connection into a pod. It resolves when the cluster took the connection; the pod may yet refuse it. */
  async #pipe(socket: Socket): Promise<void> {
    this.#problem = undefined;
    const pod = await readyPod(this.#cluster, this.#access);
    const refused = (problem: AccessError) => {
      this.#problem = problem;
      socket.destroy();
    };
    const ends = { input: socket, output: socket, refused };
    joinEnds(socket, await connectToPod(this.#cluster, this.#access.namespace, pod, ends));
  }
}

/** When one end of a connection is closed, so is the other. */
function joinEnds(socket: Socket, pod: PodConnection): void {
  pod.on("close", () => socket.end());
  pod.on("error", () => socket.destroy());
  socket.on("close", () => {
    pod.close();
  });
  if (socket.destroyed) pod.close();
}
