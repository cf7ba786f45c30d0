import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { listOfOrigins } from "../config/schema/cors-origins.ts";
import type { Pool } from "../config/schema/pools.ts";
import type { Access } from "../providers/access/access.ts";
import { authoritiesPath, databaseFiles, SERVER_VARIABLE, type ServiceDatabase } from "./databases.ts";
import type { Platform, ServiceData } from "./platform.ts";
import { SagewaiEnrollmentKey } from "./sagewai-enrollment-key.ts";
import { SagewaiMasterKey, type StoredMasterKey } from "./sagewai-master-key.ts";
import { programs } from "./sagewai/programs.ts";

export interface SagewaiAdminArgs {
  platform: Platform;
  database: ServiceDatabase;
  /** The release that runs. */
  version: string;
  /** Base URL of the LiteLLM proxy, as the admin reaches it. */
  gatewayUrl: pulumi.Input<string>;
  /** The admin's own key to the proxy, and never the master key. Secret. */
  gatewayKey: pulumi.Input<string>;
  /** The worker pools: each gets an enrollment key, which holds for its project. The admin starts without knowing of them. */
  pools: Pick<Pool, "name" | "project">[];
  /** The port that it listens on. */
  port: number;
  /** Origins of the web pages that may call it as the person who has signed in. */
  corsOrigins: string[];
  organization: string;
  /** What the administrator signs in with. */
  adminEmail: string;
  /** The key that encrypts what the admin stores, as far as the state has one. */
  storedKey: StoredMasterKey;
  /** Whether Pulumi refuses to delete that key. */
  protect: boolean;
}

/**
 * The Sagewai admin, set up before it first serves: with its administrator, and an API token for this program, by which it
 * then gets an enrollment key for each worker pool.
 */
export class SagewaiAdmin extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  /** The way from this machine to the admin. */
  readonly access: pulumi.Output<Access>;
  /** Opens the admin's whole API: secret. */
  readonly apiToken: pulumi.Output<string>;
  readonly adminEmail: pulumi.Output<string>;
  /** The administrator's password: secret. */
  readonly adminPassword: pulumi.Output<string>;
  /** The enrollment keys of workers, by pool: secrets. */
  readonly enrollmentKeys: Record<string, pulumi.Output<string>>;
  readonly logs: pulumi.Output<string>;
  readonly ready: pulumi.Resource[];
  /** SHA-256 of the key that encrypts what the admin stores. */
  readonly encryptionKeyHash: pulumi.Output<string>;
  /** Where it stores that. */
  readonly data: ServiceData | undefined;

  constructor(name: string, args: SagewaiAdminArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:SagewaiAdmin", name, {}, opts);
    const child = { parent: this };
    const secret = (suffix: string) =>
      new random.RandomPassword(`${name}-${suffix}`, { length: 40, special: false }, child).result;
    this.adminEmail = pulumi.output(args.adminEmail);
    this.adminPassword = secret("password");
    this.apiToken = pulumi.secret(pulumi.interpolate`sw_${secret("api-token")}`);
    const { storedKey, protect } = args;
    const masterKey = new SagewaiMasterKey(`${name}-master-key`, storedKey, { ...child, protect });
    // The former key behind it says nothing of what is encrypted now.
    this.encryptionKeyHash = pulumi.unsecret(masterKey.value.apply((keys) => sha256(keys.split(" ")[0] ?? "")));

    const service = args.platform.run(
      name,
      {
        software: "sagewai",
        version: args.version,
        role: "admin",
        prepare: ["python", "-I", "{files}/bootstrap.py"],
        command: ["python", "-I", "{files}/serve.py", "--host", "{host}", "--port", String(args.port)],
        environment: {
          SAGEWAI_HOME: "{data}",
          // Never to make up a master key of its own.
          SAGEWAI_RUNTIME: "container",
          SAGEWAI_TENANCY_MODE: "single",
          // Its default is any program that serves pages on port 3008 of the machine whose browser shows them.
          SAGEWAI_ADMIN_ALLOWED_ORIGINS: listOfOrigins(args.corsOrigins),
          LITELLM_LOCAL_MODEL_COST_MAP: "True",
          LITELLM_PROXY_URL: args.gatewayUrl,
          ORGANIZATION: args.organization,
          ADMIN_EMAIL: args.adminEmail,
          ...tlsVariables(args.database),
          ...(args.database.server && { [SERVER_VARIABLE]: args.database.server }),
        },
        secrets: {
          // Sagewai's commands read the one or the other.
          DATABASE_URL: args.database.url,
          SAGEWAI_DATABASE_URL: args.database.url,
          SAGEWAI_MASTER_KEY: masterKey.value,
          LITELLM_API_KEY: args.gatewayKey,
          ADMIN_PASSWORD: this.adminPassword,
          API_TOKEN_HASH: this.apiToken.apply(sha256),
        },
        files: {
          ...programs("bootstrap.py", "master_key.py", "pool_keys.py", "provider_keys.py", "serve.py", "lean.py"),
          ...databaseFiles(args.database.tls),
        },
        databaseFiles: Object.keys(databaseFiles(args.database.tls)),
        port: args.port,
        // Its `readyz` says ready even without a database.
        readiness: "/api/v1/health/summary",
        stopSeconds: 15,
        keepsData: true,
        accepts: ["worker"],
        calls: ["gateway", "postgres"],
      },
      { ...child, dependsOn: args.database.ready },
    );
    this.url = service.url;
    this.access = service.access;
    this.logs = service.logs;
    this.ready = service.ready;
    this.data = service.data;
    this.enrollmentKeys = Object.fromEntries(
      args.pools.map((pool) => [
        pool.name,
        this.#enrollmentKey(pool, secret(`enrollment-key-${pool.name}`), args.database),
      ]),
    );
    this.registerOutputs({
      url: this.url,
      apiToken: this.apiToken,
      adminEmail: this.adminEmail,
      adminPassword: this.adminPassword,
      enrollmentKeys: this.enrollmentKeys,
      logs: this.logs,
    });
  }

  /** A pool's key, which the admin is told of once it serves. */
  #enrollmentKey(
    { name: pool, project }: SagewaiAdminArgs["pools"][number],
    seed: pulumi.Output<string>,
    { resource: deletedWith, server }: ServiceDatabase,
  ): pulumi.Output<string> {
    const admin = { adminAccess: this.access, apiToken: this.apiToken, ...(server && { databaseServer: server }) };
    const options = { parent: this, dependsOn: this.ready, deletedWith };
    return new SagewaiEnrollmentKey(`enrollment-key-${pool}`, { ...admin, pool, project, seed }, options).value;
  }
}

/** How its database is connected to: not all of its tools take that as parameters of the URL. */
function tlsVariables({ tls }: ServiceDatabase): Record<string, string> {
  if (tls === undefined) return {};
  const authorities = authoritiesPath(tls);
  return { PGSSLMODE: tls.mode, ...(authorities !== undefined && { PGSSLROOTCERT: authorities }) };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
