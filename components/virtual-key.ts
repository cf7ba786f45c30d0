import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { EXPIRY_WARNING_DAYS } from "../config/keys.ts";
import type { Access } from "../providers/access.ts";
import type { KeySettings } from "../providers/litellm/key-settings.ts";
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
  /** Raising it by one replaces the key by a new one. Default: 1. */
  generation?: number | undefined;
  /** How long a key that is replaced stays valid: `24h`. `0s` ends it at once. Default: 24h. */
  overlap?: string | undefined;
  /**
   * Alias, or SHA-256, of a key that exists in LiteLLM: it is taken over, and its settings brought in line. LiteLLM does
   * not tell its value: `key` is empty unless given, until the next generation. Default: a new key is made.
   */
  adopt?: string | undefined;
  /** The value of the key that `adopt` names: secret. Default: unknown. */
  adoptedKey?: pulumi.Input<string> | undefined;
}

/** A LiteLLM virtual key: a secret of our choosing, and what LiteLLM lets its holder do. */
export class VirtualKey extends pulumi.ComponentResource {
  /** The key itself, once LiteLLM knows it: secret. Empty for an adopted one whose value was not given. */
  readonly key: pulumi.Output<string>;
  /** SHA-256 of the key: LiteLLM's name for it, and no secret. */
  readonly token: pulumi.Output<string>;
  /** When it expires, as ISO 8601; nothing for one that is valid forever. */
  readonly expires: pulumi.Output<string | undefined>;

  constructor(name: string, args: VirtualKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:VirtualKey", name, {}, opts);
    const { gateway, generation = 1, overlap, adopt, adoptedKey = "", ...settings } = args;
    const isAdopted = adopt !== undefined && generation === 1;
    const key = pulumi.secret(isAdopted ? adoptedKey : this.#newKey(name, generation));
    const resource = new KeyResource(
      name,
      {
        ...settings,
        key,
        ...(generation > 1 && { generation }),
        ...(overlap !== undefined && { overlap }),
        ...(isAdopted && { adopt }),
        gateway: gateway.access,
        masterKey: gateway.masterKey,
        token: undefined,
        expires: undefined,
      },
      { parent: this, dependsOn: gateway.ready, deletedWith: gateway.database },
    );
    // Whoever uses it waits until LiteLLM knows it. Its id never changes, so no other change of it shows at its users.
    this.key = pulumi.secret(pulumi.all([key, resource.id]).apply(([value]) => value));
    this.token = resource.token;
    this.expires = resource.expires;
    this.#warnOfExpiry(name);
    this.registerOutputs({ key: this.key, token: this.token, expires: this.expires });
  }

  /** Another generation is another secret; the first one has no mark, as it always had none. */
  #newKey(name: string, generation: number): pulumi.Output<string> {
    const keepers = generation > 1 ? { keepers: { generation: String(generation) } } : {};
    const secret = new random.RandomPassword(
      `${name}-secret`,
      { length: 40, special: false, ...keepers },
      { parent: this },
    );
    return pulumi.interpolate`sk-${secret.result}`;
  }

  #warnOfExpiry(name: string): void {
    this.expires.apply((expires) => {
      const days = expires === undefined ? Infinity : (new Date(expires).getTime() - Date.now()) / 86_400_000;
      if (days > EXPIRY_WARNING_DAYS) return;
      const when =
        days <= 0 ? `has expired (${expires ?? ""})` : `expires in ${Math.ceil(days)} days (${expires ?? ""})`;
      void pulumi.log.warn(`The key \`${name}\` ${when}: raise its \`generation\`, or change its \`duration\`.`, this);
    });
  }
}

/** The key on the proxy. */
class KeyResource extends pulumi.dynamic.Resource {
  declare readonly token: pulumi.Output<string>;
  declare readonly expires: pulumi.Output<string | undefined>;

  constructor(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["key", "masterKey"] };
    super(shell, name, props, pulumi.mergeOptions(opts, secret), "litellm", "VirtualKey");
  }
}
