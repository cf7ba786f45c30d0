import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type KubernetesSettings, litellmSize } from "../../config/schema/kubernetes/kubernetes.ts";
import type { Settings } from "../../config/settings.ts";
import { urlHost } from "../../config/url-host.ts";
import { authoritiesFile } from "../authorities-file.ts";
import { DatabaseAdministrator } from "../database-administrator.ts";
import { Databases, type ServiceDatabases } from "../databases.ts";
import type { LastOutputs } from "../last-state.ts";
import type { Platform, Role, RunningService, Service } from "../platform.ts";
import type { Scaling } from "./autoscaler.ts";
import { ClientAccess, type ClientAccessArgs } from "./client-access.ts";
import { closedGateway } from "./closed-gateway.ts";
import { type ClusterSecrets, OwnSecrets } from "./cluster-secrets.ts";
import { gatewayOptions } from "./gateway-options.ts";
import { readKubeconfig } from "./kubeconfig.ts";
import { PART_OF } from "./labels.ts";
import { networkEndpoints } from "./network-endpoints.ts";
import type { NetworkEndpoints } from "./network.ts";
import { podMonitor } from "./pod-monitor.ts";
import { placed, SOFTWARE, type ImageRuntime } from "./images.ts";
import { TrialDatabases } from "./trial-databases.ts";
import type { WorkloadPlace } from "./workload-args.ts";
import { Workload } from "./workload.ts";

export interface KubernetesPlatformArgs {
  settings: KubernetesSettings;
  /** Text of the kubeconfig. Default: that of the machine, as kubectl finds it. */
  kubeconfig?: pulumi.Input<string> | undefined;
  /** The endpoints of connections outside the stack. */
  network: NetworkEndpoints;
  /** Connections that the trial server accepts. */
  maxConnections: number;
  /** Whether Pulumi refuses to delete databases and volumes. */
  protect: boolean;
  /** Processes of each LiteLLM pod, and seconds that they finish requests for when told to stop. */
  litellm: Pick<Settings["litellm"], "workers" | "requestTimeout">;
  /** Where secret values are stored. Default: only in the cluster. */
  secrets?: ClusterSecrets | undefined;
  /** What the stack's state had before this update. Default: nothing. */
  before?: LastOutputs | undefined;
}

interface Size extends Partial<Scaling> {
  cpu: string;
  memory: string;
  storage?: string;
  priorityClass?: string | undefined;
}

/** A Kubernetes cluster: everything in one namespace, in which nobody talks to anybody but as the services say. */
export class KubernetesPlatform implements Platform {
  readonly provider: kubernetes.Provider;
  /** Where workloads run. */
  readonly place: WorkloadPlace;
  readonly #args: KubernetesPlatformArgs;
  /** What everything in it goes with; undefined for one that was there before the stack. */
  readonly #namespace: pulumi.Resource | undefined;

  /** The platform of a stack's settings. */
  static of(settings: Settings, before?: LastOutputs): KubernetesPlatform {
    const { kubernetes: own, litellm, postgres, protect } = settings;
    return new KubernetesPlatform({
      settings: own,
      kubeconfig: own.kubeconfig === undefined ? undefined : pulumi.secret(readKubeconfig(own.kubeconfig)),
      network: networkEndpoints(settings),
      maxConnections: postgres.maxConnections,
      protect,
      litellm,
      before,
    });
  }

  constructor(args: KubernetesPlatformArgs) {
    const { settings, kubeconfig, network, protect, litellm, secrets = new OwnSecrets(), before } = args;
    const { context, namespace: name, createNamespace, pullSecrets, storageClass } = settings;
    this.#args = args;
    this.provider = new kubernetes.Provider("kubernetes", {
      enableServerSideApply: true,
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    });
    const own = createNamespace
      ? new kubernetes.core.v1.Namespace(
          "namespace",
          { metadata: { name, labels: { ...PART_OF, ...RESTRICTED } } },
          {
            provider: this.provider,
            // A namespace that goes takes its volumes along.
            protect,
            // It goes once its pods have, of which LiteLLM's take longest, and then volumes and load balancers.
            customTimeouts: { delete: `${litellm.requestTimeout + DELETION_SECONDS}s` },
          },
        )
      : undefined;
    const namespace = own?.metadata.name ?? name;
    this.#namespace = own;
    // The rest of a namespace that isn't ours is none of our business.
    const podSelector = createNamespace ? {} : { matchLabels: PART_OF };
    new kubernetes.networking.v1.NetworkPolicy(
      "default-deny",
      {
        metadata: { name: "llm-gateway-default-deny", namespace, labels: PART_OF },
        spec: { podSelector, policyTypes: ["Ingress", "Egress"] },
      },
      { provider: this.provider, ...(own && { deletedWith: own }) },
    );
    this.place = { namespace, network, secrets, pullSecrets, storageClass, protect, before };
  }

