import * as z from "zod";

import { port, positive } from "./fields.ts";
import { bytes, flag, host, peers } from "./kubernetes-fields.ts";
import { secretText } from "./secret-text.ts";

const secret = (name: string) => secretText({ empty: `is empty; set the ${name}` });

const readReplica = z.strictObject({
  host: host().describe("Where it is."),
  port: port().default(5432).describe("Where it listens."),
  addresses: peers()
    .prefault({})
    .describe("Where connections to it may go. Default: `host`, if that is an IP address."),
});

/** The PostgreSQL server. */
export const postgres = z.strictObject({
  trial: flag()
    .default(false)
    .describe(
      "Run a small PostgreSQL in the cluster: one pod on one volume, without backups and TLS. To try the gateway out, and nothing else. Default: no.",
    ),
  storage: bytes().default("8Gi").describe("Size of the trial server's volume."),
  host: host().optional().describe("Where your server is, for the cluster and for this machine alike."),
  port: port().default(5432).describe("Where your server listens."),
  adminUser: z
    .string()
    .min(1, "is empty; write a user's name")
    .default("postgres")
    .describe("A user of your server who may create roles and databases."),
  adminPassword: secret("password of the server's user")
    .optional()
    .describe(
      "The user's password: `pulumi config set --path --secret llm-gateway:kubernetes.postgres.adminPassword`. Required with `host`.",
    ),
  tls: z
    .enum(["require", "disable"])
    .default("require")
    .describe("`require` encrypts all connections to your server; `disable` is for servers that can't."),
  addresses: peers()
    .prefault({})
    .describe("Where connections to your server may go. Default: `host`, if that is an IP address."),
  pooledConnections: positive()
    .optional()
    .describe(
      "Connections to the server that all workers of a LiteLLM pod share by a PgBouncer in the pod, in place of `litellm.databaseConnections` each: for more workers than the server has connections for. Default: each worker has its own.",
    ),
  readReplica: readReplica
    .optional()
    .describe(
      "A streaming replica of your server, which LiteLLM reads from to take load off it. What was written a moment ago may still be missing there. Default: none.",
    ),
});

const sentinel = z.strictObject({
  service: z
    .string()
    .min(1, "is empty; write the name of the servers that they watch")
    .describe('What the Sentinels call the servers that they watch: often "mymaster".'),
  nodes: z
    .array(
      z.strictObject({
        host: host().describe("Where it is."),
        port: port().default(26379).describe("Where it listens."),
      }),
    )
    .min(1, "is empty; write where the Sentinels are")
    .describe("The Sentinels."),
  password: secret("password of the Sentinels")
    .optional()
    .describe(
      "Their own password: `pulumi config set --path --secret llm-gateway:kubernetes.redis.sentinel.password`. Default: none.",
    ),
});

/** The Redis in which LiteLLM's pods share what they count. */
export const redis = z.strictObject({
  host: host().optional().describe("Where it is. Either this or `sentinel`."),
  port: port().default(6379).describe("Where it listens; with `sentinel`, where the servers do that they watch."),
  sentinel: sentinel.optional().describe("Sentinels, which say which server of several takes writes."),
  password: secret("password of Redis")
    .optional()
    .describe(
      "Its password: `pulumi config set --path --secret llm-gateway:kubernetes.redis.password`. Default: none.",
    ),
  tls: flag().default(true).describe("Whether it, and each Sentinel, is called with TLS. Default: yes."),
  addresses: peers()
    .prefault({})
    .describe(
      "Where connections to it may go. Default: `host`, if that is an IP address; with `sentinel`, write where all servers and Sentinels are.",
    ),
});
