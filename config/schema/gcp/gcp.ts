import * as z from "zod";

import { access } from "./access.ts";
import { between, labels, projectId, region } from "./fields.ts";
import { namePrefix } from "./name.ts";
import { network } from "./network.ts";
import { postgres, redis } from "./servers.ts";
import { flag } from "../kubernetes/fields.ts";

const cluster = z.strictObject({
  releaseChannel: z
    .enum(["RAPID", "REGULAR", "STABLE"])
    .default("REGULAR")
    .describe(
      "How soon it gets new versions of Kubernetes: `RAPID`, for which Google gives no SLA, `REGULAR` or `STABLE`.",
    ),
  maintenance: z
    .strictObject({
      start: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day; write one such as "03:00", in quotes')
        .default("03:00")
        .describe("When it begins, in UTC."),
      days: z
        .array(z.enum(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]))
        .min(1, "is empty; write one day at least, such as [SA, SU]")
        .default(["SA", "SU"])
        .describe("Days of the week, as `MO`, `TU`, `WE`, `TH`, `FR`, `SA`, `SU`. Default: `[SA, SU]`."),
    })
    .prefault({})
    .describe("When Google may update it, and replace its nodes."),
  binaryAuthorization: flag()
    .default(false)
    .describe("Whether it runs only images that the project's Binary Authorization policy allows. Default: no."),
});

const secrets = z.strictObject({
  locations: z
    .array(region())
    .refine((names) => new Set(names).size === names.length, "names a region twice; write each once")
    .default([])
    .describe("Regions that keys and passwords are stored in. Default: those that Google chooses."),
  encryption: flag()
    .default(false)
    .describe("Whether a key of yours in Cloud KMS encrypts them; needs `locations`. Default: no."),
  // Secret Manager takes up to 100 years: https://cloud.google.com/secret-manager/docs/secret-rotation.
  rotationReminder: between(1, 36_500)
    .optional()
    .describe(
      "Days after which a Pub/Sub topic gets a message that a key or password should be replaced. Default: never.",
    ),
});

/** What platform gcp makes in Google Cloud. */
export const gcpSchema = z.strictObject({
  project: projectId().describe("Id of the project that everything is made in, which needs billing."),
  region: region().describe("The region of everything, such as `europe-west1`."),
  name: namePrefix()
    .optional()
    .describe("What all names begin with, up to 20 characters. Default: `llm-gateway-` and the stack's name."),
  labels: labels()
    .default({})
    .describe(
      "Labels of everything that can have some, such as `cost-center: research`. What certificates are issued by keeps its first ones.",
    ),
  highAvailability: flag()
    .default(true)
    .describe("Whether PostgreSQL and Valkey survive the failure of a zone, at twice the price. Default: yes."),
  network: network.prefault({}).describe("The network that everything is in."),
  postgres: postgres.prefault({}).describe("The PostgreSQL server: Cloud SQL, with an address inside the network."),
  cluster: cluster.prefault({}).describe("The cluster: GKE Autopilot, with private nodes."),
  secrets: secrets.prefault({}).describe("Secret Manager, where keys and passwords are."),
  access: access
    .optional()
    .describe(
      "A way for clients outside the cluster: a load balancer inside your network, with TLS. Default: none; only pods under `kubernetes.clients` call the gateway.",
    ),
  redis: redis
    .optional()
    .describe(
      "A Valkey (Memorystore) that LiteLLM's pods share rate limits and spend in. Default: none; each pod then counts for itself.",
    ),
  alerts: z
    .strictObject({
      emails: z
        .array(z.email({ error: 'is not an e-mail address; write one such as "admin@example.com"' }))
        .default([])
        .describe("E-mail addresses that alerts are sent to. Default: nobody."),
    })
    .prefault({})
    .describe("Who is notified when something is wrong, or a budget is nearly used up."),
});

export type GcpSettings = z.output<typeof gcpSchema>;