  databases(name: string, opts: pulumi.ComponentResourceOptions = {}): ServiceDatabases {
    const { settings, maxConnections, protect } = this.#args;
    const {
      trial,
      storage,
      host,
      port,
      adminUser,
      adminPassword,
      tls: mode,
      caCertificate,
      namePrefix,
    } = settings.postgres;
    if (trial || host === undefined || adminPassword === undefined) {
      const image = settings.images.postgres;
      return new TrialDatabases(name, { place: this.place, image, maxConnections, storage }, this.within(opts));
    }
    const administrator = new DatabaseAdministrator(
      "postgres",
      {
        // The plugin makes a URL of it.
        host: urlHost(host),
        port,
        username: adminUser,
        password: adminPassword,
        sslmode: mode,
        ...(mode === "verify-full" && caCertificate !== undefined && { sslrootcert: authoritiesFile(caCertificate) }),
        // An administrator of a cloud's server isn't one; one who is does no harm.
        superuser: false,
      },
      opts,
    );
    const tls = { mode, authorities: caCertificate };
    return new Databases(name, { server: { host, port, tls, administrator }, namePrefix, protect }, opts);
  }

  run(name: string, service: Service, opts: pulumi.ComponentResourceOptions): RunningService {
    const { settings, kubeconfig } = this.#args;
    const { namespace } = this.place;
    const { software, port, role, clientRoutes = [] } = service;
    const { storage, ...size } = this.#sizes()[role];
    const secrets = placedUrl(SOFTWARE[software], service.secrets);
    const options = role === "gateway" ? gatewayOptions(settings, secrets) : undefined;
    const closed = role === "gateway" ? closedGateway(service, this.#args.network) : undefined;
    const { ready, data } = new Workload(
      name,
      {
        ...service,
        // What else the settings of a size hold is said below.
        ...size,
        place: this.place,
        software: SOFTWARE[software],
        image: settings.images[software] ?? SOFTWARE[software].image(service.version),
        environment: { ...service.environment, ...options?.environment, ...closed?.environment },
        secrets: { ...secrets, ...service.privateSecrets, ...options?.secrets },
        files: { ...service.files, ...options?.files, ...closed?.files },
        secretFiles: service.secretFiles ?? {},
        accepts: service.accepts ?? [],
        calls: [...(service.calls ?? []), ...(options?.calls ?? [])],
        metricsPort: options?.metricsPort,
        identity: options?.identity,
        adminPort: closed?.adminPort,
        startSeconds: service.startSeconds ?? 120,
        stopSeconds: service.stopSeconds ?? 10,
        replicas: service.replicas ?? size.replicas ?? 1,
        ...(service.keepsData && { storage }),
      },
      this.within(opts),
    );
    if (role === "gateway" && port !== undefined) this.#open(name, { port, clientRoutes }, opts);
    const context = settings.context;
    return {
      url: port === undefined ? pulumi.output("") : pulumi.interpolate`http://${name}.${namespace}.svc:${port}`,
      access:
        port === undefined
          ? pulumi.output({ url: "" })
          : pulumi.output({
              ...(kubeconfig !== undefined && { kubeconfig }),
              ...(context !== undefined && { context }),
              namespace,
              service: name,
              port,
            }),
      logs: pulumi.interpolate`kubectl logs --namespace ${namespace} --selector app.kubernetes.io/name=${name} --all-containers --tail -1`,
      ready,
      data,
    };
  }

  /** Lets clients outside the stack in. */
  #open(
    service: string,
    listening: Pick<ClientAccessArgs, "port" | "clientRoutes">,
    opts: pulumi.ComponentResourceOptions,
  ): void {
    const { access, metrics } = this.#args.settings;
    if (metrics?.podMonitor) {
      podMonitor(service, this.place.namespace, metrics.podMonitor, { ...opts, provider: this.provider });
    }
    if (!access.route && !access.adminRoute && !access.loadBalancer) return;
    const { namespace } = this.place;
    new ClientAccess(`${service}-clients`, { ...access, ...listening, namespace, service }, this.within(opts));
  }

  /**
   * Options for what is in the cluster: it goes through the stack's own provider, whatever the parent's is, and with the
   * namespace, whose deletion waits until pods have ended and volumes are gone, without a call for each.
   */
  within(opts: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions {
    const namespace = this.#namespace;
    const goesAlong: pulumi.ResourceTransformation = ({ type, props, opts }) =>
      namespace && type.startsWith("kubernetes:")
        ? { props, opts: pulumi.mergeOptions(opts, { deletedWith: namespace }) }
        : undefined;
    return { ...opts, providers: [this.provider], transformations: [goesAlong] };
  }

  #sizes(): Record<Role, Size> {
    const { settings } = this.#args;
    const { litellm, sagewai, priorityClass } = settings;
    return {
      gateway: { ...litellmSize(this.#args.litellm.workers), ...litellm, priorityClass },
      admin: { ...sagewai, priorityClass },
      worker: settings.workers,
    };
  }
}

/** Puts the image's own folders into the database's URL, and into no other secret: they are others' texts. */
function placedUrl(
  software: ImageRuntime,
  secrets: Record<string, pulumi.Input<string>> = {},
): Record<string, pulumi.Input<string>> {
  const { DATABASE_URL: url } = secrets;
  return url === undefined
    ? secrets
    : { ...secrets, DATABASE_URL: pulumi.output(url).apply((text) => placed(software, text)) };
}

/** Seconds that a namespace's deletion may take besides LiteLLM's last requests. */
const DELETION_SECONDS = 900;

/** The Pod Security Standard that every pod here meets, so that the cluster holds others in the namespace to it. */
const RESTRICTED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};
