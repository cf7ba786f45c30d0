import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpSettings } from "../../config/schema/gcp/gcp.ts";
import { gcpName } from "../../config/schema/gcp/name.ts";
import { ADMIN_PORT } from "../../config/schema/kubernetes/access.ts";
import type { Settings } from "../../config/settings.ts";
import { authoritiesFile } from "../authorities-file.ts";
import { DatabaseAdministrator } from "../database-administrator.ts";
import { Databases, type ServiceDatabases } from "../databases.ts";
import { KubernetesPlatform } from "../kubernetes/platform.ts";
import { PostgresRelay } from "../kubernetes/postgres-relay.ts";
import { localPort, tunnel } from "../kubernetes/tunnel.ts";
import type { LastOutputs } from "../last-state.ts";
import type { Platform, RunningService, Service } from "../platform.ts";
import { apisFor } from "./required-apis.ts";
import { CloudSql } from "./cloud-sql.ts";
import { Cluster } from "./cluster.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { GatewayEntry } from "./gateway-entry.ts";
import { SecretManagerKeyVault } from "./secret-manager-key-vault.ts";
import { gcpNetworkEndpoints } from "./network-endpoints.ts";
import { Network } from "./network.ts";
import type { GcpPlace } from "./place.ts";
import { ProjectServices } from "./project-services.ts";
import { SecretManager } from "./secret-manager.ts";
import { SyncedSecrets } from "./synced-secrets.ts";
import { Valkey } from "./valkey.ts";
import { VertexAccess, vertexProjects } from "./vertex-access.ts";
import { workloadPrincipal } from "./workload-principal.ts";

/**
 * Sets an option of Pulumi's plugin that its SDK doesn't have for a provider. The plugin would list the project's regions at
 * each run, and warn where it can't, as before the first `up` has enabled Compute Engine.
 */
const withoutListOfRegions: pulumi.ResourceTransformation = ({ props, opts }) => ({
  props: { ...(props as Record<string, unknown>), skipRegionValidation: true },
  opts,
});

/** Name of LiteLLM's workload, and of the service account that its pods run as. */
const GATEWAY = "litellm";

/**
 * Google Cloud: a private network with a GKE cluster, Cloud SQL and Valkey, everything secret in Secret Manager, and in
 * the cluster what runs in any other one.
 */
export class GcpPlatform implements Platform {
  readonly vault: SecretManagerKeyVault;
  readonly details: Record<string, pulumi.Input<unknown>>;
  readonly #settings: Settings;
  readonly #gcp: GcpSettings;
  readonly #stack: string;
  readonly #provider: gcp.Provider;
  readonly #place: GcpPlace;
  readonly #network: Network;
  readonly #cluster: Cluster;
  readonly #postgres: CloudSql;
  readonly #valkey: Valkey | undefined;
  readonly #kubernetes: KubernetesPlatform;

