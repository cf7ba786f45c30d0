import * as pulumi from "@pulumi/pulumi";

import { daysLeft, EXPIRY_WARNING_DAYS } from "../config/litellm/duration.ts";
import type { KeyArgs } from "../config/litellm/key-fields.ts";
import { KEY_NAME, RESERVED_NAMES } from "../config/litellm/key-names.ts";
import type { Access } from "../providers/access/access.ts";
import type { KeyState } from "../providers/litellm/key-set.ts";
import { derivedKey, derivedSeed, isAdopted, tokenOf } from "../providers/litellm/key-value.ts";
import type { StateName } from "../providers/litellm/virtual-keys.ts";
import { DynamicResource } from "./dynamic-resource.ts";

const MODULE: StateName = { module: "#providers/litellm/virtual-keys.ts", type: "litellm:VirtualKeys" };

/** Where keys are made: LiteLLM's management API. */
export interface Gateway {
  /** The way from this machine to the proxy. */
  access: pulumi.Output<Access>;
  /** Secret. */
  masterKey: pulumi.Output<string>;
  /** What the values of all keys are derived from: secret. */
  keySeed: pulumi.Output<string>;
  /** The database that the keys are stored in: when it goes, they go with it, without a call for each. */
  database: pulumi.Resource;
  /** Identity of the database's server: if it changes, keys of the same values are recreated. Default: it never changes. */
  server?: pulumi.Output<string> | undefined;
  /** The proxy, ready to answer. */
  ready: pulumi.Resource[];
}

/** A key of a set as the program asks for it. */
export interface VirtualKeyArgs extends KeyArgs {
  /** The value of the key that `adopt` names: secret. Default: unknown, and so `key` is empty until the next generation. */
  adoptedKey?: pulumi.Input<string>;
}

/** What Pulumi calls a set in the state. */
export const VIRTUAL_KEYS = `pulumi-nodejs:dynamic/${MODULE.type}`;

export interface VirtualKeysArgs {
  gateway: Gateway;
  /** Gives the keys other values than those of a set that had the same name before. Default: the same values. */
  salt?: pulumi.Input<string> | undefined;
  /** The keys by name: lower-case letters, digits and hyphens, but neither `id` nor `urn`. */
  keys: Record<string, VirtualKeyArgs>;
  /** The teams that keys of the set belong to, by `teamId`. Default: none. */
  teams?: pulumi.Resource[];
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

/** What is no secret of the keys of a set, by the key's name. */
export interface KeyFacts {
  tokens: Record<string, string>;
  expiries: Record<string, string>;
}

/**
 * LiteLLM virtual keys: secrets of our choosing, and what LiteLLM lets their holders do. However many there are, they are
 * one resource, with a property for each key. Whatever changes of one key shows at no user of another.
 */
export class VirtualKeys extends pulumi.ComponentResource {
  /** The keys themselves by name, once LiteLLM knows them: secret. Empty for adopted ones whose values were not given. */
  readonly values: pulumi.Output<Record<string, string>>;
  /** What is no secret of the keys. One output for all keys, since each output takes Pulumi time. */
  readonly facts: pulumi.Output<KeyFacts>;
  /** The keys by alias, which is how people know them: secret. */
  readonly byAlias: pulumi.Output<Record<string, string>>;
  /** What the values of the keys are derived from: secret. */
  readonly seed: pulumi.Output<string>;
  /** The keys, made: whoever uses them without their values waits for it. */
  readonly resource: pulumi.Resource;
  readonly #names: ReadonlySet<string>;

