import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";
import getPort from "get-port";
import * as z from "zod";

import type { Manifest } from "../cluster/api-server.ts";
import type { TestCluster } from "../cluster/test-cluster.ts";

const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            command: z.array(z.string()),
            env: z.array(z.object({ name: z.string(), value: z.string().optional() })),
            ports: z.tuple([z.object({ containerPort: z.number() })]),
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
          }),
        ]),
        volumes: z.array(
          z.object({
            projected: z
              .object({ sources: z.array(z.object({ configMap: z.object({ name: z.string() }) })) })
              .optional(),
          }),
        ),
      }),
    }),
  }),
});

/**
 * What stands behind the pods of a relay in a cluster whose nodes run no containers: the relay's program, as a process of
 * this machine with the command, variables and files that the pods' manifest gives it.
 */
export class RelayPod {
  readonly #cluster: TestCluster;
  readonly #namespace: string;
  readonly #name: string;
  readonly #server: Record<string, string>;
  #folder = "";
  #port = 0;
  #command: string[] = [];
  #env: Record<string, string> = {};
  #process: ReturnType<typeof execa> | undefined;

  /** @param serverPort Where on 127.0.0.1 the server is. Default: what the pods' manifest says. */
  constructor(cluster: TestCluster, namespace: string, name: string, serverPort?: number) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#name = name;
    this.#server = serverPort === undefined ? {} : { POSTGRES_HOST: "127.0.0.1", POSTGRES_PORT: String(serverPort) };
  }

  /** Waits for the Deployment to appear, runs what it describes, and lets port-forwards to its pods end there. */
  async start(): Promise<void> {
    const found = await this.#appears("apps/v1", "Deployment", this.#name);
    const { containers, volumes } = deployment.parse(found).spec.template.spec;
    const [{ command, env, ports, volumeMounts }] = containers;
    this.#folder = await mkdtemp(join(tmpdir(), "relay-pod-"));
    for (const { configMap } of volumes.flatMap(({ projected }) => projected?.sources ?? [])) {
      const { data } = (await this.#appears("v1", "ConfigMap", configMap.name)) as { data?: Record<string, string> };
      for (const [name, text] of Object.entries(data ?? {})) await writeFile(join(this.#folder, name), text);
    }
    const mounted = volumeMounts.find(({ name }) => name === "files")?.mountPath ?? "";
    this.#command = command.map((argument) => argument.replace(mounted, this.#folder).replace(/^python$/, "python3"));
    // The server can have the same port on the same address.
    this.#port = await getPort({ host: "127.0.0.1" });
    const variables = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
    this.#env = { ...Object.fromEntries(variables), ...this.#server, RELAY_PORT: String(this.#port) };
    this.run();
    await this.#cluster.forward(this.#namespace, ports[0].containerPort, this.#port);
  }

  /**
   * Starts the program, as the cluster does with a container that ended.
   *
   * @param serverPort Where its connections end, in the place of the server.
   */
  run(serverPort?: number): void {
    const [file = "", ...args] = this.#command;
    const elsewhere = serverPort === undefined ? {} : { POSTGRES_PORT: String(serverPort) };
    this.#process = execa(file, args, { env: { ...this.#env, ...elsewhere }, reject: false, stdio: "ignore" });
  }

  /** Kills the program with all its connections. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process;
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  async #appears(apiVersion: string, kind: string, name: string): Promise<Manifest> {
    for (;;) {
      const found = await this.#cluster.api.get({ apiVersion, kind, metadata: { name, namespace: this.#namespace } });
      if (found) return found;
      await sleep(200);
    }
  }
}
