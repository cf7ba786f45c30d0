import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { KubeConfig } from "@kubernetes/client-node";

import { AccessError, type ClusterAccess } from "./access.ts";
import { comesFromUs } from "../local/loopback-port.ts";
import { LocalConnection } from "./local-connection.ts";
import type { ServicePod } from "./service-pod.ts";

/** Time between two tries, in milliseconds. */
const PAUSE = 500;

export interface TunnelOptions {
  /** Where the tunnel leads; it may be known only after the tunnel was opened, but before it is needed. */
  access: Promise<ClusterAccess>;
  /** Called with what keeps connections from getting through, once for each problem. */
  report: (problem: AccessError) => void;
  /** Milliseconds that all connections together wait for what may come by itself. Default: a minute. */
  patience?: number;
}

/**
 * A port of this machine that leads to a Service of a cluster, for programs of this account that dial a host and port. Each
 * connection goes to a pod that is ready at that moment, and waits for one if need be. It does not keep the process alive.
 */
export class Tunnel {
  readonly #options: Required<TunnelOptions>;
  readonly #reported = new Set<string>();
  #cluster: KubeConfig | undefined;
  #failingSince: number | undefined;

  constructor(options: TunnelOptions) {
    this.#options = { patience: 60_000, ...options };
  }

  /**
   * Listens on a port of 127.0.0.1, from now on.
   *
   * @returns the listener, or undefined if the port is taken.
   */
  async listen(port: number): Promise<Server | undefined> {
    const server = createServer((socket) => void this.#serve(socket));
    server.unref();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", resolve);
      });
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
      throw error;
    }
  }

  async #serve(socket: Socket): Promise<void> {
    const connection = new LocalConnection(socket);
    if (!(await comesFromUs(socket))) {
      if (!connection.isOver) this.#report(stranger());
      connection.end();
      return;
    }
    for (;;) {
      const problem = await this.#lead(connection);
      if (!problem || connection.isOver) return;
      if (connection.isAnswered || !this.#isPatient(problem)) {
        this.#report(problem);
        connection.end();
        return;
      }
      await sleep(PAUSE, undefined, { ref: false });
    }
  }

  async #lead(connection: LocalConnection): Promise<AccessError | undefined> {
    try {
      // Only those who need it pay for the Kubernetes client, which takes long to load.
      const { clusterOf, readyPod } = await import("./service-pod.ts");
      const { connectToPod } = await import("./pod-connection.ts");
      const access = await this.#access();
      const cluster = (this.#cluster ??= clusterOf(access));
      const pod = await readyPod(cluster, access);
      const answered = () => {
        this.#failingSince = undefined;
      };
      const { namespace } = access;
      await connection
        .through((ends) => connectToPod(cluster, namespace, pod, ends), answered)
        .catch((error: unknown) => {
          throw withLog(error, namespace, pod);
        });
      return undefined;
    } catch (error) {
      return error instanceof AccessError ? error : new AccessError(String(error), { retry: false, cause: error });
    }
  }

  async #access(): Promise<ClusterAccess> {
    const over = new AbortController();
    const tooLate = sleep(this.#options.patience, undefined, { ref: false, signal: over.signal }).then(() => {
      throw new AccessError("The way to the cluster is not known, because the cluster is not there yet.", {
        retry: false,
      });
    });
    try {
      return await Promise.race([this.#options.access, tooLate]);
    } finally {
      tooLate.catch(() => undefined);
      over.abort();
    }
  }

  /** Whether to try again: the plugin of Pulumi makes one connection after the other, and each would wait as long. */
  #isPatient({ retry }: AccessError): boolean {
    this.#failingSince ??= Date.now();
    return retry && Date.now() - this.#failingSince < this.#options.patience;
  }

  #report(problem: AccessError): void {
    if (this.#reported.has(problem.message)) return;
    this.#reported.add(problem.message);
    this.#options.report(problem);
  }
}

/** Every account of the machine can dial the port, and the cluster trusts this one. */
function stranger(): AccessError {
  const message = "It came from a program of another account of this machine, and was refused.";
  return new AccessError(message, { retry: false });
}

/** The pod itself knows best why it did not answer. */
function withLog(error: unknown, namespace: string, { name }: ServicePod): AccessError {
  const look = `\`kubectl -n ${namespace} logs ${name}\` says what the pod says`;
  const message = error instanceof Error ? error.message : String(error);
  return new AccessError(`${message}; ${look}.`, { retry: true, cause: error });
}
