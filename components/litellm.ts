import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { GuardedRequests } from "../config/guarded-requests.ts";
import { listOfOrigins } from "../config/schema/cors-origins.ts";
import type { Access } from "../providers/access/access.ts";
import { authoritiesPath, databaseFiles, SERVER_VARIABLE, type ServiceDatabase } from "./databases.ts";
import { azureSignIn } from "./litellm/azure-sign-in.ts";
import { mockModels } from "./litellm/mock-models.ts";
import { requestGuard } from "./litellm/request-guard.ts";
import type { ClientEntry, Platform } from "./platform.ts";
import type { Gateway } from "./virtual-keys.ts";

export interface LiteLLMArgs {
  platform: Platform;
  database: ServiceDatabase;
  /** The release that runs. */
  version: string;
  /** Text of litellm-config.yaml. */
  config: string;
  /** Whether models of the configuration give mock answers. */
  hasMocks: boolean;
  /** Whether it calls models of Azure by the token of its pod. */
  hasAzureIdentity: boolean;
  /** What requests may hold; everything else is refused before LiteLLM sees it. */
  guard: GuardedRequests;
  /** What it signs in to the models' providers with, by the environment variable that the configuration names. */
  providerSecrets: Record<string, pulumi.Input<string>>;
  /** What its configuration refers to and its callbacks read, by the variable. Default: none. */
  secrets?: Record<string, pulumi.Input<string>> | undefined;
  /** The same as files, whose paths the variables hold. Default: none. */
  secretFiles?: Record<string, pulumi.Input<string>> | undefined;
  /** Variables that its callbacks read, and that hold no secret. Default: none. */
  environment?: Record<string, string> | undefined;
  /** The port that it listens on. */
  port: number;
  /** Server processes. */
  workers: number;
  /** Origins of the web pages that may call it. */
  corsOrigins: string[];
  /** Seconds that a request to a provider may take, and so a request in hand when a replica is replaced. */
  requestTimeout: number;
  /** Password of the Redis that the configuration names. Default: none. */
  redisPassword?: pulumi.Input<string> | undefined;
  /** Whether Pulumi refuses to delete the salt key and the seed of the virtual keys. */
  protect: boolean;
}

/** A program that fails if LiteLLM could not start. */
const LOAD_CONFIG = readFileSync(new URL("litellm/load_config.py", import.meta.url), "utf8");

/** The LiteLLM proxy: the one door to all models, with its master key, and the place where virtual keys are made. */
export class LiteLLM extends pulumi.ComponentResource implements Gateway {
  /** Where the other services reach it. */
  readonly url: pulumi.Output<string>;
  readonly access: pulumi.Output<Access>;
  /** Opens everything in the proxy; only this program holds it. */
  readonly masterKey: pulumi.Output<string>;
  readonly keySeed: pulumi.Output<string>;
  readonly database: pulumi.Resource;
  readonly server: pulumi.Output<string> | undefined;
  readonly ready: pulumi.Resource[];
  readonly logs: pulumi.Output<string>;
  /** Where clients outside the platform reach it; undefined where they don't. */
  readonly clients: pulumi.Output<ClientEntry> | undefined;
  /** Where a person watches it, in a browser; undefined where nothing is shown. */
  readonly dashboard: pulumi.Output<string> | undefined;

