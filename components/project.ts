import * as pulumi from "@pulumi/pulumi";

import { type KeyLimits, keySettings } from "../config/keys.ts";
import { type Gateway, VirtualKey } from "./virtual-key.ts";

export interface ProjectArgs extends KeyLimits {
  gateway: Gateway;
}

/**
 * One who uses the gateway: a virtual key with the models it may use and its hard budget, past which LiteLLM refuses
 * requests. The soft budget, at which Sagewai's agents slow down or stop, is what the hard one is derived from.
 */
export class Project extends pulumi.ComponentResource {
  readonly virtualKey: VirtualKey;

  constructor(name: string, args: ProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:Project", name, {}, opts);
    this.virtualKey = new VirtualKey(name, { gateway: args.gateway, ...keySettings(args) }, { parent: this });
    this.registerOutputs({ key: this.virtualKey.key });
  }
}
