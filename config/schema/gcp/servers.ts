import * as z from "zod";

import { port } from "../fields.ts";
import { between } from "./fields.ts";
import { tierOf } from "./tiers.ts";

const tier =
  'is not a machine type of Cloud SQL for PostgreSQL; write one such as "db-custom-2-7680": 1 CPU or an even number up to 96, and MB of memory in steps of 256, 3840 at least and 922 to 6656 for each CPU';

/** Cloud SQL; its limits are those of https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances. */
export const postgres = z.strictObject({
  tier: z
    .string()
    .refine((name) => tierOf(name) !== undefined, tier)
    .default("db-custom-2-7680")
    .describe("Its machine type: CPUs and MB of memory. How many connections it accepts follows from the memory."),
  diskSize: between(10, 65_536)
    .default(20)
    .describe("GB of its disk to begin with; Cloud SQL makes it larger when it fills, and never smaller."),
  retainedBackups: between(1, 365).default(7).describe("How many daily backups are retained."),
  logDays: between(1, 35)
    .default(7)
    .describe(
      "Days of write-ahead log that are kept: how far back it can be brought to any moment. Up to 7, or 35 with a tier `db-perf-optimized-N-…`.",
    ),
  maintenance: z
    .strictObject({
      day: between(1, 7).default(7).describe("Day of the week: 1 is Monday."),
      hour: between(0, 23).default(3).describe("Hour of that day, in UTC."),
    })
    .prefault({})
    .describe("When Google may restart it for an update, which takes about a minute."),
  localPort: port()
    .optional()
    .describe(
      "Port of this machine on which Pulumi reaches it while it makes roles and databases. Default: one that follows from the stack's name.",
    ),
});

/** Memorystore for Valkey: https://cloud.google.com/memorystore/docs/valkey/instance-node-specification. */
export const redis = z.strictObject({
  nodeType: z
    .enum(["SHARED_CORE_NANO", "STANDARD_SMALL", "HIGHMEM_MEDIUM", "HIGHMEM_XLARGE"])
    .default("STANDARD_SMALL")
    .describe(
      "Its machine type: `SHARED_CORE_NANO` (1.4 GB, without an SLA), `STANDARD_SMALL` (6.5 GB), `HIGHMEM_MEDIUM` (13 GB) or `HIGHMEM_XLARGE` (58 GB).",
    ),
});
