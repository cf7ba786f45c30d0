import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { rolePassword, type ServiceDatabase, type ServiceDatabases } from "../databases.ts";
import { scramVerifier } from "../scram-verifier.ts";
import { POSTGRES_PORT } from "./network.ts";
import { SOFTWARE } from "./images.ts";
import type { WorkloadPlace } from "./workload-args.ts";
import { Workload } from "./workload.ts";

/** The trial server's release; `--latest` of this major version: https://www.postgresql.org/support/versioning/. */
const VERSION = "16.10";

export interface TrialDatabasesArgs {
  place: WorkloadPlace;
  /** Default: the published image. */
  image?: string | undefined;
  maxConnections: number;
  /** Size of its volume. */
  storage: string;
}

/**
 * A PostgreSQL server to try the gateway out: one pod on one volume, without backups and TLS. Nothing outside the cluster
 * reaches it: it makes its roles and databases itself when the volume is new, so that a password changes only with it.
 */
export class TrialDatabases extends pulumi.ComponentResource implements ServiceDatabases {
  readonly litellm: ServiceDatabase;
  readonly sagewai: ServiceDatabase;

  constructor(name: string, args: TrialDatabasesArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:kubernetes:TrialDatabases", name, {}, opts);
    const child = { parent: this };
    // The volume keeps the first ones.
    const kept = { ...child, protect: args.place.protect };
    const { place, maxConnections, storage, image = SOFTWARE.postgres.image(VERSION) } = args;
    const administrator = new random.RandomPassword("postgres-password", { length: 32, special: false }, kept);
    const passwords = {
      litellm: rolePassword("litellm", kept).result,
      sagewai: rolePassword("sagewai", kept).result,
    };
    const server = new Workload(
      "postgres",
      {
        place,
        role: "postgres",
        kind: "StatefulSet",
        software: SOFTWARE.postgres,
        image,
        version: VERSION,
        command: ["docker-entrypoint.sh", "postgres", ...flags(maxConnections)],
        environment: {},
        secrets: { POSTGRES_PASSWORD: administrator.result },
        files: {},
        secretFiles: { "databases.sql": pulumi.all(passwords).apply(initialization) },
        port: POSTGRES_PORT,
        accepts: ["gateway", "admin", "migration"],
        calls: [],
        startSeconds: 300,
        stopSeconds: 60,
        replicas: 1,
        cpu: "250m",
        memory: "1Gi",
        storage,
      },
      child,
    );
    const database = (role: keyof typeof passwords): ServiceDatabase => ({
      url: pulumi.secret(
        pulumi.interpolate`postgresql://${role}:${passwords[role]}@postgres.${place.namespace}.svc:${POSTGRES_PORT}/${role}`,
      ),
      tls: { mode: "disable" },
      resource: server.resource,
      ready: server.ready,
    });
    this.litellm = database("litellm");
    this.sagewai = database("sagewai");
    this.registerOutputs();
  }
}

/** What is logged holds no statement, in which there may be a password, a key or a prompt. */
function flags(maxConnections: number): string[] {
  const settings = { max_connections: maxConnections, log_statement: "none", log_min_error_statement: "panic" };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The script that runs when the volume is new. PUBLIC may connect to a new database, which here only its owner may. */
export function initialization(passwords: Record<string, string>): string {
  return Object.entries(passwords)
    .map(
      ([role, password]) =>
        `CREATE ROLE ${role} LOGIN PASSWORD '${scramVerifier(role, password)}';\n` +
        `CREATE DATABASE ${role} OWNER ${role};\n` +
        `REVOKE ALL ON DATABASE ${role} FROM PUBLIC;\n`,
    )
    .join("");
}
