import type { ReplacementSettings } from "../providers/foundations.ts";
import { gcpName } from "./schema/gcp/name.ts";
import type { Settings } from "./settings.ts";
import { urlHost } from "./url-host.ts";

/** The settings that a stack stands on, by path under `llm-gateway:`. `providers/foundations.ts` says what a change of each destroys. */
export function replacementSettings(settings: Settings, stack: string): ReplacementSettings {
  const { platform, kubernetes, gcp } = settings;
  if (platform === "local") return { platform };
  const inCluster = { platform, "kubernetes.namespace": kubernetes.namespace };
  return { ...inCluster, ...(gcp ? gcpFoundations(gcp, stack) : serverFoundations(kubernetes.postgres)) };
}

/** A server that somebody else runs, or the trial server. */
function serverFoundations({ trial, host, port, namePrefix }: Settings["kubernetes"]["postgres"]): ReplacementSettings {
  return {
    "kubernetes.postgres.trial": String(trial),
    ...(host !== undefined && !trial && { "kubernetes.postgres.host": `${urlHost(host)}:${port}` }),
    ...(namePrefix !== "" && { "kubernetes.postgres.namePrefix": namePrefix }),
  };
}

function gcpFoundations(gcp: NonNullable<Settings["gcp"]>, stack: string): ReplacementSettings {
  const { existing, nodes, pods, services, proxies } = gcp.network;
  return {
    "gcp.project": gcp.project,
    "gcp.region": gcp.region,
    "gcp.name": gcpName(gcp, stack),
    "gcp.network.existing": existing ? Object.values(existing).join("/") : "none",
    ...(!existing && {
      "gcp.network.nodes": nodes,
      "gcp.network.pods": pods,
      "gcp.network.services": services,
      ...(gcp.access && { "gcp.network.proxies": proxies }),
    }),
  };
}
