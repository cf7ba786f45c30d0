import * as z from "zod";

import { acknowledgeSchema } from "./acknowledge.ts";
import { capacitySchema } from "./capacity.ts";
import { gcpSchema } from "./gcp/gcp.ts";
import { flag } from "./kubernetes/fields.ts";
import { kubernetesSchema } from "./kubernetes/kubernetes.ts";
import { isEmpty } from "../problems/mapping.ts";
import { deploymentSchema } from "./models.ts";
import { policiesSchema } from "./policies.ts";
import { poolSchema } from "./pools.ts";
import { projectSchema } from "./projects.ts";
import { providerSchema } from "./providers/provider.ts";
import { routingSchema } from "./routing.ts";
import { teamSchema } from "./teams.ts";
import { secretText } from "./secret-text.ts";
import { DEFAULT_MARGIN, margin } from "./soft-budget.ts";
import { litellmSchema, postgresSchema, sagewaiSchema } from "./services.ts";

const models = "is not a list of models; write one deployment at least, with name, model and provider";

function emptyIsNone(section: unknown): unknown {
  return isEmpty(section) ? undefined : section;
}

/** All settings of a stack: the keys of the namespace `llm-gateway` in its stack file. */
export const settingsSchema = z.strictObject({
  platform: z
    .enum(["local", "kubernetes", "gcp"])
    .default("local")
    .describe(
      "Where the stack runs. `local`: on this machine. `kubernetes`: in any cluster that your kubeconfig reaches. `gcp`: in Google Cloud, in a private network of its own.",
    ),
  protect: flag()
    .optional()
    .describe(
      "Whether Pulumi refuses to delete what can't be made again: databases, volumes, their namespace, and the keys and passwords without which nobody can read them. Default: no on platform `local`, otherwise yes.",
    ),
  acknowledge: acknowledgeSchema,
  policies: policiesSchema
    .prefault({})
    .describe(
      "What must hold of the stack, on platforms `kubernetes` and `gcp`: `npm run pulumi -- preview` and `up` check it. docs/policies.md has the rules.",
    ),
  models: z.array(deploymentSchema, models).min(1, models).describe("The models that the gateway offers."),
  providers: z
    .record(z.string(), providerSchema)
    .default({})
    .describe(
      "What the models' providers are called with, by a name of your own. Several accounts or regions of one provider are several entries.",
    ),
  routing: routingSchema.prefault({}).describe("How LiteLLM distributes requests among deployments of one name."),
  budgetMargin: margin()
    .default(DEFAULT_MARGIN)
    .describe(
      "Percent of each hard budget that is margin between it and the soft one, for projects and pools without one of their own: 20 makes $80 → $100.",
    ),
  teams: z
    .record(z.string(), teamSchema)
    .default({})
    .describe(
      "What several projects may have together, by team name; a project belongs to one by its `team`. Each is a team in LiteLLM. docs/teams.md says more.",
    ),
  projects: z
    .record(z.string(), projectSchema)
    .default({})
    .describe("Who may use the gateway, by project name. Each project gets a virtual key of its own."),
  pools: z
    .record(z.string(), poolSchema)
    .default({})
    .describe("Pools of Sagewai workers, by pool name. Each pool gets a virtual key of its own."),
  secrets: z
    .record(z.string(), secretText({ empty: "is empty; set the secret, or remove it", leaked: "revoke it" }))
    .default({})
    .describe(
      "Secrets that models' `params` and `litellm` refer to as `os.environ/NAME`, what callbacks read by their own names, and LiteLLM's Enterprise licence, `LITELLM_LICENSE`: `pulumi config set --path --secret llm-gateway:secrets.LANGFUSE_SECRET_KEY`. LiteLLM alone gets them, as variables.",
    ),
  secretFiles: z
    .record(
      z.string(),
      secretText({ empty: "is empty; set the file's text, or remove it", leaked: "revoke it", multiline: true }),
    )
    .default({})
    .describe(
      "The same as files that LiteLLM alone can read; the variable holds the file's path: `pulumi config set --path --secret llm-gateway:secretFiles.CLIENT_CERTIFICATE < client.pem`.",
    ),
  capacity: z
    .preprocess(emptyIsNone, capacitySchema.optional())
    .optional()
    .describe(
      "What the gateway must carry: every size that isn't set follows from it, on platforms `kubernetes` and `gcp`. docs/scale.md says how. Default: each size has a default of its own.",
    ),
  litellm: litellmSchema.prefault({}).describe("The LiteLLM proxy."),
  sagewai: sagewaiSchema.prefault({}).describe("The Sagewai admin."),
  postgres: postgresSchema.prefault({}).describe("The PostgreSQL server."),
  kubernetes: kubernetesSchema
    .prefault({})
    .describe(
      "The cluster of platform `kubernetes`, and the sizes of everything in a cluster; platform `gcp` reads the sizes too, and makes the rest.",
    ),
  gcp: z
    .preprocess(emptyIsNone, gcpSchema.optional())
    .optional()
    .describe("What platform `gcp` makes in Google Cloud, and where. Required there, with `project` and `region`."),
});

export type ParsedSettings = z.output<typeof settingsSchema>;
