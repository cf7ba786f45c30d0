import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { gatewayHome } from "../../toolchain/gateway-home.ts";
import { DatabaseAdministrator } from "../database-administrator.ts";
import { Databases, type DatabaseServer, type ServiceDatabases } from "../databases.ts";
import type { Platform, RunningService, Service } from "../platform.ts";
import { LocalPostgres } from "./local-postgres.ts";
import { LocalService } from "./local-service.ts";

export interface LocalPlatformArgs {
  /** Folder of this stack's data and logs, relative to the gateway's home. */
  folder: string;
  /** Connections that PostgreSQL accepts at the same time. */
  maxConnections: number;
  /** Whether Pulumi refuses to delete the PostgreSQL server with its databases. */
  protect: boolean;
}

/** Keeps LiteLLM from credentials of this machine and of who runs it, which no setting names: `~/.aws`, a cloud's metadata. */
const NO_CREDENTIALS = { HOME: "{data}", AWS_EC2_METADATA_DISABLED: "true" };

/** This machine: a PostgreSQL server and the services as processes of their own, reachable on 127.0.0.1 only. */
export class LocalPlatform implements Platform {
  readonly #args: LocalPlatformArgs;

  constructor(args: LocalPlatformArgs) {
    this.#args = args;
  }

  databases(name: string, opts: pulumi.ComponentResourceOptions = {}): ServiceDatabases {
    return new Databases(name, { server: this.#postgres("postgres", opts) }, opts);
  }

  #postgres(name: string, opts: pulumi.ComponentResourceOptions): DatabaseServer {
    const { folder, maxConnections, protect } = this.#args;
    const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, opts);
    const server = new LocalPostgres(
      name,
      { folder: `${folder}/${name}`, password: pulumi.secret(password.result), maxConnections },
      { ...opts, protect },
    );
    const host = pulumi.output("127.0.0.1");
    const { port } = server;
    const administrator = new DatabaseAdministrator(
      name,
      { host, port, username: "postgres", password: password.result, sslmode: "disable", superuser: true },
      opts,
    );
    return { host, port, administrator, resource: server };
  }

  run(name: string, service: Service, opts: pulumi.ComponentResourceOptions): RunningService {
    const { software, command, prepare, trial, port, readiness, readyWhenLogged, replicas } = service;
    const names = replicas === undefined ? [name] : Array.from({ length: replicas }, (_, index) => `${name}-${index}`);
    const ready = names.map(
      (replica) =>
        new LocalService(
          replica,
          {
            software,
            command,
            ...(prepare && { prepare }),
            ...(trial && { trial }),
            ...(port !== undefined && { port }),
            ...(readiness !== undefined && { readiness }),
            ...(readyWhenLogged !== undefined && { readyWhenLogged }),
            folder: `${this.#args.folder}/${replica}`,
            environment: {
              ...service.environment,
              ...(software === "litellm" && NO_CREDENTIALS),
              REPLICA_NAME: replica,
            },
            files: service.files ?? {},
            secrets: pulumi.secret(service.secrets ?? {}),
            ...(service.privateSecrets && { privateSecrets: pulumi.secret(service.privateSecrets) }),
            secretFiles: pulumi.secret(service.secretFiles ?? {}),
            startSeconds: service.startSeconds ?? 120,
            stopSeconds: service.stopSeconds ?? 10,
          },
          opts,
        ),
    );
    const url = port === undefined ? "" : `http://127.0.0.1:${port}`;
    const logs = names.map((replica) => join(gatewayHome(), this.#args.folder, replica, "log")).join(", ");
    const [resource] = ready;
    return {
      ...{ url: pulumi.output(url), access: pulumi.output({ url }), logs: pulumi.output(logs), ready },
      ...(service.keepsData && resource && { data: { resource } }),
    };
  }
}
