import { isEmpty, isMapping, type Mapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";

/** Settings of section kubernetes for what platform gcp makes itself, and what to write in their place. */
const MADE_BY_GCP: Record<string, string> = {
  kubeconfig: "leave it out",
  context: "leave it out",
  createNamespace: "leave it out",
  storageClass: "leave it out",
  pullSecrets: "leave it out",
  postgres: "leave it out, or write gcp.postgres",
  redis: "leave it out, or write gcp.redis",
  access: "leave it out, or write gcp.access",
};

/** Settings of section gcp.network for a network that the stack makes. */
const OF_OWN_NETWORK = ["nodes", "pods", "services", "natAddresses"];

/**
 * The problems of platform gcp with what a stack file says itself, which can't be told from its settings any more once
 * defaults are filled in.
 */
export function gcpInputProblems(input: Mapping): SettingsProblem[] {
  if (input["platform"] !== "gcp") return [];
  return [...gcpIsThere(input), ...madeByGcp(input), ...oneNetwork(input)];
}

function gcpIsThere({ gcp = {} }: Mapping): SettingsProblem[] {
  if (!isEmpty(gcp)) return [];
  const message =
    "is missing; write at least the project and region that everything is made in, as gcp.project and gcp.region";
  return [{ path: ["gcp"], message }];
}

function madeByGcp({ kubernetes }: Mapping): SettingsProblem[] {
  return Object.keys(mapping(kubernetes)).flatMap((name) => {
    const instead = MADE_BY_GCP[name];
    if (instead === undefined) return [];
    return [
      { path: ["kubernetes", name], message: `is for platform kubernetes, but platform gcp makes it; ${instead}` },
    ];
  });
}

function oneNetwork({ gcp }: Mapping): SettingsProblem[] {
  const network = mapping(mapping(gcp)["network"]);
  if (network["existing"] === undefined) return [];
  const own = OF_OWN_NETWORK.filter((name) => network[name] !== undefined).map((name) => ({
    path: ["gcp", "network", name],
    seen: network[name],
    message: "is for a network that the stack makes, but `existing` names one of yours; leave out one of them",
  }));
  if (mapping(gcp)["access"] === undefined || network["proxies"] !== undefined) return own;
  const message =
    "is missing; write the range of your network's proxy-only subnet, which the load balancer of gcp.access calls from";
  return [...own, { path: ["gcp", "network", "proxies"], message }];
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}
