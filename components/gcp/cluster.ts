import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { kubeconfig } from "./kubeconfig.ts";
import { type Maintenance, maintenanceWindow } from "./gke-maintenance.ts";
import type { Network } from "./network.ts";
import type { GcpPlace } from "./place.ts";

export interface ClusterArgs {
  place: GcpPlace;
  network: Pick<Network, "network" | "subnetwork" | "podRange" | "serviceRange" | "ready">;
  /** The key of Cloud KMS that encrypts the cluster's Secrets, in the place's region; GKE may use it already. */
  encryptionKey: pulumi.Input<string>;
  /** How soon it gets new versions of Kubernetes. */
  releaseChannel: "RAPID" | "REGULAR" | "STABLE";
  maintenance: Maintenance;
  /** Whether it runs only images that the project's policy of Binary Authorization allows. */
  binaryAuthorization: boolean;
}

/**
 * A GKE Autopilot cluster whose nodes have private addresses, and whose control plane answers only at a DNS name, and
 * only to those whom IAM lets in.
 *
 * Autopilot itself brings, and lets nobody turn off: Dataplane V2 with network policies, Workload Identity, vertical Pod
 * autoscaling, Shielded Nodes, Cloud DNS, managed Prometheus, surge upgrades and repair of nodes.
 */
export class Cluster extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  /** For Pulumi and kubectl; it holds no secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** `<project>.svc.id.goog`, which the identities of its workloads are in, once it is there. */
  readonly workloadPool: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Cluster", name, {}, opts);
    const { place, network } = args;
    const { account, grant } = this.#nodeAccount(place);
    const cluster = new gcp.container.Cluster(
      `${place.name}-cluster`,
      {
        location: place.region,
        enableAutopilot: true,
        deletionProtection: place.protect,
        releaseChannel: { channel: args.releaseChannel },
        maintenancePolicy: { recurringWindow: maintenanceWindow(args.maintenance) },
        network: network.network,
        subnetwork: network.subnetwork,
        ipAllocationPolicy: {
          clusterSecondaryRangeName: network.podRange,
          servicesSecondaryRangeName: network.serviceRange,
        },
        privateClusterConfig: {
          enablePrivateNodes: true,
          // What GKE says of a cluster without IP endpoints: anything else would be a change at each update.
          enablePrivateEndpoint: true,
        },
        controlPlaneEndpointsConfig: {
          // The name leads to a front end of Google's, which asks IAM. Tokens and certificates of Kubernetes' own
          // would get past it.
          dnsEndpointConfig: { allowExternalTraffic: true, enableK8sTokensViaDns: false, enableK8sCertsViaDns: false },
          ipEndpointsConfig: { enabled: false },
        },
        databaseEncryption: { state: "ENCRYPTED", keyName: args.encryptionKey },
        clusterAutoscaling: {
          autoProvisioningDefaults: {
            serviceAccount: account.email,
            // What the nodes may do is up to the account's roles.
            oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
          },
        },
        secretManagerConfig: { enabled: true },
        // Without rotation, which would read every secret every two minutes: versions are pinned.
        secretSyncConfig: { enabled: true },
        gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
        binaryAuthorization: {
          evaluationMode: args.binaryAuthorization ? "PROJECT_SINGLETON_POLICY_ENFORCE" : "DISABLED",
        },
      },
      {
        parent: this,
        protect: place.protect,
        dependsOn: [...place.services, ...network.ready, grant],
        customTimeouts: { create: "45m", update: "90m", delete: "45m" },
      },
    );
    this.name = cluster.name;
    this.kubeconfig = pulumi
      .all([cluster.controlPlaneEndpointsConfig, this.name])
      .apply(([{ dnsEndpointConfig }, name]) => kubeconfig({ endpoint: dnsEndpointConfig.endpoint, name }));
    // Grants to its members are refused before the first cluster of a project has made it.
    this.workloadPool = cluster.id.apply(() => `${place.project}.svc.id.goog`);
    this.registerOutputs({ name: this.name, workloadPool: this.workloadPool });
  }

  /** Without one of its own, nodes would get Compute Engine's default account, which may be an editor of the project. */
  #nodeAccount(place: GcpPlace): { account: gcp.serviceaccount.Account; grant: pulumi.Resource } {
    const accountId = `${place.name}-nodes`;
    const account = new gcp.serviceaccount.Account(
      accountId,
      { accountId, displayName: `Nodes of ${place.name}` },
      { parent: this, dependsOn: place.services },
    );
    const grant = new gcp.projects.IAMMember(
      accountId,
      { project: place.project, role: "roles/container.defaultNodeServiceAccount", member: account.member },
      { parent: this },
    );
    return { account, grant };
  }
}
