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
  /** The project's virtual key: secret. */
  readonly key: pulumi.Output<string>;
  /** When the key expires, as ISO 8601; nothing for one that is valid forever. */
  readonly expires: pulumi.Output<string | undefined>;

  constructor(name: string, args: ProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:Project", name, {}, opts);
    const key = new VirtualKey(name, { gateway: args.gateway, ...keySettings(args) }, { parent: this });
    this.key = key.key;
    this.expires = key.expires;
    this.registerOutputs({ key: this.key, expires: this.expires });
  }
}
