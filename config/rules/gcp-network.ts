import { overlap, prefixLength } from "../schema/gcp/ranges.ts";
import type { GcpDraft, GcpRule } from "./rule.ts";
import type { SettingsProblem } from "../problems/problems.ts";

/** Every rule of the network's ranges. */
export const networkRules: GcpRule[] = [rangesAreLarge, rangesAreApart, rangesAreFree];

/**
 * The longest prefix that each range may have: 64 nodes' worth of nodes, endpoints and addresses that updates take;
 * 32 nodes of 64 pods' addresses each (https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing);
 * the smallest range that GKE takes for Services; 64 proxies
 * (https://cloud.google.com/load-balancing/docs/proxy-only-subnets#proxy-subnet-size).
 */
const LONGEST_PREFIXES = { nodes: 26, pods: 21, services: 27, proxies: 26 };

/** The largest range that GKE takes for Services. */
const SHORTEST_SERVICES_PREFIX = 16;

/** Ranges that something else on every node has already. */
const TAKEN = [{ range: "172.17.0.0/16", by: "that of Docker's bridge on nodes" }];

type RangeName = keyof typeof LONGEST_PREFIXES;

/** The ranges that are made; in a network of the user's, only that of the proxies is named. */
function rangesOf({ network }: GcpDraft): [name: RangeName, range: string][] {
  const { nodes, pods, services, proxies } = network ?? {};
  const ranges = network?.existing ? { proxies } : { nodes, pods, services, proxies };
  return Object.entries(ranges).filter((entry): entry is [RangeName, string] => entry[1] !== undefined);
}

function problem(name: RangeName, seen: string, message: string): SettingsProblem {
  return { path: ["gcp", "network", name], seen, message };
}

function rangesAreLarge(gcp: GcpDraft): SettingsProblem[] {
  return rangesOf(gcp).flatMap(([name, range]) => {
    const length = prefixLength(range);
    const longest = LONGEST_PREFIXES[name];
    if (length > longest) return [problem(name, range, `is too small; write a range of /${longest} or larger`)];
    if (name === "services" && length < SHORTEST_SERVICES_PREFIX) {
      return [problem(name, range, `is too large for GKE; write a range of /${SHORTEST_SERVICES_PREFIX} or smaller`)];
    }
    return [];
  });
}

function rangesAreApart(gcp: GcpDraft): SettingsProblem[] {
  const ranges = rangesOf(gcp);
  return ranges.flatMap(([name, range], index) =>
    ranges
      .slice(0, index)
      .filter(([, other]) => overlap(range, other))
      .map(([other, otherRange]) =>
        problem(name, range, `overlaps gcp.network.${other}, ${otherRange}; write ranges that share no address`),
      ),
  );
}

function rangesAreFree(gcp: GcpDraft): SettingsProblem[] {
  return rangesOf(gcp).flatMap(([name, range]) =>
    TAKEN.filter((taken) => overlap(range, taken.range)).map((taken) =>
      problem(name, range, `overlaps ${taken.range}, ${taken.by}; write another`),
    ),
  );
}
