import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { GcpSettings } from "../../config/schema/gcp/gcp.ts";
import { tierOf } from "../../config/schema/gcp/tiers.ts";
import { backupLocation } from "./backup-location.ts";
import type { GcpPlace } from "./place.ts";
import { PrivateEndpoint } from "./private-endpoint.ts";

export interface CloudSqlArgs {
  place: GcpPlace;
  settings: Omit<GcpSettings["postgres"], "localPort">;
  /** Where its endpoint is. */
  network: {
    /** `projects/…/global/networks/…` */
    network: pulumi.Input<string>;
    /** `projects/…/regions/…/subnetworks/…` */
    subnetwork: pulumi.Input<string>;
  };
  /** Connections that it accepts. */
  maxConnections: number;
  /** Labels of everything, which the provider's defaults don't bring to Cloud SQL. */
  labels: Record<string, string>;
}

/** How much of its first size the disk may become by itself, so that a runaway can't cost without end. */
const GROWTH = 10;

/** Days that the last backup is kept after the server has gone. */
const FINAL_BACKUP_DAYS = 30;

/**
 * PostgreSQL 16 of Cloud SQL, with TLS for every connection and without any address but its endpoint in our network:
 * https://cloud.google.com/sql/docs/postgres.
 */
export class CloudSql extends pulumi.ComponentResource {
  /** The server: what lives in it names this as `deletedWith`. */
  readonly instance: gcp.sql.DatabaseInstance;
  /** Internal address of its endpoint. */
  readonly host: pulumi.Output<string>;
  /** The name that its certificate is for. It is Google's, and resolves to nothing unless the stack makes it known. */
  readonly hostname: pulumi.Output<string>;
  /** Certificates of the authorities that sign its certificate, and no other server's, as PEM. */
  readonly authorities: pulumi.Output<string>;
  /** Resolves when the endpoint leads to the server: what connects to it depends on this. */
  readonly ready: pulumi.Resource;
  readonly port = 5432;
  /** Who may create roles and databases, without being a superuser. Usable once the server is. */
  readonly administrator: { name: pulumi.Output<string>; password: pulumi.Output<string> };
  /** GB that its disk may grow to by itself. */
  readonly diskLimit: number;
  /** `project:region:name`, as Google's tools and metrics name it. */
  readonly connectionName: pulumi.Output<string>;

