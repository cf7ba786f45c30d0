import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";

import type { Tls } from "../../components/databases.ts";
import { LiteLLM } from "../../components/litellm.ts";
import { SagewaiAdmin } from "../../components/sagewai-admin.ts";
import { urlHost } from "../../config/url-host.ts";
import { openEngine } from "../../toolchain/prisma/engine.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime, sagewaiRuntime } from "../../toolchain/python/runtime.ts";
import { mocked, RecordingPlatform } from "../components/recording-platform.ts";
import { TestStack } from "../toolchain/plugins/stack.ts";

/** The role of each service, and its password; the administrator is postgres. */
export const PASSWORDS = {
  litellm: "password-of-litellm",
  sagewai: "password-of-sagewai",
  postgres: "password-of-admin",
};

/** A server, as a client is told of it. */
export interface Target {
  host: string;
  port: number;
  tls: Tls;
}

/** Connects as one of our clients does, and says hello. @throws Error if it doesn't come to that. */
export type Client = (target: Target) => Promise<unknown>;

/** Every client of PostgreSQL that this project starts, with the settings that it gives it: those that take seconds. */
export const CLIENTS: Record<string, Client> = {
  "LiteLLM's query engine": withFiles(async (target, folder) => {
    const { DATABASE_URL: url = "" } = (await services(target, folder)).litellm;
    const lost: string[] = [];
    // As LiteLLM tells the engine, once it has started: `sslcert` for the one authority of the server.
    const engine = await openEngine(new URL(url.replace("sslrootcert=", "sslcert=")), SCHEMA, (line) =>
      lost.push(line),
    );
    const body = JSON.stringify({ query: 'mutation { result: queryRaw(query: "SELECT 1 AS one", parameters: "[]") }' });
    const answer = JSON.parse(await engine.query(body)) as { errors?: unknown };
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  }),
  "Sagewai's set-up": withFiles(async (target, folder) => {
    const runtime = sagewaiRuntime(await pythonEnvironment("sagewai"));
    const env = { ...runtime, HOME: folder, ...(await services(target, folder)).sagewai };
    await execa("python", [join(folder, "bootstrap.py")], { cwd: folder, env, extendEnv: false, all: true });
  }),
  "Pulumi's plugin": withFiles(async ({ host, port, tls: { mode, authorities } }, folder) => {
    const stack = await TestStack.create();
    try {
      const root = authorities === undefined ? "" : `sslrootcert: ${JSON.stringify(join(folder, "postgres-ca.pem"))},`;
      await stack.program(`
        const provider = new postgresql.Provider("server", {
          host: "${urlHost(host)}", port: ${port}, username: "postgres", password: "${PASSWORDS.postgres}", sslmode: "${mode}", ${root}
          connectTimeout: 20,
        });
        new postgresql.Role("role", { name: "made-by-pulumi" }, { provider });`);
      await stack.up();
      await stack.succeeds("destroy", "--yes", "--skip-preview");
    } finally {
      await rm(stack.folder, { recursive: true });
    }
  }),
};

/** LiteLLM's migration, which tries for a minute. */
export const migrate: Client = withFiles(async (target, folder) => {
  const runtime = litellmRuntime(await pythonEnvironment("litellm"));
  const env = { ...runtime, ...(await services(target, folder)).litellm, DISABLE_SCHEMA_UPDATE: "false" };
  await execa("litellm", ["--skip_server_startup"], { cwd: folder, env, all: true });
});

/** What LiteLLM would have the PgBouncer of its image check. */
export const pgBouncer = withFiles(async (target, folder) => {
  const { DATABASE_URL: url = "" } = (await services(target, folder)).litellm;
  const python = join(await pythonEnvironment("litellm"), "bin/python");
  const { stdout } = await execa(python, ["-c", PGBOUNCER, url, folder]);
  return stdout;
});

const PGBOUNCER = `
import sys
from pathlib import Path
from litellm.proxy.db.db_url_settings import translate_libpq_ssl_params
from litellm.proxy.db.pgbouncer import PgBouncerSettings, plan_pgbouncer
plan = plan_pgbouncer(translate_libpq_ssl_params(sys.argv[1]), PgBouncerSettings(), Path(sys.argv[2]), None)
print(plan.ini, plan.pooled_url, sep="\\n")
`;

const SCHEMA = `
datasource client {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
model Thing {
  id String @id
}
`;

/** Runs a client in a folder of its own, which is gone when it has ended. */
function withFiles<T>(connect: (target: Target, folder: string) => Promise<T>): (target: Target) => Promise<T> {
  return async (target) => {
    const folder = await mkdtemp(join(tmpdir(), "database-client-"));
    try {
      if (typeof target.tls.authorities === "string") {
        await writeFile(join(folder, "postgres-ca.pem"), target.tls.authorities);
      }
      return await connect(target, folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

/** The variables with which the components start both services, whose files are written to the folder. */
export async function services({ host, port, tls }: Target, folder: string) {
  const platform = new RecordingPlatform();
  const database = (role: "litellm" | "sagewai") => ({
    url: pulumi.secret(`postgresql://${role}:${PASSWORDS[role]}@${urlHost(host)}:${port}/${role}`),
    tls,
    resource: undefined as unknown as pulumi.Resource,
    ready: [],
  });
  await mocked(() => {
    const common = { platform, protect: false, port: 4000 };
    new LiteLLM("litellm", {
      ...common,
      database: database("litellm"),
      version: "1.108.6",
      config: "model_list: []\n",
      hasMocks: false,
      hasAzureIdentity: false,
      guard: { routes: [], projectParameters: [] },
      corsOrigins: [],
      providerSecrets: {},
      workers: 1,
      requestTimeout: 600,
    });
    new SagewaiAdmin("sagewai-admin", {
      ...common,
      database: database("sagewai"),
      version: "1.0.1",
      gatewayUrl: "http://127.0.0.1:4000",
      gatewayKey: "sk-of-the-admin",
      pools: [],
      corsOrigins: [],
      storedKey: {},
      organization: "Acme",
      adminEmail: "admin@acme.test",
    });
  });
  const variables = async (name: string) => {
    const { environment, secrets, files } = (await platform.service(name)) as Known;
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    return placed({ ...environment, ...secrets }, folder);
  };
  return { litellm: await variables("litellm"), sagewai: await variables("sagewai-admin") };
}

/** A service with all its texts known. */
interface Known {
  environment: Record<string, string>;
  secrets: Record<string, string>;
  files: Record<string, string>;
}

function placed(variables: Record<string, string>, folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value.replaceAll(/\{(files|data)\}/g, folder)]),
  );
}