  constructor(name: string, args: VirtualKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:VirtualKeys", name, {}, opts);
    const { gateway, keys, salt, teams = [] } = args;
    this.#names = new Set(Object.keys(keys));
    for (const key of this.#names) {
      if (KEY_NAME.test(key) && !RESERVED_NAMES.has(key)) continue;
      const message = `"${key}" can't be the name of a key: write lower-case letters, digits and hyphens, but neither id nor urn.`;
      throw new pulumi.ResourceError(message, this, true);
    }
    const set = salt === undefined ? pulumi.output(name) : pulumi.interpolate`${name}/${salt}`;
    const keySeed = pulumi.secret(pulumi.all([gateway.keySeed, set]).apply(([seed, set]) => derivedSeed(seed, set)));
    const shared = {
      gatewayAccess: gateway.access,
      masterKey: gateway.masterKey,
      keySeed,
      ...(gateway.server && { databaseServer: gateway.server }),
    };
    const resource = new DynamicResource(
      MODULE,
      name,
      { ...shared, ...keys },
      {
        parent: this,
        // A team that goes is deleted after its keys have left it: LiteLLM would delete them along with it.
        dependsOn: [...gateway.ready, ...teams],
        deletedWith: gateway.database,
        // Who has the set replaced gets keys of the same values: they can't be there twice.
        deleteBeforeReplace: true,
        additionalSecretOutputs: ["masterKey", "keySeed"],
      },
    );
    this.seed = keySeed;
    this.resource = resource;
    const own = Object.entries(keys).filter(([, key]) => !isAdopted(key));
    const adopted = Object.entries(keys).filter(([, key]) => isAdopted(key));
    const adoptedKeys = pulumi.all(Object.fromEntries(adopted.map(([key, { adoptedKey = "" }]) => [key, adoptedKey])));
    // Whoever uses one waits until LiteLLM knows it. The set's id never changes, so no change of others shows there.
    this.values = pulumi.secret(
      pulumi.all([keySeed, adoptedKeys, resource.id]).apply(([seed, known]) => ({
        ...Object.fromEntries(own.map(([key, { generation = 1 }]) => [key, derivedKey(seed, key, generation)])),
        ...known,
      })),
    );
    const aliases = Object.entries(keys).map(([key, { alias }]) => [alias, key] as const);
    this.byAlias = this.values.apply((values) =>
      Object.fromEntries(aliases.map(([alias, key]) => [alias, values[key] ?? ""])),
    );
    const states = resource as unknown as Record<string, pulumi.Output<Partial<KeyState>>>;
    const told = Object.entries(keys).filter(([, key]) => isAdopted(key) || key.duration !== undefined);
    this.facts = pulumi.unsecret(
      pulumi.all([this.values, Object.fromEntries(told.map(([key]) => [key, states[key]]))]).apply(factsOf),
    );
    this.facts.apply(({ expiries }) => {
      this.#warnOfExpiry(expiries);
    });
    this.registerOutputs();
  }

  /** A key by its name. @throws {@link pulumi.ResourceError} for one that the set was not given. */
  get(name: string): VirtualKey {
    if (!this.#names.has(name)) throw new pulumi.ResourceError(`There is no key "${name}".`, this);
    return {
      key: this.values.apply((values) => values[name] ?? ""),
      token: this.facts.apply(({ tokens }) => tokens[name] ?? ""),
      expires: this.facts.apply(({ expiries }) => expiries[name]),
    };
  }

  #warnOfExpiry(expiries: Record<string, string>): void {
    for (const [name, expires] of Object.entries(expiries)) {
      const days = daysLeft(expires);
      if (days > EXPIRY_WARNING_DAYS) continue;
      const when = days <= 0 ? `has expired (${expires})` : `expires in ${days} days (${expires})`;
      void pulumi.log.warn(`The key \`${name}\` ${when}: raise its \`generation\`, or change its \`duration\`.`, this);
    }
  }
}

/** The keys of several sets by alias: secret. */
export function keysByAlias(sets: VirtualKeys[]): pulumi.Output<Record<string, string>> {
  const all = pulumi.all(sets.map(({ byAlias }) => byAlias));
  return pulumi.secret(all.apply((keys) => Object.assign({}, ...keys) as Record<string, string>));
}

/** @param states Of the keys of which Pulumi knows more than the program: adopted ones, and those that expire. */
function factsOf([values, states]: [Record<string, string>, Record<string, Partial<KeyState> | undefined>]): KeyFacts {
  const tokens = Object.entries(values).map(([name, value]) => {
    // LiteLLM tells it of a key of unknown value, but not in a preview in which any key of the set changes.
    const token = value === "" ? (states[name]?.token ?? (pulumi.unknown as unknown as string)) : tokenOf(value);
    return [name, token] as const;
  });
  const expiries = Object.entries(states).flatMap(([name, state]) => (state?.expires ? [[name, state.expires]] : []));
  return { tokens: Object.fromEntries(tokens), expiries: Object.fromEntries(expiries) as Record<string, string> };
}
