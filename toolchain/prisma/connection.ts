import { availableParallelism } from "node:os";

import type { PoolConfig } from "pg";
import { z } from "zod";

import { tlsOf } from "./tls.ts";

/** What the Python client sets when its caller names another database than the schema does. */
const overrides = z.tuple([z.object({ url: z.string() })]).rest(z.unknown());

/**
 * The database that the environment of a Prisma process names, in `OVERWRITE_DATASOURCES` or else `DATABASE_URL`. It
 * never comes from a command line, which everyone on the machine can read.
 *
 * @throws {Error} If neither is set, or what is set is not a URL. The message leaves out what was set: it holds a password.
 */
export function databaseUrl(env: NodeJS.ProcessEnv): URL {
  const url = overridden(env["OVERWRITE_DATASOURCES"]) ?? env["DATABASE_URL"] ?? "";
  if (URL.canParse(url)) return new URL(url);
  const problem = url === "" ? "is not set" : "is not a URL";
  throw new Error(`DATABASE_URL ${problem}. Set it to postgresql://user:password@host:port/database.`);
}

function overridden(datasources: string | undefined): string | undefined {
  if (!datasources) return undefined;
  const json = datasources.trimStart().startsWith("[") ? datasources : Buffer.from(datasources, "base64").toString();
  return overrides.parse(JSON.parse(json))[0].url;
}

/** The schema that a Prisma connection URL names. Default: public. */
export function schemaOf(url: URL): string {
  return url.searchParams.get("schema") ?? "public";
}

/** Host and port for messages: what of a connection URL is no secret. */
export function addressOf(url: URL): string {
  return `${url.hostname}:${url.port || "5432"}`;
}

/** An IPv6 address is in brackets in a URL, and nowhere else. */
function hostOf(url: URL): string {
  return decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1");
}

/**
 * What `pg` needs to connect as a Prisma connection URL says, pool sizes and timeouts included.
 *
 * @throws {Error} for parameters of TLS that would protect less than they say.
 */
export function connectionOf(url: URL): PoolConfig {
  const seconds = (name: string, fallback: number) => Number(url.searchParams.get(name) ?? fallback) * 1000;
  const password = decodeURIComponent(url.password);
  const host = url.searchParams.get("host") ?? hostOf(url);
  return {
    host,
    port: Number(url.port || "5432"),
    user: decodeURIComponent(url.username),
    ...(password && { password }),
    database: decodeURIComponent(url.pathname.slice(1)) || "postgres",
    ssl: tlsOf(url, host),
    max: Number(url.searchParams.get("connection_limit") ?? availableParallelism() * 2 + 1),
    connectionTimeoutMillis: seconds("pool_timeout", 10),
    idleTimeoutMillis: seconds("max_idle_connection_lifetime", 300),
    application_name: "prisma",
    // The adapter reads timestamps with a time zone as UTC.
    options: ["-c timezone=UTC", url.searchParams.get("options")].filter(Boolean).join(" "),
  };
}
