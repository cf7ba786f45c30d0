import * as z from "zod";

import { deploymentSchema, providerSchema } from "./models.ts";
import { poolSchema } from "./pools.ts";
import { projectSchema } from "./projects.ts";
import { routingSchema } from "./routing.ts";
import { litellmSchema, postgresSchema, sagewaiSchema } from "./services.ts";

const models = "is not a list of models; write one deployment at least, with name, model and provider";

/** All settings of a stack: the keys of the namespace `llm-gateway` in its stack file. */
export const settingsSchema = z.strictObject({
  platform: z
    .enum(["local", "kubernetes", "gcp"])
    .default("local")
    .describe("Where the stack runs. `local`: on this machine. `kubernetes` and `gcp` are not available yet."),
  models: z.array(deploymentSchema, models).min(1, models).describe("The models that the gateway offers."),
  providers: z
    .record(z.string(), providerSchema)
    .default({})
    .describe("Credentials of the models' providers, by provider name."),
  routing: routingSchema.prefault({}).describe("How LiteLLM distributes requests among deployments of one name."),
  projects: z
    .record(z.string(), projectSchema)
    .default({})
    .describe("Who may use the gateway, by project name. Each project gets a virtual key of its own."),
  pools: z
    .record(z.string(), poolSchema)
    .default({})
    .describe("Pools of Sagewai workers, by pool name. Each pool gets a virtual key of its own."),
  litellm: litellmSchema.prefault({}).describe("The LiteLLM proxy."),
  sagewai: sagewaiSchema.prefault({}).describe("The Sagewai admin."),
  postgres: postgresSchema.prefault({}).describe("The PostgreSQL server."),
});

export type ParsedSettings = z.output<typeof settingsSchema>;
