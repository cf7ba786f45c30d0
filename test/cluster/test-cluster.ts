import { randomBytes } from "node:crypto";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import pRetry from "p-retry";
import * as yaml from "yaml";

import type { Manifest } from "./api-server.ts";
import { ApiServer } from "./api-server.ts";
import type { Component, Layout } from "./components.ts";
import { components, LOOPBACK } from "./components.ts";
import { type ControlPlane, controlPlane } from "./control-plane.ts";
import { prepare, writeKubeconfig, writeStages } from "./layout.ts";

/** How long each part of a start may take, as tries of 50 ms. */
const PATIENCE = { retries: 1200, minTimeout: 50, factor: 1 };

/** How long kwok takes to hear of a port-forward rule, in milliseconds; nothing tells when it has. */
const RULE_DELAY = 500;

type Process = ReturnType<typeof launch>;

/**
 * A real Kubernetes control plane on 127.0.0.1: etcd, API server, controllers and scheduler. Its one node is kwok's,
 * which runs no containers: a pod becomes ready at once, a Job's pod completes. The tag of an image changes that:
 * `missing` can't be pulled, `failing` exits with 1. Claims are bound to folders, a Service of the type LoadBalancer has an
 * address that leads nowhere.
 *
 * Never proxy through its API server (`pods/proxy`, `services/proxy`): it would dial the made-up address of a pod.
 */
export class TestCluster {
  /** Text of a kubeconfig with every right. */
  readonly kubeconfig: string;
  /** The same as a file. */
  readonly kubeconfigFile: string;
  /** The API server, with every right. */
  readonly api: ApiServer;
  readonly #folder: string;
  readonly #processes: Process[];
  #stopped = false;

  private constructor(kubeconfig: string, folder: string, processes: Process[]) {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    this.kubeconfig = kubeconfig;
    this.kubeconfigFile = join(folder, "kubeconfig");
    this.api = new ApiServer(config);
    this.#folder = folder;
    this.#processes = processes;
  }

