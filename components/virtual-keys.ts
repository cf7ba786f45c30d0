import * as pulumi from "@pulumi/pulumi";

import { EXPIRY_WARNING_DAYS } from "../config/keys.ts";
import type { Access } from "../providers/access.ts";
import { derivedSeed } from "../providers/litellm/derived-key.ts";
import { isAdopted, type KeyInputs, type KeyState, keyValue, RESERVED_NAMES } from "../providers/litellm/key-set.ts";
import type { KeySettings } from "../providers/litellm/key-settings.ts";
import { tokenOf } from "../providers/litellm/key-store.ts";
import { ModuleResource } from "./module-resource.ts";

const MODULE = { module: "#providers/litellm/virtual-keys.ts", type: "litellm:VirtualKeys" };

/** Where keys are made: LiteLLM's management API. */
export interface Gateway {
  /** The way from this machine to the proxy. */
  access: pulumi.Output<Access>;
  /** Secret. */
  masterKey: pulumi.Output<string>;
  /** What the values of all keys are derived from: secret. */
  keySeed: pulumi.Output<string>;
  /** What the keys are stored in: when it goes, they go with it, without a call for each. */
  database: pulumi.Resource;
  /** The proxy, ready to answer. */
  ready: pulumi.Resource[];
}

/** What a key may do, and which key it is: `generation`, `overlap`, `adopt` and `adoptedKey` beside LiteLLM's settings. */
export interface VirtualKeyArgs extends KeySettings, Pick<KeyInputs, "generation" | "overlap" | "adopt"> {
  /** The value of the key that `adopt` names: secret. Default: unknown, and so `key` is empty until the next generation. */
  adoptedKey?: pulumi.Input<string>;
}

export interface VirtualKeysArgs {
  gateway: Gateway;
  /** The keys by name: lower-case letters, digits and hyphens, but neither `id` nor `urn`. */
  keys: Record<string, VirtualKeyArgs>;
}

/** One key of a set. */
export interface VirtualKey {
  /** The key itself, once LiteLLM knows it: secret. Empty for an adopted one whose value was not given. */
  key: pulumi.Output<string>;
  /** SHA-256 of the key: LiteLLM's name for it, and no secret. */
  token: pulumi.Output<string>;
  /** When it expires, as ISO 8601; nothing for one that is valid forever. */
  expires: pulumi.Output<string | undefined>;
}

/**
 * LiteLLM virtual keys: secrets of our choosing, and what LiteLLM lets their holders do. However many there are, they are
 * one resource, with a property for each key. Whatever changes of one key shows at no user of another.
 */
export class VirtualKeys extends pulumi.ComponentResource {
  readonly #keys: ReadonlyMap<string, VirtualKey>;

  constructor(name: string, args: VirtualKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:VirtualKeys", name, {}, opts);
    const { gateway, keys } = args;
    for (const reserved of RESERVED_NAMES) {
      if (reserved in keys) throw new pulumi.ResourceError(`"${reserved}" can't be the name of a key.`, this, true);
    }
    const keySeed = pulumi.secret(gateway.keySeed.apply((seed) => derivedSeed(seed, name)));
    const shared = { gatewayAccess: gateway.access, masterKey: gateway.masterKey, keySeed };
    const set = new ModuleResource(
      MODULE,
      name,
      { ...shared, ...keys },
      {
        parent: this,
        dependsOn: gateway.ready,
        deletedWith: gateway.database,
        additionalSecretOutputs: ["masterKey", "keySeed"],
      },
    );
    this.#keys = new Map(Object.entries(keys).map(([key, wanted]) => [key, keyOf(set, key, wanted, keySeed)]));
    for (const [key, { expires }] of this.#keys) this.#warnOfExpiry(key, expires);
    this.registerOutputs();
  }

  /** A key by its name. @throws {@link pulumi.ResourceError} for one that the set was not given. */
  get(name: string): VirtualKey {
    const key = this.#keys.get(name);
    if (!key) throw new pulumi.ResourceError(`There is no key "${name}".`, this);
    return key;
  }

  #warnOfExpiry(name: string, expiry: pulumi.Output<string | undefined>): void {
    expiry.apply((expires) => {
      const days = expires === undefined ? Infinity : (new Date(expires).getTime() - Date.now()) / 86_400_000;
      if (days > EXPIRY_WARNING_DAYS) return;
      const when =
        days <= 0 ? `has expired (${expires ?? ""})` : `expires in ${Math.ceil(days)} days (${expires ?? ""})`;
      void pulumi.log.warn(`The key \`${name}\` ${when}: raise its \`generation\`, or change its \`duration\`.`, this);
    });
  }
}

/** A set of one: the key of somebody who should not wait for others, and whose key goes when he is gone. */
export function virtualKey(name: string, gateway: Gateway, args: VirtualKeyArgs): VirtualKey {
  return new VirtualKeys(name, { gateway, keys: { [name]: args } }).get(name);
}

function keyOf(
  set: pulumi.CustomResource,
  name: string,
  wanted: VirtualKeyArgs,
  keySeed: pulumi.Output<string>,
): VirtualKey {
  // Whoever uses it waits until LiteLLM knows it. The set's id never changes, so no other change of it shows there.
  const key = pulumi
    .all([keySeed, wanted, set.id])
    .apply(([seed, settings]) => keyValue(seed, name, settings as KeyInputs));
  const state = (set as unknown as Record<string, pulumi.Output<Partial<KeyState>>>)[name] ?? pulumi.output({});
  // LiteLLM tells it, but not in a preview in which a key of the set changes.
  const told = state.apply(({ token }: Partial<KeyState>) => token ?? (pulumi.unknown as unknown as string));
  return {
    key: pulumi.secret(key),
    token: pulumi.unsecret(isAdopted(wanted) ? told : key.apply(tokenOf)),
    expires: pulumi.unsecret(state.apply(({ expires }: Partial<KeyState>) => expires)),
  };
}
