import * as z from "zod";

import { CALL_LIMITS } from "../litellm/call-limits.ts";
import { corsOrigins } from "./cors-origins.ts";
import { count, dollars, duration, port, positive, version } from "./fields.ts";
import { replacement } from "./keys.ts";

/** What LiteLLM reads under its own names; `rules/passed-names.ts` says which. */
const passed = () => z.record(z.string(), z.unknown());

/** The LiteLLM proxy. */
export const litellmSchema = z.strictObject({
  version: version().default("1.108.6").describe("The release to run; the one that this project is tested with."),
  port: port().default(4000).describe("Where it listens."),
  workers: positive()
    .default(1)
    .describe(
      "Server processes, about 550 MB each. Each worker counts limits separately, and may accept a deleted key for up to a minute: use 1 for exact limits.",
    ),
  requestTimeout: positive()
    .default(600)
    .describe("Seconds after which a call to a provider is given up; long answers take minutes."),
  databaseConnections: positive().default(10).describe("PostgreSQL connections of each worker; LiteLLM's own default."),
  spendLogDays: positive()
    .default(90)
    .describe("Days for which the spend log keeps each request. What keys have spent, and the sums of each day, stay."),
  corsOrigins: corsOrigins().describe(
    "Origins of the web pages whose scripts may call the proxy with a key, such as `https://chat.example.com`. Whoever can open such a page sees the key that it uses. Default: none, so that browsers keep the proxy's answers from every page but its own.",
  ),
  management: z
    .strictObject({
      timeout: positive()
        .default(CALL_LIMITS.timeout)
        .describe("Timeout in seconds of a call that makes or reads a key; it is retried then."),
      patience: count()
        .default(CALL_LIMITS.patience)
        .describe(
          "Seconds that a proxy which stopped answering gets to come back, all keys together; a restart takes up to a minute.",
        ),
      concurrency: positive()
        .default(CALL_LIMITS.concurrency)
        .describe("Calls at once, of all keys together; more would only wait for the proxy's database."),
    })
    .prefault({})
    .describe("What Pulumi's calls to LiteLLM's management API may take."),
  settings: passed()
    .optional()
    .describe(
      "Anything else of LiteLLM's `litellm_settings`, under its own names: `{drop_params: true, success_callback: [langfuse]}`. What this program decides itself is refused, with the setting to use.",
    ),
  general: passed()
    .optional()
    .describe(
      "The same of `general_settings`: `{alerting: [slack]}`. Prompts and answers are not stored unless `store_prompts_in_spend_logs` says so.",
    ),
  router: passed().optional().describe("The same of `router_settings`: `{enable_pre_call_checks: true}`."),
  guardrails: z
    .array(passed())
    .optional()
    .describe(
      "LiteLLM's `guardrails`, as its documentation has them. Each needs `guardrail_name` and `litellm_params`.",
    ),
  callbackSettings: passed()
    .optional()
    .describe("LiteLLM's `callback_settings`, by the name of a callback: `{otel: {message_logging: false}}`."),
  environment: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Variables of LiteLLM's process that its callbacks read, and that hold no secret: `{LANGFUSE_HOST: https://langfuse.example.com}`.",
    ),
});

/** The Sagewai admin. */
export const sagewaiSchema = z.strictObject({
  version: version().default("1.0.1").describe("The release to run; the one that this project is tested with."),
  port: port().default(8000).describe("Where the admin listens."),
  corsOrigins: corsOrigins().describe(
    "Origins of the web pages whose scripts may call the admin as the person who has signed in, such as Sagewai's web interface. Default: none.",
  ),
  organization: z
    .string()
    .trim()
    .min(1, "is empty; write the organization's name")
    .default("LLM Gateway")
    .describe("The organization's name, set when the admin is first set up."),
  adminEmail: z
    .email({ error: 'is not an e-mail address; write one such as "admin@example.com"' })
    .default("admin@example.com")
    .describe("What the administrator signs in with, set when the admin is first set up. No mail is sent to it."),
  budget: dollars()
    .default(40)
    .describe(
      "US dollars per `budgetDuration` that may be spent with the admin's own key, as the `budget` of a project: LiteLLM's hard budget follows from it ($40 → $50).",
    ),
  budgetDuration: duration().default("30d").describe("How long that budget lasts before it starts again."),
  ...replacement,
});

/** The PostgreSQL server. */
export const postgresSchema = z.strictObject({
  maxConnections: positive()
    .optional()
    .describe(
      "Connections that it accepts. Default: 100, PostgreSQL's own; on platform `gcp` what Cloud SQL gives the machine type, 400 with 7.5 GB.",
    ),
});
