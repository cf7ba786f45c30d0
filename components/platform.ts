import type * as pulumi from "@pulumi/pulumi";

import type { ClientRoute } from "../config/schema/routes.ts";
import type { Access } from "../providers/access/access.ts";
import type { ServiceDatabases } from "./databases.ts";

/** What a service is to the others, which says who may talk to whom. */
export type Role = "gateway" | "admin" | "worker";

/**
 * What a service is, written once for every platform; where it runs is the platform's business.
 *
 * `command`, `prepare`, `trial` and `environment` may name `{data}`, the service's writable folder, `{files}`, the read-only
 * folder of its files, `{authorities}`, a list of the public authorities' certificates, and `{host}`, the address that it
 * listens on: each platform puts its own there. Of the secrets, DATABASE_URL may. Each replica finds its own name, such as
 * `worker-gpu-0`, in the variable REPLICA_NAME.
 */
export interface Service {
  /** The published software whose environment (image, or Python environment) the commands run in. */
  software: "litellm" | "sagewai";
  /** The release of the software: `1.108.6`. */
  version: string;
  role: Role;
  /** The command that serves, as a list of arguments. Never holds a secret: everyone on the machine can read it. */
  command: pulumi.Input<string>[];
  /** A command run to its end before each start of `command`, in the same environment; its failure stops the start. */
  prepare?: string[];
  /**
   * A command that fails if `command` could not start with these files and variables, in the same environment. Where no
   * other replica serves meanwhile, it runs before the one that serves is stopped.
   */
  trial?: string[];
  /** Variables that hold no secret. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Variables that hold secrets. */
  secrets?: Record<string, pulumi.Input<string>>;
  /**
   * Secrets that the service keeps from the programs that it runs, by name. It finds them in variables, or where others of
   * its user can read those, as a JSON object on its standard input; and it hides itself.
   */
  privateSecrets?: Record<string, pulumi.Input<string>>;
  /** Files by name, found under `{files}`. Their contents hold no secret. */
  files?: Record<string, pulumi.Input<string>>;
  /** The names of those `files` without which it can't connect to its database. */
  databaseFiles?: string[];
  /** Files by name, found under `{files}`, readable only by the service. */
  secretFiles?: Record<string, pulumi.Input<string>>;
  /** The TCP port that it listens on; none for a service that only calls others. */
  port?: number;
  /** The path on `port` that answers 200 once it can do its work. Required with `port`. */
  readiness?: string;
  /** The path on `port` that fails when only a restart helps. Default: `readiness`. */
  liveness?: string;
  /** The text that its log shows once it can do its work, for a service without a port. */
  readyWhenLogged?: string;
  /** Seconds it may take to become ready. Default: 120. */
  startSeconds?: number;
  /** Seconds it may take to finish its work when told to stop. Default: 10. */
  stopSeconds?: number;
  /** Seconds that what it has in hand may take before that, where another replica takes what is new. Default: 0. */
  drainSeconds?: number;
  /** How many of it run, numbered from 0. Default: what the platform's settings say, or one, without a number. */
  replicas?: number;
  /** Whether `{data}` must outlive it: then it runs once, and never twice at the same time. Default: no. */
  keepsData?: boolean;
  /** Who calls it; `clients` are those that the settings name. Default: nobody. */
  accepts?: (Role | "clients")[];
  /** The routes that `clients` reach; all others are for those who come through the platform. Required with `clients`. */
  clientRoutes?: readonly ClientRoute[];
  /** Whom it calls; `providers` are the models', `identity` is the server that gives it its identity in a cloud. Default: nobody. */
  calls?: (Role | "postgres" | "redis" | "identity" | "providers")[];
}

/** A service that a platform runs. */
export interface RunningService {
  /** Where other services reach it; empty for a service without a port. */
  url: pulumi.Output<string>;
  /** The way from this machine to it; empty for a service without a port. */
  access: pulumi.Output<Access>;
  /** Where a person finds its logs. */
  logs: pulumi.Output<string>;
  /** Resolves when the service is ready: what needs the service depends on this. */
  ready: pulumi.Resource[];
  /** What holds `{data}` of a service that keeps it. Default: nothing of the stack. */
  data?: ServiceData | undefined;
  /** Where clients outside the platform reach it. Default: they don't. */
  clients?: pulumi.Output<ClientEntry> | undefined;
  /** Where a person watches it, in a browser. */
  dashboard?: pulumi.Output<string>;
}

/** Where a service keeps its data. */
export interface ServiceData {
  /** What lives in it names this as `deletedWith`. */
  resource: pulumi.Resource;
  /** Identity of it: another one is empty. Default: it never changes. */
  identity?: pulumi.Output<string> | undefined;
}

/** A way in for clients, inside the network of those who run the platform. */
export interface ClientEntry {
  /** What clients call: `https://llm.example.internal`. */
  url: string;
  /** What administrators call. Default: they come by a way of the platform's own. */
  adminUrl?: string | undefined;
  /** The address that the names stand for. */
  address: string;
  /** The authority's certificate that clients must trust, in PEM. Default: one that they trust already. */
  caCertificate?: string | undefined;
}

/** Where those who use a virtual key find it. */
export interface KeyVault {
  /** Stores a key; `accessors` are those that may read it. */
  keep(name: string, key: pulumi.Input<string>, accessors: string[]): void;
}

/** Where a stack's services run. */
export interface Platform {
  /** Where people find virtual keys. Default: only in the stack's outputs. */
  vault?: KeyVault;
  /** What those who run the stack want to know of the platform, for the stack's outputs. */
  details?: Record<string, pulumi.Input<unknown>>;
  /** A database for each service that needs one, on a server that the platform provisions or that is there. */
  databases(name: string, opts?: pulumi.ComponentResourceOptions): ServiceDatabases;
  /** Runs a service and waits until it is ready. */
  run(name: string, service: Service, opts: pulumi.ComponentResourceOptions): RunningService;
}