  constructor(name: string, args: CloudSqlArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:CloudSql", name, {}, opts);
    const { place, network } = args;
    const child = { parent: this };
    const logicalName = `${place.name}-postgres`;
    this.instance = new gcp.sql.DatabaseInstance(
      logicalName,
      {
        databaseVersion: "POSTGRES_16",
        region: place.region,
        deletionProtection: place.protect,
        settings: settingsOf(args),
      },
      { ...child, protect: place.protect, dependsOn: place.services },
    );
    const endpoint = new PrivateEndpoint(
      `${name}-endpoint`,
      { place, purpose: "postgres", ...network, serviceAttachment: this.instance.pscServiceAttachmentLink },
      child,
    );
    // Only letters and digits: the password goes through URLs.
    const password = new random.RandomPassword("postgres-administrator", { length: 32, special: false }, child);
    const user = new gcp.sql.User(
      logicalName,
      {
        name: "administrator",
        instance: this.instance.name,
        password: password.result,
        // Cloud SQL refuses to delete a user that owns something.
        deletionPolicy: "ABANDON",
      },
      { ...child, deletedWith: this.instance },
    );
    this.host = endpoint.address;
    this.hostname = this.instance.dnsName.apply(hostnameOf);
    // Secrets to the plugin, although the server shows them to everyone who connects.
    this.authorities = pulumi.unsecret(
      pulumi
        .all([this.instance.name, this.instance.serverCaCerts])
        .apply(async ([instance, active]) => authoritiesOf(active, await this.#allAuthorities(instance))),
    );
    this.ready = endpoint.ready;
    this.administrator = { name: user.name, password: password.result };
    this.diskLimit = diskLimit(args.settings);
    this.connectionName = this.instance.connectionName;
    this.registerOutputs({ host: this.host, connectionName: this.connectionName });
  }

  /** With those that are to follow the present one, and that went before it: the state knows only that one. */
  async #allAuthorities(instance: string): Promise<Authority[]> {
    try {
      return (await gcp.sql.getCaCerts({ instance }, { parent: this, async: true })).certs;
    } catch (error) {
      // An instance that is gone, say: what is to be done about it is said by others.
      void pulumi.log.warn(
        `The certificates of Cloud SQL's authorities can't be listed, so only the present one counts: ${String(error)}`,
        this,
      );
      return [];
    }
  }
}

/**
 * The name in the certificate of an instance with Private Service Connect
 * (https://cloud.google.com/sql/docs/postgres/authorize-ssl#server-identity-verification).
 */
export function hostnameOf(dnsName: string | undefined): string {
  // A state of an older release of Pulumi's plugin lacks it.
  if (dnsName) return dnsName.replace(/\.$/, "");
  throw new pulumi.RunError(
    "The state lacks the DNS name of the Cloud SQL instance, which its certificate is checked for. Read it with " +
      "`npm run pulumi -- refresh --run-program=false --target` and the urn of the DatabaseInstance.",
  );
}

/** A certificate of an authority, as Cloud SQL lists it. */
interface Authority {
  cert: string;
  /** RFC 3339. */
  createTime: string;
}

/** All authorities as PEM: the present ones first, and the others by their age. */
export function authoritiesOf(active: Authority[], all: Authority[]): string {
  const others = [...all].sort((a, b) => (a.createTime < b.createTime ? -1 : 1));
  return [...new Set([...active, ...others].map(({ cert }) => `${cert.trim()}\n`))].join("");
}

function diskLimit({ diskSize }: CloudSqlArgs["settings"]): number {
  return GROWTH * diskSize;
}

function settingsOf(args: CloudSqlArgs): gcp.types.input.sql.DatabaseInstanceSettings {
  const { place, settings, maxConnections, labels } = args;
  const { tier, diskSize, retainedBackups, logDays, maintenance } = settings;
  // To delete a protected server, its protection is lifted first: if the last backup went with that, there would be none.
  const leavesBackups = place.protect || place.highAvailability;
  const location = backupLocation(place.region);
  return {
    tier,
    edition: tierOf(tier)?.edition ?? "ENTERPRISE",
    availabilityType: place.highAvailability ? "REGIONAL" : "ZONAL",
    activationPolicy: "ALWAYS",
    deletionProtectionEnabled: place.protect,
    userLabels: labels,
    diskType: "PD_SSD",
    // It grows by itself and can't shrink: a size below the present one in the settings lowers only the limit.
    diskSize,
    diskAutoresize: true,
    diskAutoresizeLimit: diskLimit(settings),
    databaseFlags: flags(maxConnections),
    ipConfiguration: {
      ipv4Enabled: false,
      sslMode: "ENCRYPTED_ONLY",
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: [place.project] }],
    },
    backupConfiguration: {
      enabled: true,
      // It begins within four hours: before what the maintenance may change.
      startTime: `${String((maintenance.hour + 20) % 24).padStart(2, "0")}:00`,
      ...(location !== undefined && { location }),
      backupRetentionSettings: { retainedBackups, retentionUnit: "COUNT" },
      pointInTimeRecoveryEnabled: true,
      transactionLogRetentionDays: logDays,
    },
    ...(leavesBackups && { finalBackupConfig: { enabled: true, retentionDays: FINAL_BACKUP_DAYS } }),
    retainBackupsOnDelete: leavesBackups,
    maintenanceWindow: { ...maintenance, updateTrack: "stable" },
    insightsConfig: {
      queryInsightsEnabled: true,
      queryStringLength: 1024,
      queryPlansPerMinute: 5,
      recordApplicationTags: true,
      recordClientAddress: false,
    },
  };
}

/**
 * https://cloud.google.com/sql/docs/postgres/flags. What is logged tells who connects and what waits, and never holds a
 * statement or a value: they may be prompts and keys.
 */
function flags(maxConnections: number): gcp.types.input.sql.DatabaseInstanceSettingsDatabaseFlag[] {
  return Object.entries({
    max_connections: String(maxConnections),
    log_connections: "on",
    log_disconnections: "on",
    log_lock_waits: "on",
    // PostgreSQL adds the statement to errors and to lock waits, which rank above them.
    log_min_error_statement: "panic",
    // Without the detail of an error, where values of rows and statements are.
    log_error_verbosity: "terse",
  }).map(([name, value]) => ({ name, value }));
}