  constructor(name: string, args: LiteLLMArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:LiteLLM", name, {}, opts);
    const { secretFiles = {} } = args;
    const child = { parent: this };
    const kept = { ...child, protect: args.protect };
    const masterSecret = new random.RandomPassword(`${name}-master-key`, { length: 40, special: false }, child);
    // Encrypts what LiteLLM keeps in its database: with another one, none of it can be read again.
    const salt = new random.RandomPassword(`${name}-salt-key`, { length: 40, special: false }, kept);
    // With another one, every virtual key is replaced.
    const seed = new random.RandomPassword(`${name}-key-seed`, { length: 40, special: false }, kept);
    this.keySeed = pulumi.secret(seed.result);
    this.masterKey = pulumi.secret(pulumi.interpolate`sk-${masterSecret.result}`);

    const guard = requestGuard(args.guard);
    const azure = args.hasAzureIdentity ? azureSignIn(guard.environment) : undefined;
    const service = args.platform.run(
      name,
      {
        software: "litellm",
        version: args.version,
        role: "gateway",
        command: [
          ...["litellm", "--config", "{files}/litellm-config.yaml", "--host", "{host}", "--port", String(args.port)],
          ...["--num_workers", String(args.workers)],
        ],
        trial: ["python", "-c", LOAD_CONFIG, "{files}/litellm-config.yaml"],
        environment: {
          ...args.environment,
          ...Object.fromEntries(Object.keys(secretFiles).map((name) => [name, `{files}/${name}`])),
          LITELLM_MODE: "PRODUCTION",
          LITELLM_LOG: "ERROR",
          ...guard.environment,
          ...azure?.environment,
          // Uvicorn ends a process that is silent for 5 seconds: on a busy machine, each one while it still starts.
          ...(args.workers > 1 && { TIMEOUT_WORKER_HEALTHCHECK: "120" }),
          ...corsVariables(args.corsOrigins),
          ...(args.database.server && { [SERVER_VARIABLE]: args.database.server }),
        },
        secrets: {
          ...args.providerSecrets,
          ...args.secrets,
          LITELLM_MASTER_KEY: this.masterKey,
          LITELLM_SALT_KEY: pulumi.interpolate`sk-${salt.result}`,
          DATABASE_URL: databaseUrl(args.database),
          ...(args.redisPassword !== undefined && { REDIS_PASSWORD: args.redisPassword }),
        },
        files: {
          "litellm-config.yaml": args.config,
          ...guard.files,
          ...azure?.files,
          ...(args.hasMocks && mockModels()),
          ...databaseFiles(args.database.tls),
        },
        ...(Object.keys(secretFiles).length > 0 && { secretFiles }),
        databaseFiles: Object.keys(databaseFiles(args.database.tls)),
        port: args.port,
        readiness: "/health/readiness",
        liveness: "/health/liveliness",
        startSeconds: 300,
        stopSeconds: 20,
        drainSeconds: args.requestTimeout,
        accepts: ["admin", "worker", "clients"],
        clientRoutes: args.guard.routes,
        calls: ["postgres", "redis", "providers"],
      },
      { ...child, dependsOn: args.database.ready },
    );
    this.url = service.url;
    this.access = service.access;
    this.logs = service.logs;
    this.clients = service.clients;
    this.dashboard = service.dashboard;
    this.ready = service.ready;
    this.database = args.database.resource;
    this.server = args.database.server;
    this.registerOutputs({ url: this.url, masterKey: this.masterKey, logs: this.logs });
  }
}

/** Pages that may call it do so with a key, never with the cookies of an administrator who has signed in. */
export function corsVariables(origins: string[]): Record<string, string> {
  return { LITELLM_CORS_ORIGINS: listOfOrigins(origins), LITELLM_CORS_ALLOW_CREDENTIALS: "false" };
}

/**
 * LiteLLM's database client is told by parameters of the URL, in words of its own: `sslaccept=strict` checks certificate
 * and name, which it never does otherwise, and a `sslmode` such as verify-full would let it go without TLS. LiteLLM turns
 * `sslrootcert` into the client's word for the one authority of several that the server has; a release that doesn't know
 * of it refuses every server but those of public authorities.
 */
function databaseUrl({ url, tls }: ServiceDatabase): pulumi.Output<string> {
  if (tls === undefined) return url;
  if (tls.mode !== "verify-full") return pulumi.interpolate`${url}?sslmode=${tls.mode}`;
  return pulumi.interpolate`${url}?sslmode=require&sslaccept=strict&sslrootcert=${authoritiesPath(tls) ?? ""}`;
}
