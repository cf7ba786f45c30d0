import * as yaml from "yaml";
import { z } from "zod";

import type { ApiServer, Manifest } from "../../cluster/api-server.ts";
import type { TestCloud } from "../test-cloud.ts";
import { ControlLoop } from "./control-loop.ts";

const SYNC = "secret-sync.gke.io/v1";
const ACCESSOR = "roles/secretmanager.secretAccessor";

type Sync = Pick<Manifest, "metadata"> & {
  spec: {
    secretProviderClassName: string;
    serviceAccountName: string;
    secretObject: { type: string; data: { sourcePath: string; targetKey: string }[] };
  };
};

const sources = z.array(z.strictObject({ resourceName: z.string(), path: z.string() }));

/**
 * GKE's secret synchronization in tests: makes the Secrets that SecretSyncs describe from versions of secrets in the
 * test's cloud, but only those that the workload's service account may read there by a grant on the secret.
 */
export class SecretSyncController {
  readonly #api: ApiServer;
  readonly #cloud: TestCloud;
  readonly #refused = new Map<string, string>();
  readonly #loop: ControlLoop;

  private constructor(api: ApiServer, cloud: TestCloud) {
    this.#api = api;
    this.#cloud = cloud;
    this.#loop = new ControlLoop(() => this.#look());
  }

  /** Begins to watch. The kinds must be there, by `gkeCluster`. */
  static start(cluster: { api: ApiServer }, cloud: TestCloud): SecretSyncController {
    return new SecretSyncController(cluster.api, cloud);
  }

  /** Why Secrets could not be made at the last look, by `namespace/name`. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused;
  }

  /** Ends it. @throws Error of its last look. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #look(): Promise<void> {
    const { items } = (await this.#api.call("GET", `/apis/${SYNC}/secretsyncs`)) as { items: Sync[] };
    const names = items.map(nameOf);
    for (const name of this.#refused.keys()) if (!names.includes(name)) this.#refused.delete(name);
    for (const sync of items) await this.#sync(sync);
  }

  async #sync(sync: Sync): Promise<void> {
    try {
      const data = await this.#values(sync);
      await this.#api.apply(secretOf(sync, data), { manager: "secret-sync-controller", force: true });
      this.#refused.delete(nameOf(sync));
    } catch (error) {
      this.#refused.set(nameOf(sync), error instanceof Error ? error.message : String(error));
    }
  }

  async #values({ metadata: { namespace = "" }, spec }: Sync): Promise<Record<string, string>> {
    const reference = (apiVersion: string, kind: string, name: string) => ({
      apiVersion,
      kind,
      metadata: { namespace, name },
    });
    const source = await this.#api.get(
      reference("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", spec.secretProviderClassName),
    );
    const { provider, parameters } = (source?.["spec"] ?? {}) as {
      provider?: string;
      parameters?: { secrets?: string };
    };
    if (provider !== "gke") {
      throw new Error(`there is no SecretProviderClass ${spec.secretProviderClassName} of the provider gke`);
    }
    if (!(await this.#api.get(reference("v1", "ServiceAccount", spec.serviceAccountName)))) {
      throw new Error(`there is no service account ${spec.serviceAccountName}`);
    }
    const known = sources.parse(yaml.parse(parameters?.secrets ?? ""));
    return Object.fromEntries(
      spec.secretObject.data.map(({ sourcePath, targetKey }) => {
        const found = known.find(({ path }) => path === sourcePath);
        if (!found) throw new Error(`${spec.secretProviderClassName} has no path ${sourcePath}`);
        return [targetKey, this.#value(found.resourceName, namespace, spec.serviceAccountName)];
      }),
    );
  }

  /** The value of a version, in base64. @throws Error when it can't be read. */
  #value(version: string, namespace: string, account: string): string {
    const { project, projectNumber } = this.#cloud.settings;
    const subject = `principal://iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/${project}.svc.id.goog/subject/ns/${namespace}/sa/${account}`;
    const secret = /^projects\/[^/]+\/secrets\/([^/]+)\/versions\/[0-9]+$/.exec(version)?.[1];
    const of = secret === undefined ? undefined : this.#cloud.read("secretmanager/Secret", secret);
    const grants = this.#cloud.list("secretmanager/SecretIamMember").filter(({ properties }) => {
      const isOnIt = of !== undefined && [of.id, secret].includes(String(properties["secretId"]));
      return isOnIt && properties["role"] === ACCESSOR && properties["member"] === subject;
    });
    if (grants.length === 0) {
      throw new Error(`Permission 'secretmanager.versions.access' denied on ${version} for ${subject}`);
    }
    const found = this.#cloud.read("secretmanager/SecretVersion", version)?.properties;
    if (!found || found["enabled"] === false) throw new Error(`Secret Version [${version}] not found or disabled`);
    const payload = String(found["secretData"]);
    return found["isSecretDataBase64"] === true ? payload : Buffer.from(payload).toString("base64");
  }
}

/** The Secret of a SecretSync: it has the same name, and goes with it. */
function secretOf({ metadata, spec }: Sync, data: Record<string, string>): Manifest {
  const { name, namespace, labels } = metadata;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ownerReferences: [{ apiVersion: SYNC, kind: "SecretSync", name, uid: metadata["uid"], controller: true }],
    },
    type: spec.secretObject.type,
    data,
  };
}

function nameOf({ metadata: { name, namespace = "" } }: Pick<Manifest, "metadata">): string {
  return `${namespace}/${name}`;
}
