import * as pulumi from "@pulumi/pulumi";

import { RESERVED_NAMES } from "../config/litellm/key-names.ts";
import { firstModel } from "../config/schema/projects.ts";
import type { Project } from "../config/schema/projects.ts";
import { isAdopted } from "../providers/litellm/key-value.ts";
import type { Caller, ProjectArgs } from "../providers/sagewai/project-wire.ts";
import type { StateName } from "../providers/sagewai/projects.ts";
import { DynamicResource } from "./dynamic-resource.ts";
import type { SagewaiAdmin } from "./sagewai-admin.ts";
import type { VirtualKeys } from "./virtual-keys.ts";

const MODULE: StateName = { module: "#providers/sagewai/projects.ts", type: "sagewai:Projects" };

/** Of a project, what Sagewai has. */
type SagewaiProject = Pick<
  Project,
  "name" | "environment" | "defaultModel" | "budget" | "budgetDuration" | "generation" | "adopt"
>;

export interface SagewaiProjectsArgs {
  /** The admin that gets the projects. */
  sagewai: Pick<SagewaiAdmin, "access" | "apiToken" | "encryptionKeyHash" | "data" | "ready">;
  /** Base URL of the LiteLLM proxy, as the admin reaches it. */
  gatewayUrl: pulumi.Input<string>;
  projects: SagewaiProject[];
  /** The projects' keys, by their names. */
  keys: Pick<VirtualKeys, "seed" | "resource">;
  /** The admin's own key, which pays for runs that belong to no project, with the models that it may use. */
  adminKey: { keys: Pick<VirtualKeys, "seed" | "resource">; models: string[]; generation?: number | undefined };
}

/**
 * The projects in Sagewai: each with the provider that hands the project's own key to its server-side agents, once LiteLLM
 * knows the key. However many there are, they are one resource, with a property for each project.
 */
export class SagewaiProjects extends DynamicResource {
  constructor(name: string, args: SagewaiProjectsArgs, opts?: pulumi.CustomResourceOptions) {
    const { sagewai, gatewayUrl, projects, keys, adminKey } = args;
    const { generation, models } = adminKey;
    const unscopedRuns: Caller = present({ defaultModel: firstModel(models), generation });
    const inputs = {
      adminAccess: sagewai.access,
      apiToken: pulumi.secret(sagewai.apiToken),
      gatewayUrl,
      keySeed: pulumi.secret(keys.seed),
      adminKeySeed: pulumi.secret(adminKey.keys.seed),
      encryptionKeyHash: sagewai.encryptionKeyHash,
      ...(sagewai.data?.identity && { dataVolume: sagewai.data.identity }),
      unscopedRuns,
      ...Object.fromEntries(
        projects.filter(({ name }) => !RESERVED_NAMES.has(name)).map((project) => [project.name, argsOf(project)]),
      ),
    };
    const options = {
      // A key's next value is in LiteLLM before Sagewai gets it, and the former one still works for a while.
      dependsOn: [...sagewai.ready, keys.resource, adminKey.keys.resource],
      ...(sagewai.data && { deletedWith: sagewai.data.resource }),
      // One that was replaced and goes last would take along what the new one has made: it is the same.
      deleteBeforeReplace: true,
      additionalSecretOutputs: ["apiToken", "keySeed", "adminKeySeed"],
    };
    super(MODULE, name, inputs, pulumi.mergeOptions(opts, options));
  }
}

function argsOf(project: SagewaiProject): ProjectArgs {
  const { environment, defaultModel, budget, budgetDuration, generation } = project;
  const adopted = isAdopted(project) || undefined;
  return present({ environment, defaultModel, budget, budgetDuration, generation, adopted });
}

function present<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
