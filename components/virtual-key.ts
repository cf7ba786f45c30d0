import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { Access } from "../providers/access.ts";
import type { KeySettings } from "../providers/litellm/key-fields.ts";
import { Shell } from "../providers/shell.ts";

const shell = new Shell("#providers/litellm/virtual-key.ts");

/** Where keys are made: LiteLLM's management API. */
export interface Gateway {
  /** The way from this machine to the proxy. */
  access: pulumi.Output<Access>;
  /** Secret. */
  masterKey: pulumi.Output<string>;
  /** What the keys are stored in: when it goes, they go with it, without a call for each. */
  database: pulumi.Resource;
  /** The proxy, ready to answer. */
  ready: pulumi.Resource[];
}

type Inputs<T> = { [K in keyof T]: pulumi.Input<T[K]> };

export interface VirtualKeyArgs extends Inputs<KeySettings> {
  gateway: Gateway;
}

/** A LiteLLM virtual key: a secret of our choosing, and what LiteLLM lets its holder do. */
export class VirtualKey extends pulumi.ComponentResource {
  /** The key itself: secret. */
  readonly key: pulumi.Output<string>;
  /** SHA-256 of the key: LiteLLM's name for it, and no secret. */
  readonly token: pulumi.Output<string>;

  constructor(name: string, args: VirtualKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:VirtualKey", name, {}, opts);
    const { gateway, ...settings } = args;
    const secret = new random.RandomPassword(`${name}-secret`, { length: 40, special: false }, { parent: this });
    this.key = pulumi.secret(pulumi.interpolate`sk-${secret.result}`);
    const resource = new KeyResource(
      name,
      { ...settings, key: this.key, gateway: gateway.access, masterKey: gateway.masterKey, token: undefined },
      { parent: this, dependsOn: gateway.ready, deletedWith: gateway.database },
    );
    this.token = resource.token;
    this.registerOutputs({ key: this.key, token: this.token });
  }
}

/** The key on the proxy. */
class KeyResource extends pulumi.dynamic.Resource {
  declare readonly token: pulumi.Output<string>;

  constructor(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["key", "masterKey"] };
    super(shell, name, props, pulumi.mergeOptions(opts, secret), "litellm", "VirtualKey");
  }
}
