import * as z from "zod";

import { authorities } from "../certificates.ts";
import { port, positive } from "../fields.ts";
import { bytes, flag, host, peers } from "./fields.ts";
import { secretText } from "../secret-text.ts";

const secret = (name: string) => secretText({ empty: `is empty; set the ${name}` });

/** How connections to a server are protected, in PostgreSQL's words. */
const tls = () => z.enum(["verify-full", "require", "disable"]).default("verify-full");

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
  tls: tls().describe(
    "`verify-full` encrypts all connections to your server and its replica, and checks that it has a certificate of an authority for its `host`. `require` encrypts without a check, so that whoever is on the way can pass for the server; `disable` doesn't encrypt.",
  ),
  caCertificate: authorities()
    .optional()
    .describe(
      "The certificates of the authorities that may have signed your server's, in PEM: with a new authority, both. `npm run pulumi -- config set --path llm-gateway:kubernetes.postgres.caCertificate < ca.pem` sets them. Default: the public authorities that each image trusts.",
    ),
  addresses: peers()
    .prefault({})
    .describe("Where connections to your server may go. Default: `host`, if that is an IP address."),
  namePrefix: z
    .stringFormat("prefix", /^([a-z][a-z0-9_]{0,39})?$/, {
      error: "is not the beginning of a name; write up to 40 lower-case letters, digits and _, a letter first",
    })
    .default("")
    .describe(
      "What the names of the roles and databases on your server begin with: `dev_` for `dev_litellm` and `dev_sagewai`, so that several stacks can share a server. It stays as long as they live.",
    ),
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

/** What this setting was, before it said more than whether there is TLS. */
function tlsOfSwitch(value: unknown): unknown {
  if (value === true || value === "true") return "verify-full";
  return value === false || value === "false" ? "disable" : value;
}

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
  tls: z
    .preprocess(tlsOfSwitch, tls())
    .describe(
      "`verify-full` encrypts all connections to it and to each Sentinel, and checks that it has a certificate of an authority for the host that it is called by; with `sentinel`, that is what the Sentinels say, often an IP address. `require` encrypts without a check, so that whoever is on the way can pass for it; `disable` doesn't encrypt. `true` and `false` stand for the first and the last.",
    ),
  caCertificate: authorities()
    .optional()
    .describe(
      "The certificates of the authorities that may have signed its certificate, in PEM: with a new authority, both. Default: only the public ones, which count in any case.",
    ),
  addresses: peers()
    .prefault({})
    .describe(
      "Where connections to it may go. Default: `host`, if that is an IP address; with `sentinel`, write where all servers and Sentinels are.",
    ),
});
