import { readFileSync } from "node:fs";

import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpSettings } from "../../config/schema/gcp/gcp.ts";
import type { GcpPlace } from "./place.ts";

export interface ValkeyArgs {
  place: GcpPlace;
  nodeType: NonNullable<GcpSettings["redis"]>["nodeType"];
  /** When Google may update it: day of the week, Monday is 1, and hour, UTC. */
  maintenance: { day: number; hour: number };
  /** Where its endpoint is. */
  network: {
    /** `projects/…/global/networks/…` */
    network: pulumi.Input<string>;
    /** `projects/…/regions/…/subnetworks/…` */
    subnetwork: pulumi.Input<string>;
    /** Whether the network is the stack's own. A network has one policy for Memorystore in a region, whoever made it. */
    own: boolean;
  };
  /** The IAM member that LiteLLM's pods are. */
  client: pulumi.Input<string>;
}

const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;

/** Where LiteLLM finds the certificates, among its files. */
const CERTIFICATES = "valkey-ca.pem";

/** What Python runs by itself, before LiteLLM: its name is Python's. */
const NO_OTHERS = "sitecustomize.py";

/**
 * Memorystore for Valkey, in which LiteLLM's pods share rate limits and spend, with TLS and IAM instead of a password:
 * https://cloud.google.com/memorystore/docs/valkey. What is in it is made again by itself, so it is never backed up.
 */
export class Valkey extends pulumi.ComponentResource {
  /** Internal address of its endpoint. */
  readonly host: pulumi.Output<string>;
  readonly port = 6379;
  /** What signs its servers' certificates, in PEM: with a new authority, the former one too until it ends. */
  readonly caCertificate: pulumi.Output<string>;
  /** E-mail address of the service account that LiteLLM signs in as, once it may. */
  readonly serviceAccount: pulumi.Output<string>;
  /** LiteLLM's variables, besides host, port and `ssl` in its configuration. */
  readonly environment: Record<string, pulumi.Input<string>>;
  /** LiteLLM's files that the variables name. */
  readonly files: Record<string, pulumi.Input<string>>;

  constructor(name: string, args: ValkeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Valkey", name, {}, opts);
    const { place } = args;
    const policy = args.network.own ? this.#policy(args) : [];
    const instance = this.#instance(args, [...place.services, ...policy]);
    this.serviceAccount = this.#account(args);
    this.host = instance.endpoints.apply(primaryAddress);
    this.caCertificate = instance.managedServerCas.apply((authorities) =>
      authorities
        .flatMap(({ caCerts }) => caCerts.flatMap(({ certificates }) => certificates))
        .map(withNewline)
        .join(""),
    );
    this.environment = {
      REDIS_GCP_SERVICE_ACCOUNT: pulumi.interpolate`projects/-/serviceAccounts/${this.serviceAccount}`,
      // Without REDIS_SSL, LiteLLM overlooks the certificates.
      REDIS_SSL: "true",
      REDIS_GCP_SSL_CA_CERTS: `{files}/${CERTIFICATES}`,
      // It is called by its address. Nobody but this very instance has a certificate of its authority, so that no other one
      // may count, for which a module of ours is found here.
      REDIS_SSL_CHECK_HOSTNAME: "false",
      PYTHONPATH: "{files}",
    };
    this.files = {
      [CERTIFICATES]: this.caCertificate,
      [NO_OTHERS]: readFileSync(new URL(NO_OTHERS, import.meta.url), "utf8"),
    };
    this.registerOutputs({ host: this.host, caCertificate: this.caCertificate, serviceAccount: this.serviceAccount });
  }

  /** Lets Memorystore make endpoints in the network. */
  #policy({ place, network }: ValkeyArgs): pulumi.Resource[] {
    const policy = new gcp.networkconnectivity.ServiceConnectionPolicy(
      `${place.name}-valkey`,
      {
        location: place.region,
        serviceClass: "gcp-memorystore",
        network: network.network,
        pscConfig: { subnetworks: [network.subnetwork] },
      },
      { parent: this, dependsOn: place.services },
    );
    return [policy];
  }

  #instance({ place, nodeType, maintenance, network }: ValkeyArgs, dependsOn: pulumi.Resource[]) {
    return new gcp.memorystore.Instance(
      `${place.name}-valkey`,
      {
        instanceId: `${place.name}-valkey`,
        location: place.region,
        engineVersion: "VALKEY_8_0",
        mode: "CLUSTER_DISABLED",
        nodeType,
        shardCount: 1,
        replicaCount: place.highAvailability ? 1 : 0,
        // Stays the same without replicas, as it can't be changed.
        zoneDistributionConfig: { mode: "MULTI_ZONE" },
        authorizationMode: "IAM_AUTH",
        transitEncryptionMode: "SERVER_AUTHENTICATION",
        serverCaMode: "GOOGLE_MANAGED_PER_INSTANCE_CA",
        persistenceConfig: { mode: "DISABLED" },
        desiredAutoCreatedEndpoints: [{ network: network.network, projectId: place.project }],
        deletionProtectionEnabled: place.protect,
        maintenancePolicy: {
          weeklyMaintenanceWindows: [
            {
              day: DAYS[maintenance.day - 1] ?? "SUNDAY",
              startTime: { hours: maintenance.hour, minutes: 0, seconds: 0, nanos: 0 },
            },
          ],
        },
      },
      // Two can't have the same name.
      { parent: this, deleteBeforeReplace: true, dependsOn },
    );
  }

  /** E-mail address of a service account that may connect, once LiteLLM's pods may ask for its tokens. */
  #account({ place, client }: ValkeyArgs): pulumi.Output<string> {
    const child = { parent: this };
    const account = new gcp.serviceaccount.Account(
      `${place.name}-valkey`,
      { accountId: `${place.name}-valkey`, displayName: "LiteLLM in Memorystore for Valkey" },
      { ...child, dependsOn: place.services },
    );
    const connect = new gcp.projects.IAMMember(
      `${place.name}-valkey`,
      { project: place.project, role: "roles/memorystore.dbConnectionUser", member: account.member },
      child,
    );
    const tokens = new gcp.serviceaccount.IAMMember(
      `${place.name}-valkey`,
      { serviceAccountId: account.name, role: "roles/iam.workloadIdentityUser", member: client },
      child,
    );
    return pulumi.all([account.email, connect.id, tokens.id]).apply(([email]) => email);
  }
}

/** The address that takes writes; that of the replicas comes with it. */
export function primaryAddress(endpoints: gcp.types.output.memorystore.InstanceEndpoint[]): string {
  const connections = endpoints.flatMap(({ connections = [] }) => connections);
  const primary = connections.find(
    ({ pscAutoConnection }) => pscAutoConnection?.connectionType === "CONNECTION_TYPE_PRIMARY",
  );
  if (primary?.pscAutoConnection) return primary.pscAutoConnection.ipAddress;
  const seen = connections.map(({ pscAutoConnection }) => pscAutoConnection?.connectionType).join(", ") || "none";
  throw new pulumi.RunError(`Memorystore for Valkey has no endpoint for writes; it has these: ${seen}`);
}

function withNewline(certificate: string): string {
  return certificate.endsWith("\n") ? certificate : `${certificate}\n`;
}