  /**
   * Starts an empty cluster in a temporary folder, on free ports; builds the control plane first if need be. A start in which a
   * component ends is repeated: a port that was free is sometimes somebody else's a moment later, and kwok has panicked.
   */
  static async start(): Promise<TestCluster> {
    const binaries = await controlPlane();
    return pRetry(() => TestCluster.#start(binaries), {
      ...{ retries: 2, minTimeout: 0 },
      shouldRetry: ({ error }) => error instanceof ComponentEnded,
      onFailedAttempt({ error, retriesLeft }) {
        if (retriesLeft > 0) process.stderr.write(`Starting a test cluster once more: ${error.message}\n`);
      },
    });
  }

  static async #start(binaries: ControlPlane): Promise<TestCluster> {
    const folder = await mkdtemp(join(tmpdir(), "cluster-"));
    const processes: Process[] = [];
    try {
      const token = randomBytes(24).toString("hex");
      const layout = await prepare(folder, token);
      await writeStages(layout, binaries.stages);
      const start = (component: Component) => {
        processes.push(launch(binaries.executable, component, layout, folder));
      };

      start("etcd");
      start("kube-apiserver");
      // The key is written after the certificate, which is whole by then.
      await until(processes, () => access(join(layout.files.certificates, "apiserver.key")));
      const kubeconfig = await writeKubeconfig(layout, token);
      const cluster = new TestCluster(kubeconfig, folder, processes);
      await until(processes, () => cluster.api.call("GET", "/readyz"));

      start("kube-controller-manager");
      start("kube-scheduler");
      await cluster.#furnish(yaml.parse(await readFile(binaries.portForwards, "utf8")) as Manifest);
      await until(processes, () => cluster.api.call("GET", "/apis/kwok.x-k8s.io/v1alpha1/clusterportforwards"));
      start("kwok");
      await until(processes, () => cluster.#isUsable());
      cluster.#keepKwokRunning(() => launch(binaries.executable, "kwok", layout, folder));
      return cluster;
    } catch (error) {
      await end(processes, folder);
      throw error;
    }
  }

  /**
   * Lets a port-forward to `port` of a namespace's pods, those of now and later, end at `localPort` of 127.0.0.1.
   *
   * @param pods Names of the pods. Default: all.
   */
  async forward(namespace: string, port: number, localPort: number, pods?: string[]): Promise<void> {
    await this.api.apply({
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "ClusterPortForward",
      metadata: { name: [namespace, port, ...(pods ?? [])].join(".") },
      spec: {
        selector: { matchNamespaces: [namespace], ...(pods && { matchNames: pods }) },
        forwards: [{ ports: [port], target: { address: LOOPBACK, port: localPort } }],
      },
    });
    await new Promise((resolve) => setTimeout(resolve, RULE_DELAY));
  }

  /** The ids of its processes. */
  get processIds(): number[] {
    return this.#processes.flatMap(({ ended }) => ended.pid ?? []);
  }

  /** Ends the cluster with all that is in it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const volumes = await this.#volumes().catch(() => []);
    await end(this.#processes, this.#folder);
    // The folders of claims that are still bound; nobody else would ever delete them.
    for (const folder of volumes) await rm(folder, { recursive: true, force: true });
  }

  /** kwok has panicked, and pods that nobody runs look like a fault of whoever made them. A cluster's kubelet starts again, too. */
  #keepKwokRunning(start: () => Process): void {
    const running = this.#processes.find(({ component }) => component === "kwok");
    void running?.ended.then(async ({ exitCode }) => {
      if (this.#stopped) return;
      const ended = new ComponentEnded("kwok", exitCode, await readFile(running.log, "utf8"));
      process.stderr.write(`Starting kwok once more: ${ended.message}\n`);
      this.#processes.splice(this.#processes.indexOf(running), 1, start());
      this.#keepKwokRunning(start);
    });
  }

  async #volumes(): Promise<string[]> {
    const { items } = (await this.api.call("GET", "/api/v1/persistentvolumes")) as {
      items: { spec: { hostPath?: { path: string } } }[];
    };
    return items.flatMap(({ spec }) => spec.hostPath?.path ?? []);
  }

  async #furnish(portForwards: Manifest): Promise<void> {
    await this.api.apply(portForwards);
    await this.api.apply({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "kubernetes.io/host-path",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    const capacity = { cpu: "64", memory: "512Gi", pods: "500" };
    const labels = { "kubernetes.io/hostname": "node-0", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
    await this.api.apply({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-0", labels },
      status: { capacity, allocatable: capacity },
    });
  }

  async #isUsable(): Promise<void> {
    const node = await this.api.get({ apiVersion: "v1", kind: "Node", metadata: { name: "node-0" } });
    const { conditions = [] } = (node?.["status"] ?? {}) as { conditions?: { type: string; status: string }[] };
    const isReady = conditions.some(({ type, status }) => type === "Ready" && status === "True");
    if (!isReady) throw new Error("no node is ready");
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } };
    if (!(await this.api.get(account))) throw new Error("there is no default service account");
  }
}

/** A component ended that should not have. */
export class ComponentEnded extends Error {
  constructor(component: string, exitCode: number | undefined, log: string) {
    const lines = log.trim().split("\n");
    // Go writes why it gives up first, and then for many lines where.
    const head = lines.findIndex((line) => /^(panic|fatal error|runtime error): |^SIG/.test(line));
    const shown = head === -1 ? lines.slice(-5) : lines.slice(head, head + 25);
    super([`${component} ended with exit code ${String(exitCode)}:`, ...shown].join("\n"));
  }
}

function launch(executable: string, component: Component, layout: Layout, folder: string) {
  const log = join(folder, `${component}.log`);
  const ended = execa(executable, [component, ...components[component](layout)], {
    // Held open for as long as this process lives: the component ends with it.
    stdin: "pipe",
    stdout: "ignore",
    stderr: { file: log },
    buffer: false,
    reject: false,
  });
  return { component, log, ended };
}

/** Tries until `work` succeeds, or a process ended that should not have. */
async function until(processes: Process[], work: () => Promise<unknown>): Promise<void> {
  const ended = Promise.race(
    processes.map(async ({ component, log, ended: exit }) => {
      const { exitCode } = await exit;
      throw new ComponentEnded(component, exitCode, await readFile(log, "utf8"));
    }),
  );
  const over = new AbortController();
  try {
    await Promise.race([pRetry(work, { ...PATIENCE, signal: over.signal }), ended]);
  } finally {
    over.abort();
  }
}

async function end(processes: Process[], folder: string): Promise<void> {
  // Nothing is to be kept, so nothing has to be closed.
  for (const { ended } of processes) ended.kill("SIGKILL");
  await Promise.all(processes.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
}
