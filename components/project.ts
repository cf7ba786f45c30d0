import * as pulumi from "@pulumi/pulumi";

import { VirtualKey, type VirtualKeyArgs } from "./virtual-key.ts";

export interface ProjectArgs extends Omit<VirtualKeyArgs, "maxBudget"> {
  /** Sagewai's budget in USD for one `budgetDuration`: agents slow down or stop there. */
  softBudget: number;
  /** LiteLLM's budget in USD for one `budgetDuration`: the proxy refuses requests from there on. */
  hardBudget: number;
}

/** One who uses the gateway: a virtual key with the models it may use, and both its budgets. */
export class Project extends pulumi.ComponentResource {
  /** The project's virtual key: secret. */
  readonly key: pulumi.Output<string>;

  constructor(name: string, args: ProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:Project", name, {}, opts);
    const { softBudget: _softBudget, hardBudget, ...rest } = args;
    this.key = new VirtualKey(name, { ...rest, maxBudget: hardBudget }, { parent: this }).key;
    this.registerOutputs({ key: this.key });
  }
}
