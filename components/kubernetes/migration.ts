import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { labels } from "./labels.ts";
import { policySpec } from "./network.ts";
import { podSpec, type PodArgs } from "./pod.ts";
import type { WorkloadArgs } from "./workload.ts";

/** Long enough to build an index over a large spend log. */
const MIGRATION_SECONDS = 1800;

/**
 * Brings a service's database up to date before its pods start: a Job for each release, whose failure stops the rollout
 * while the former pods go on. It knows the database's URL and no other secret.
 */
export class Migration extends pulumi.ComponentResource {
  /** Resolves when the database is up to date. */
  readonly done: pulumi.Resource[];

  constructor(service: string, args: WorkloadArgs & { pod: PodArgs }, opts: pulumi.ComponentResourceOptions) {
    const name = `${service}-migration`;
    super("llm-gateway:kubernetes:Migration", name, {}, opts);
    const { place, software, secrets, pod } = args;
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
    const url = pulumi.secret({ DATABASE_URL: pulumi.output(secrets["DATABASE_URL"]).apply((value) => value ?? "") });
    const secret = new kubernetes.core.v1.Secret(name, { metadata, immutable: true, stringData: url }, child);
    const job = new kubernetes.batch.v1.Job(
      // A new release is a new resource, so that its Job comes before the former one goes.
      `${name}-${args.version.replaceAll(".", "-")}`,
      {
        metadata,
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
                secret: secret.metadata.name,
                secretVariables: ["DATABASE_URL"],
                secretFiles: [],
                configMap: undefined,
                prepare: undefined,
                claim: undefined,
                port: undefined,
                stopSeconds: 30,
                spread: undefined,
              }),
              restartPolicy: "Never",
            },
          },
        },
      },
      { ...child, dependsOn: policy, customTimeouts: { create: `${MIGRATION_SECONDS + 60}s` } },
    );
    this.done = [job];
    this.registerOutputs();
  }
}
