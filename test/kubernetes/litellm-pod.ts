import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";
import getPort from "get-port";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";
import type { Manifest } from "../cluster/api-server.ts";
import type { TestCluster } from "../cluster/test-cluster.ts";

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string } };
}

interface PodSpec {
  containers: { command: string[]; env: EnvVar[]; volumeMounts: { name: string; mountPath: string }[] }[];
  volumes: { name: string; projected?: { sources: { configMap?: { name: string } }[] } }[];
}

/** Variables of the image that mean nothing on this machine: where its writable folders are. */
const OF_THE_IMAGE =
  /^(HOME|XDG_CACHE_HOME|LITELLM_(UI_PATH|ASSETS_PATH|MIGRATION_DIR|NON_ROOT)|DISABLE_SCHEMA_UPDATE)$/;

/**
 * What a variable or file of the pods holds on this machine, by its name and what it holds in the cluster; undefined
 * leaves it out.
 */
export type Adapt = (name: string, value: string) => string | undefined;

/**
 * What stands behind the LiteLLM pods of a cluster whose nodes run no containers: one real LiteLLM process of this
 * machine, started with the command, variables, secrets and files that the pods' manifest gives it. Before it, the
 * migration runs as its Job's manifest says.
 */
export class LiteLlmPod {
  readonly #cluster: TestCluster;
  readonly #namespace: string;
  readonly #adapt: Adapt;
  /** Where this machine reaches it without the cluster; empty until it has started. */
  url = "";
  #folder = "";
  #port = 0;
  #process: ReturnType<typeof execa> | undefined;

  /** @param adapt For servers that the cluster alone reaches. Default: everything is as in the cluster. */
  constructor(cluster: TestCluster, namespace: string, adapt: Adapt = (_, value) => value) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#adapt = adapt;
  }

  /** Waits for the Deployment to appear, runs what it describes, and lets port-forwards to its pods end there. */
  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "litellm-pod-"));
    this.#port = await getPort({ host: "127.0.0.1" });
    this.url = `http://127.0.0.1:${this.#port}`;
    await this.run();
    await this.#cluster.forward(this.#namespace, 4000, this.#port);
  }

  /** Migrates and starts, as the cluster does for a Deployment that changed. */
  async run(): Promise<void> {
    const deployment = await this.#appears({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "litellm" },
    });
    const spec = (deployment["spec"] as { template: { spec: PodSpec } }).template.spec;
    const [container] = spec.containers;
    const mounted = container?.volumeMounts.find(({ name }) => name === "files")?.mountPath ?? "";
    const env = await this.#environment(spec, mounted);
    await this.#writeFiles(spec);
    const command = (container?.command ?? []).map((argument) =>
      argument
        .replace(mounted, this.#folder)
        .replace("0.0.0.0", "127.0.0.1")
        .replace(/^4000$/, String(this.#port)),
    );
    await execa("litellm", ["--skip_server_startup"], { env, cwd: this.#folder });
    this.#process = execa(command[0] ?? "", command.slice(1), { env, cwd: this.#folder, reject: false, all: true });
    this.#process.all?.pipe(createWriteStream(join(this.#folder, "log")));
  }

  /** Ends the process; what {@link run} needs stays. */
  async end(): Promise<void> {
    this.#process?.kill("SIGTERM");
    await this.#process;
  }

  async stop(): Promise<void> {
    await this.end();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  /** @param mounted Where the files are in the pod. */
  async #environment(spec: PodSpec, mounted: string): Promise<Record<string, string>> {
    // Folder and files: /etc/litellm, and /etc/litellm/postgres-ca.pem in a URL.
    const here = (text: string) => text.replace(mounted, this.#folder);
    const variables = await Promise.all(
      (spec.containers[0]?.env ?? []).map(async ({ name, value = "", valueFrom }) => {
        if (!valueFrom?.secretKeyRef) return [name, here(value)] as const;
        const { name: secret, key } = valueFrom.secretKeyRef;
        const { data } = (await this.#get("v1", "Secret", secret)) as { data?: Record<string, string> };
        return [name, here(Buffer.from(data?.[key] ?? "", "base64").toString())] as const;
      }),
    );
    const own = variables.flatMap(([name, value]) => {
      const adapted = OF_THE_IMAGE.test(name) ? undefined : this.#adapt(name, value);
      return adapted === undefined ? [] : [[name, adapted] as const];
    });
    return { ...Object.fromEntries(own), ...litellmRuntime(await pythonEnvironment("litellm")) };
  }

  async #writeFiles({ volumes }: PodSpec): Promise<void> {
    const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
    for (const { configMap } of sources) {
      if (!configMap) continue;
      const { data } = (await this.#get("v1", "ConfigMap", configMap.name)) as { data?: Record<string, string> };
      for (const [name, text] of Object.entries(data ?? {})) {
        const adapted = this.#adapt(name, text);
        if (adapted !== undefined) await writeFile(join(this.#folder, name), adapted);
      }
    }
  }

  async #get(apiVersion: string, kind: string, name: string): Promise<Manifest> {
    return this.#appears({ apiVersion, kind, metadata: { name } });
  }

  async #appears(reference: { apiVersion: string; kind: string; metadata: { name: string } }): Promise<Manifest> {
    const metadata = { ...reference.metadata, namespace: this.#namespace };
    for (;;) {
      const found = await this.#cluster.api.get({ ...reference, metadata });
      if (found) return found;
      await sleep(200);
    }
  }
}