  /**
   * @param own Section `gcp` of the settings.
   * @param stack Name of the stack, which names begin with.
   * @param before What the stack's state had before this update.
   */
  constructor(settings: Settings, own: GcpSettings, stack: string, before: LastOutputs) {
    const { project, region, labels, highAvailability, access } = own;
    const { protect, litellm, postgres } = settings;
    this.#settings = settings;
    this.#gcp = own;
    this.#stack = stack;
    this.#provider = new gcp.Provider(
      "gcp",
      {
        project,
        region,
        defaultLabels: labels,
        // A person's credentials belong to a project of gcloud's, which some APIs refuse; the provider doesn't read the quota
        // project that is noted with them.
        userProjectOverride: true,
        billingProject: project,
      },
      { transformations: [withoutListOfRegions] },
    );
    const options = { providers: [this.#provider] };

    const services = new ProjectServices(
      "services",
      { project, apis: apisFor(own, vertexProjects(settings.models)) },
      options,
    );
    const name = gcpName(own, stack);
    const { projectNumber, ready } = services;
    const place = { name, project, projectNumber, region, protect, highAvailability, services: ready };
    this.#place = place;
    const { providerPorts } = gcpNetworkEndpoints(settings);
    const ports = [litellm.port, ...(access?.admin ? [ADMIN_PORT] : [])];
    const clients = access && { proxies: own.network.proxies, ports };
    this.#network = new Network("network", { place, ...own.network, providerPorts, clients }, options);
    const { network, subnetwork } = this.#network;

    const encryptionKey = new EncryptionKey(
      "cluster-key",
      { place, purpose: "cluster", services: ["container.googleapis.com"] },
      options,
    );
    this.#cluster = new Cluster(
      "cluster",
      { place, network: this.#network, encryptionKey: encryptionKey.id, ...own.cluster },
      options,
    );
    this.#postgres = new CloudSql(
      "postgres",
      { place, settings: own.postgres, network: { network, subnetwork }, ...postgres, labels },
      options,
    );
    const { workloadPool, kubeconfig } = this.#cluster;
    this.#valkey =
      own.redis &&
      new Valkey(
        "valkey",
        {
          place,
          ...own.redis,
          maintenance: own.postgres.maintenance,
          network: { network, subnetwork, own: own.network.existing === undefined },
          client: workloadPrincipal(place, workloadPool, settings.kubernetes.namespace, GATEWAY),
        },
        options,
      );

    const callers = vertexProjects(settings.models);
    if (callers.length > 0) {
      const client = workloadPrincipal(place, workloadPool, settings.kubernetes.namespace, GATEWAY);
      new VertexAccess("vertex", { place, projects: callers, client }, options);
    }

    const secretManager = new SecretManager("secrets", { place, settings: own.secrets }, options);
    this.vault = new SecretManagerKeyVault(secretManager);
    this.#kubernetes = new KubernetesPlatform({
      settings: settings.kubernetes,
      kubeconfig,
      network: gcpNetworkEndpoints(settings, {
        postgres: this.#postgres,
        valkey: this.#valkey,
        proxies: access && own.network.proxies,
        administrators: access?.admin !== undefined,
      }),
      maxConnections: postgres.maxConnections,
      protect,
      litellm,
      secrets: new SyncedSecrets({ place, secretManager, workloadPool }),
      before,
    });
    this.details = {
      egressAddresses: this.#network.egressAddresses,
      cluster: this.#cluster.name,
      connect: pulumi.interpolate`gcloud container clusters get-credentials ${this.#cluster.name} --dns-endpoint --location ${region} --project ${project}`,
      postgres: this.#postgres.connectionName,
    };
  }

  databases(name: string, opts: pulumi.ComponentResourceOptions = {}): ServiceDatabases {
    const { host, hostname, port, authorities, ready, administrator, instance } = this.#postgres;
    const { sagewai, kubernetes } = this.#settings;
    const relay = new PostgresRelay(
      "postgres-relay",
      {
        place: this.#kubernetes.place,
        version: sagewai.version,
        image: kubernetes.images.sagewai,
        host,
        kubeconfig: this.#cluster.kubeconfig,
      },
      { ...this.#kubernetes.within(opts), dependsOn: ready },
    );
    const throughCluster = new DatabaseAdministrator(
      "postgres",
      {
        host: "127.0.0.1",
        port: tunnel({
          access: relay.access,
          port: this.#gcp.postgres.localPort ?? localPort(this.#stack),
          setting: "gcp.postgres.localPort",
        }),
        username: administrator.name,
        password: administrator.password,
        // By this machine's port it has another name. Nobody but this very instance has a certificate of its authority.
        sslmode: "verify-ca",
        sslrootcert: authoritiesFile(authorities),
        superuser: false,
      },
      { ...opts, dependsOn: relay.ready },
    );
    const tls = { mode: "verify-full", authorities } as const;
    const server = { host: hostname, port, tls, administrator: throughCluster, resource: instance };
    return new Databases(name, { server }, opts);
  }

  run(name: string, service: Service, opts: pulumi.ComponentResourceOptions): RunningService {
    if (service.role !== "gateway") return this.#kubernetes.run(name, service, opts);
    const running = this.#kubernetes.run(name, this.#withIdentity(this.#withValkey(service)), opts);
    const entry = new GatewayEntry(
      name,
      {
        place: this.#place,
        network: this.#network,
        cluster: this.#cluster,
        postgres: this.#postgres,
        maxConnections: this.#settings.postgres.maxConnections,
        namespace: this.#kubernetes.place.namespace,
        access: this.#gcp.access,
        emails: this.#gcp.alerts.emails,
        service,
        ready: running.ready,
      },
      { parent: opts.parent, providers: [this.#provider, this.#kubernetes.provider] },
    );
    return { ...running, clients: entry.clients, dashboard: entry.dashboard };
  }

  /** Tokens of its account, and its own, come from the metadata server. */
  #withIdentity(service: Service): Service {
    const asks = this.#valkey !== undefined || vertexProjects(this.#settings.models).length > 0;
    return asks ? { ...service, calls: [...(service.calls ?? []), "identity"] } : service;
  }

  /** What LiteLLM needs to share its counts there. */
  #withValkey(service: Service): Service {
    if (!this.#valkey) return service;
    const { host, environment, files } = this.#valkey;
    return {
      ...service,
      environment: { ...service.environment, ...environment, REDIS_HOST: host },
      files: { ...service.files, ...files },
    };
  }
}
