import type { ApiServer, Manifest } from "../../cluster/api-server.ts";
import type { Passed } from "../../gateway-api/gateways.ts";
import type { CloudObject, TestCloud } from "../test-cloud.ts";
import { ControlLoop } from "./control-loop.ts";
import { type AttachedRoute, type Listeners, passed, refusal } from "./url-map.ts";

const FINALIZER = "gateway.finalizer.networking.gke.io";

const BACKEND_SERVICE = "gke/BackendService";

type Gateway = Pick<Manifest, "metadata"> &
  Listeners & {
    spec: { addresses?: { type: string; value: string }[] };
    status?: { conditions?: { type: string; status: string }[] };
  };

interface Policy {
  spec: { targetRef: { name: string }; default?: { sslPolicy?: string; securityPolicy?: string } };
}

/**
 * GKE's Gateway controller in tests: a Gateway becomes `Programmed` once its reserved address, its certificates and its
 * policies are in the test's cloud, and uses these until it is gone, its backend service sometimes longer. It says where
 * requests go; they get nowhere by it.
 */
export class GatewayController {
  readonly #api: ApiServer;
  readonly #cloud: TestCloud;
  readonly #loop: ControlLoop;
  /**
   * Whether a backend service goes before its Gateway. Google's may stay for a while:
   * https://github.com/GoogleCloudPlatform/gke-gateway-api/issues/41.
   */
  collectsBackends = true;

  private constructor(api: ApiServer, cloud: TestCloud) {
    this.#api = api;
    this.#cloud = cloud;
    this.#loop = new ControlLoop(() => this.#look());
  }

  /** Begins to watch. The kinds must be there, by `gkeCluster`. It must go on until the Gateways are gone. */
  static start(cluster: { api: ApiServer }, cloud: TestCloud): GatewayController {
    return new GatewayController(cluster.api, cloud);
  }

  /** Ends it. @throws Error of its last look. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Where the load balancers send a request: undefined where they answer 404. */
  async send(request: { host: string; method: string; path: string }): Promise<Passed | undefined> {
    const gateways = (await this.#list<Gateway>("gateways")).filter(({ status }) =>
      status?.conditions?.some((condition) => condition.type === "Programmed" && condition.status === "True"),
    );
    return passed(gateways, await this.#list<AttachedRoute>("httproutes"), request);
  }

  async #look(): Promise<void> {
    const items = await this.#list<Gateway>("gateways");
    const isWanted = ({ metadata }: Gateway) => metadata["deletionTimestamp"] === undefined;
    if (this.collectsBackends) this.#collect(items.filter(isWanted));
    for (const gateway of items) await (isWanted(gateway) ? this.#program(gateway) : this.#release(gateway));
    for (const route of await this.#list<AttachedRoute>("httproutes")) await this.#judge(route);
  }

  /** Tells a route whether it is taken. */
  async #judge(route: AttachedRoute): Promise<void> {
    const refused = refusal(route);
    const condition = {
      type: "Accepted",
      status: refused === undefined ? "True" : "False",
      reason: refused === undefined ? "Accepted" : "UnsupportedValue",
      message: refused ?? "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const parents = (route.spec.parentRefs ?? []).map((parentRef) => ({
      parentRef,
      controllerName: "networking.gke.io/gateway",
      conditions: [condition],
    }));
    await this.#patch("httproutes", route, "/status", { status: { parents } });
  }

  async #list<T>(plural: string): Promise<T[]> {
    return ((await this.#api.call("GET", `/apis/gateway.networking.k8s.io/v1/${plural}`)) as { items: T[] }).items;
  }

  async #program(gateway: Gateway): Promise<void> {
    const {
      name,
      namespace = "",
      generation,
    } = gateway.metadata as { name: string; namespace?: string; generation?: number };
    const [ssl, backend] = [
      await this.#policies("gcpgatewaypolicies", namespace),
      await this.#policies("gcpbackendpolicies", namespace),
    ];
    const parts = {
      "compute/Address": gateway.spec.addresses?.map(({ value }) => value) ?? [],
      "certificatemanager/Certificate": gateway.spec.listeners.flatMap(
        ({ tls }) => tls?.options?.["networking.gke.io/cert-manager-certs"] ?? [],
      ),
      "compute/RegionSslPolicy": ssl.flatMap((policy) =>
        policy.spec.targetRef.name === name ? (policy.spec.default?.sslPolicy ?? []) : [],
      ),
      "compute/RegionSecurityPolicy": backend.flatMap((policy) => policy.spec.default?.securityPolicy ?? []),
    };
    const missing = Object.entries(parts).flatMap(([type, names]) =>
      names.filter((part) => !this.#cloud.read(type, part)).map((part) => `${type} ${part}`),
    );
    const isThere = missing.length === 0;
    if (isThere) {
      const [addresses, certificates, sslPolicies, securityPolicies] = Object.values(parts);
      this.#cloud.put({ ...loadBalancer(gateway), properties: { addresses, certificates, sslPolicies } });
      this.#cloud.put({ ...backendService(gateway), properties: { securityPolicies } });
      await this.#patch("gateways", gateway, "", { metadata: { finalizers: [FINALIZER] } });
    }
    const condition = {
      status: isThere ? "True" : "False",
      reason: isThere ? "Programmed" : "Invalid",
      message: missing.join(", "),
      observedGeneration: generation,
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const conditions = ["Accepted", "Programmed"].map((type) => ({ type, ...condition }));
    await this.#patch("gateways", gateway, "/status", { status: { conditions } });
  }

  /** Deletes the load balancer, and lets the Gateway go. */
  async #release(gateway: Gateway): Promise<void> {
    this.#cloud.remove(loadBalancer(gateway));
    await this.#patch("gateways", gateway, "", { metadata: { finalizers: [] } });
  }

  /** Deletes the backend services of all other Gateways. */
  #collect(gateways: Gateway[]): void {
    const wanted = gateways.map((gateway) => backendService(gateway).id);
    const backends = this.#cloud.list(BACKEND_SERVICE);
    for (const backend of backends.filter(({ id }) => !wanted.includes(id))) this.#cloud.remove(backend);
  }

  async #policies(plural: string, namespace: string): Promise<Policy[]> {
    const path = `/apis/networking.gke.io/v1/namespaces/${namespace}/${plural}`;
    return ((await this.#api.call("GET", path)) as { items: Policy[] }).items;
  }

  async #patch(plural: string, { metadata }: Pick<Listeners, "metadata">, subresource: string, body: object) {
    const { name, namespace = "" } = metadata;
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/${plural}/${name}${subresource}`;
    await this.#api.call("PATCH", path, { body, contentType: "application/merge-patch+json" });
  }
}

function loadBalancer({ metadata: { name, namespace = "" } }: Gateway): CloudObject {
  return { type: "gke/LoadBalancer", id: `gkegw1-${namespace}-${name}`, properties: {} };
}

function backendService({ metadata: { name, namespace = "" } }: Gateway): CloudObject {
  return { type: BACKEND_SERVICE, id: `gkegw1-${namespace}-${name}-backend`, properties: {} };
}
