import type * as pulumi from "@pulumi/pulumi";
import type * as postgresql from "@pulumi/postgresql";

import type { Access } from "../providers/access.ts";

/**
 * What a service is, written once for every platform; where it runs is the platform's business.
 *
 * `command`, `prepare` and `environment` may name `{data}`, the service's writable folder that
 * outlives a restart, `{files}`, the read-only folder of its files, and `{host}`, the address that it listens on: each
 * platform puts its own there. Each replica finds its own name, such as `worker-gpu-0`, in the variable REPLICA_NAME.
 */
export interface Service {
  /** The published software whose environment (image, or Python environment) the commands run in. */
  software: "litellm" | "sagewai";
  /** The command that serves, as a list of arguments. Never holds a secret: everyone on the machine can read it. */
  command: pulumi.Input<string>[];
  /** A command run to its end before each start of `command`, in the same environment; its failure stops the start. */
  prepare?: string[];
  /** Variables that hold no secret. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Variables that hold secrets. */
  secrets?: Record<string, pulumi.Input<string>>;
  /** Files by name, found under `{files}`. Their contents hold no secret. */
  files?: Record<string, pulumi.Input<string>>;
  /** Files by name, found under `{files}`, readable by the service alone. */
  secretFiles?: Record<string, pulumi.Input<string>>;
  /** The TCP port that it listens on; none for a service that only calls others. */
  port?: number;
  /** The path on `port` that answers 200 once it can do its work. Required with `port`. */
  readiness?: string;
  /** The text that its log shows once it can do its work, for a service without a port. */
  readyWhenLogged?: string;
  /** Seconds it may take to become ready. Default: 120. */
  startSeconds?: number;
  /** Seconds it may take to finish its work when told to stop. Default: 10. */
  stopSeconds?: number;
  /** How many of it run, numbered from 0. Default: one, without a number. */
  replicas?: number;
}

/** A service that a platform runs. */
export interface RunningService {
  /** Where other services reach it; empty for a service without a port. */
  url: pulumi.Output<string>;
  /** The way from this machine to it; empty for a service without a port. */
  access: pulumi.Output<Access>;
  /** Where a person finds its logs. */
  logs: pulumi.Output<string>;
  /** Resolves when it is ready: what needs the service depends on this. */
  ready: pulumi.Resource[];
}

/** The PostgreSQL server of a stack. */
export interface PostgresServer {
  host: pulumi.Output<string>;
  port: pulumi.Output<number>;
  /** A provider that may create roles and databases on the server. */
  administrator: postgresql.Provider;
  /** The server itself: what lives in it names this as `deletedWith`. */
  resource: pulumi.Resource;
}

/** Where a stack's services run. */
export interface Platform {
  /** Provisions the PostgreSQL server, or connects to one that is there. */
  postgres(name: string, opts: pulumi.ComponentResourceOptions): PostgresServer;
  /** Runs a service and waits until it is ready. */
  run(name: string, service: Service, opts: pulumi.ComponentResourceOptions): RunningService;
}
