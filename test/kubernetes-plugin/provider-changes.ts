import { isDeepStrictEqual } from "node:util";

import * as yaml from "yaml";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { isUnknown } from "../../toolchain/plugins/properties.ts";
import type { Change } from "../../toolchain/plugins/resource-type.ts";
import { configChanges } from "../../toolchain/plugins/responses.ts";

interface Kubeconfig {
  clusters?: { name: string; cluster: unknown }[];
  contexts?: { name: string; context: { cluster: string } }[];
  "current-context"?: string;
}

/** What says which cluster it is. */
const WHERE = ["kubeconfig", "context", "cluster"];

/**
 * How the configuration of a provider resource differs, as the official plugin judges it (`DiffConfig`): another cluster,
 * and one that isn't known yet, replaces the provider, and with it every object that was made through it.
 */
export function providerChanges(before: Values, after: Values): Change[] {
  const changes = configChanges(before, after);
  const unknown = changes.filter(({ property }) => WHERE.includes(property) && isUnknown(after[property]));
  if (unknown.length > 0) return unknown.slice(0, 1).map((change) => ({ ...change, replaces: true }));
  const [old, wanted] = [clusterOf(before), clusterOf(after)];
  const isAnother = old !== undefined && wanted !== undefined && !isDeepStrictEqual(old, wanted);
  return changes.map((change) => ({ ...change, replaces: isAnother && WHERE.includes(change.property) }));
}

/** The cluster that a configuration leads to; undefined for one that is the machine's business. */
function clusterOf({ kubeconfig, context, cluster }: Values): unknown {
  if (typeof kubeconfig !== "string" || isUnknown(kubeconfig)) return undefined;
  const { clusters = [], contexts = [], ...config } = (yaml.parse(kubeconfig) ?? {}) as Kubeconfig;
  const chosen = contexts.find(({ name }) => name === (context ?? config["current-context"]));
  return chosen && clusters.find(({ name }) => name === (cluster ?? chosen.context.cluster))?.cluster;
}
