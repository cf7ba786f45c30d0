import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { SERVER_VARIABLE } from "../databases.ts";
import type { WorkloadSecrets } from "./cluster-secrets.ts";
import { labels } from "./labels.ts";
import { policySpec } from "./network.ts";
import { podSpec, type PodArgs } from "./pod.ts";
import type { WorkloadArgs } from "./workload-args.ts";

/** Long enough to build an index over a large spend log. */
const MIGRATION_SECONDS = 1800;

type MigrationArgs = WorkloadArgs & {
  /** The service's own pods. */
  pod: PodArgs;
  /** The service's secret values. */
  kept: WorkloadSecrets;
};

/**
 * Brings a service's database up to date before its pods start: a Job for each release, whose failure stops the rollout
 * while the former pods go on. It knows the database's URL and no other secret.
 */
export class Migration extends pulumi.ComponentResource {
  /** Resolves when the database is up to date. */
  readonly done: pulumi.Resource[];

  constructor(service: string, args: MigrationArgs, opts: pulumi.ComponentResourceOptions) {
    const name = `${service}-migration`;
    super("llm-gateway:kubernetes:Migration", name, {}, opts);
    const { place, software, kept, pod } = args;
    const child = { parent: this };
    const metadata = { namespace: place.namespace, labels: labels(name, "migration") };

    const policy = new kubernetes.networking.v1.NetworkPolicy(
      name,
      {
        metadata: { ...metadata, name },
        spec: policySpec(name, { accepts: [], calls: ["postgres"] }, place.network),
      },
      child,
    );
    const server = args.environment[SERVER_VARIABLE];
    const keys = ["DATABASE_URL"];
    const secret = kept.secret(name, { keys, metadata }, child);
    // A ConfigMap of its own: the service's other files change more often, and none of them is a reason to migrate.
    const { files, databaseFiles = [] } = args;
    const configMap =
      databaseFiles.length === 0
        ? undefined
        : new kubernetes.core.v1.ConfigMap(
            name,
            {
              metadata,
              immutable: true,
              data: Object.fromEntries(databaseFiles.map((file) => [file, files[file] ?? ""])),
            },
            child,
          );
    const job = new kubernetes.batch.v1.Job(
      // A new release is a new resource, so that its Job comes before the former one goes.
      `${name}-${args.version.replaceAll(".", "-")}`,
      {
        // A Job that failed stays as it is. This makes Pulumi's plugin replace it, so that the next run tries again.
        metadata: { ...metadata, annotations: { "pulumi.com/replaceUnready": "true" } },
        spec: {
          backoffLimit: 4,
          activeDeadlineSeconds: MIGRATION_SECONDS,
          template: {
            metadata: { labels: labels(name, "migration") },
            spec: {
              ...podSpec({
                ...pod,
                name: "migration",
                command: software.migration ?? [],
                environment: { ...software.environment(0), DISABLE_SCHEMA_UPDATE: "false" },
                secret,
                secretVariables: keys,
                secretFiles: [],
                configMap: configMap?.metadata.name,
                prepare: undefined,
                claim: undefined,
                port: undefined,
                stopSeconds: 30,
                spread: undefined,
                showsLogEnd: true,
              }),
              restartPolicy: "Never",
            },
          },
        },
      },
      {
        ...child,
        dependsOn: policy,
        customTimeouts: { create: `${MIGRATION_SECONDS + 60}s` },
        // The database of a new server is empty.
        ...(server !== undefined && { replacementTrigger: server }),
      },
    );
    this.done = [job];
    this.registerOutputs();
  }
}
