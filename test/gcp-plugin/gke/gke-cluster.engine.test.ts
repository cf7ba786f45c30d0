import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { kubeconfig } from "../../../components/gcp/kubeconfig.ts";
import { project } from "../../../toolchain/pulumi/offline-distribution.ts";
import type { Manifest } from "../../cluster/api-server.ts";
import { TestCluster } from "../../cluster/test-cluster.ts";
import { deployment, namespace } from "../../cluster/workloads.ts";
import { clusterPlugin } from "../../kubernetes-plugin/plugin-environment.ts";
import { TestStack } from "../../toolchain/plugins/stack.ts";
import { TestCloud } from "../test-cloud.ts";
import type { GkeCluster } from "./gke-cluster.ts";
import { gkeCluster } from "./gke-cluster.ts";
import { SecretSyncController } from "./secret-sync-controller.ts";

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;
const SPACE = "gke-test";

let cluster: TestCluster;
let gke: GkeCluster;
let folder: string;

beforeAll(async () => {
  cluster = await TestCluster.start();
  gke = await gkeCluster(cluster);
  folder = await mkdtemp(join(tmpdir(), "gke-"));
  await cluster.api.apply(namespace(SPACE));
}, BUILD);

afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** Runs code in a process that has only what a user of GKE has: the program's own kubeconfig, and the variables. */
async function signedIn(code: string): Promise<string> {
  const text = JSON.stringify(kubeconfig({ endpoint: gke.endpoint, name: "gke" }));
  const client = JSON.stringify(join(project, "node_modules/@kubernetes/client-node/dist/index.js"));
  const file = join(folder, "client.mjs");
  await writeFile(
    file,
    `import { CoreV1Api, KubeConfig, PortForward } from ${client};
    import { PassThrough } from "node:stream";
    const config = new KubeConfig();
    config.loadFromString(${text});
    ${code}`,
  );
  const { stdout } = await execa("node", [file], { env: gke.environment });
  return stdout;
}

it("the stand-in for GKE lets a client in by GKE's way to sign in", async () => {
  const names = await signedIn(`
    const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
    console.log(items.map(({ metadata }) => metadata.name).join());`);
  expect(names.split(",")).toContain(SPACE);
});

it("the stand-in for GKE lets a client that signed in so forward a port", async () => {
  const server = createServer((socket) => socket.end("hello from the pod"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await cluster.api.apply(deployment("web", SPACE));
  await expect
    .poll(async () => (await cluster.api.list("v1", "Pod", SPACE)).length, { timeout: 60_000 })
    .toBeGreaterThan(0);
  await cluster.forward(SPACE, 80, (server.address() as AddressInfo).port);
  const [pod] = (await cluster.api.list("v1", "Pod", SPACE)) as unknown as { metadata: { name: string } }[];
  const said = await signedIn(`
    const output = new PassThrough();
    output.on("data", (data) => { process.stdout.write(data); process.exit(); });
    await new PortForward(config).portForward(${JSON.stringify(SPACE)}, ${JSON.stringify(pod?.metadata.name)}, [80], output, null, new PassThrough());`);
  expect(said).toBe("hello from the pod");
  server.close();
});

it("the stand-in for GKE lets the tests' plugin kubernetes sign in so", async () => {
  Object.assign(process.env, await clusterPlugin(), gke.environment);
  const stack = await TestStack.create();
  await stack.program(`
    import * as kubernetes from "@pulumi/kubernetes";
    const text = ${JSON.stringify(kubeconfig({ endpoint: gke.endpoint, name: "gke" }))};
    const provider = new kubernetes.Provider("gke", { kubeconfig: text });
    new kubernetes.core.v1.ConfigMap("made", { metadata: { namespace: "${SPACE}", name: "made" } }, { provider });`);
  await stack.up();
  const reference = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: SPACE, name: "made" } };
  expect(await cluster.api.get(reference)).toBeDefined();
  await stack.delete();
});

const policy = (settings: object): Manifest => ({
  apiVersion: "networking.gke.io/v1",
  kind: "HealthCheckPolicy",
  metadata: { namespace: SPACE, name: "check" },
  spec: { targetRef: { group: "", kind: "Service", name: "web" }, default: settings },
});

it.each([
  ["a field of no policy", policy({ intervalSec: 5 }), "intervalSec: field not declared in schema"],
  ["a type without its probe", policy({ config: { type: "HTTP" } }), "httpHealthCheck must be specified for type HTTP"],
  ["a timeout longer than the interval", policy({ checkIntervalSec: 5, timeoutSec: 6 }), "timeoutSec cannot exceed"],
])("the stand-in for GKE refuses %s", async (_, manifest, message) => {
  await expect(cluster.api.apply(manifest)).rejects.toThrow(message);
});

it("the stand-in for Secret synchronization makes a Secret once its reader is granted the value, and none before", async () => {
  const settings = { project: "test-project", projectNumber: "123", enabled: [] };
  const cloud = TestCloud.create(join(folder, "cloud"), settings);
  const version = "projects/123/secrets/web-key/versions/1";
  cloud.put({
    type: "secretmanager/Secret",
    id: "projects/test-project/secrets/web-key",
    properties: { secretId: "web-key" },
  });
  cloud.put({
    type: "secretmanager/SecretVersion",
    id: version,
    properties: { secretData: "the-value", enabled: true },
  });
  const of = { namespace: SPACE, name: "synced" };
  await cluster.api.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace: SPACE, name: "web" } });
  const secrets = `- resourceName: ${version}\n  path: KEY\n`;
  await cluster.api.apply({
    apiVersion: "secrets-store.csi.x-k8s.io/v1",
    kind: "SecretProviderClass",
    metadata: of,
    spec: { provider: "gke", parameters: { secrets } },
  });
  const sync = {
    apiVersion: "secret-sync.gke.io/v1",
    kind: "SecretSync",
    metadata: of,
    spec: {
      serviceAccountName: "web",
      secretProviderClassName: "synced",
      secretObject: { type: "Opaque", data: [{ sourcePath: "KEY", targetKey: "KEY" }] },
    },
  };
  await cluster.api.apply(sync);
  const controller = SecretSyncController.start(cluster, cloud);
  const secret = { apiVersion: "v1", kind: "Secret", metadata: of };
  await expect
    .poll(() => controller.refused.get(`${SPACE}/synced`))
    .toContain("'secretmanager.versions.access' denied");
  expect(await cluster.api.get(secret)).toBeUndefined();

  const member = `principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/test-project.svc.id.goog/subject/ns/${SPACE}/sa/web`;
  const grant = {
    secretId: "projects/test-project/secrets/web-key",
    role: "roles/secretmanager.secretAccessor",
    member,
  };
  cloud.put({ type: "secretmanager/SecretIamMember", id: "grant", properties: grant });
  await expect
    .poll(async () => (await cluster.api.get(secret))?.["data"])
    .toEqual({
      KEY: Buffer.from("the-value").toString("base64"),
    });
  // Kubernetes deletes it with the SecretSync.
  expect(await cluster.api.get(secret)).toMatchObject({ metadata: { ownerReferences: [{ kind: "SecretSync" }] } });
  await controller.stop();
});
