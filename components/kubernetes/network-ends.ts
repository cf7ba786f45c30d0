import { ownAddress, type Peers } from "../../config/kubernetes-fields.ts";
import type { Deployment } from "../../config/models.ts";
import type { Settings } from "../../config/settings.ts";
import type { Network, Server } from "./network.ts";

/** Where a stack's connections lead, from its settings. */
export function networkEnds({ kubernetes, litellm, sagewai, models }: Settings): Network {
  const { postgres, redis, clients } = kubernetes;
  return {
    ports: { gateway: litellm.port, admin: sagewai.port },
    clients,
    postgres: postgres.host === undefined ? undefined : server(postgres.host, postgres.port, postgres.addresses),
    redis: redis && server(redis.host, redis.port, redis.addresses),
    providerPorts: [...new Set([443, ...models.flatMap(apiPort)])].sort((a, b) => a - b),
  };
}

function server(host: string, port: number, { cidrs, namespaces }: Peers): Server {
  const named = cidrs.length + namespaces.length > 0;
  return { port, addresses: { cidrs: named ? cidrs : ownAddress(host), namespaces } };
}

function apiPort({ apiBase }: Deployment): number[] {
  if (apiBase === undefined) return [];
  const { port, protocol } = new URL(apiBase);
  return [port === "" ? (protocol === "http:" ? 80 : 443) : Number(port)];
}
