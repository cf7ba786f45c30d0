import type { KubernetesSettings } from "../../config/schema/kubernetes/kubernetes.ts";
import { isNamed, ownAddress, type Peers } from "../../config/schema/kubernetes/fields.ts";
import { addressOf, type Deployment } from "../../config/schema/models.ts";
import type { Settings } from "../../config/settings.ts";
import type { NetworkEndpoints, ServerEndpoint } from "./network.ts";

/** Where a stack's connections lead, from its settings. */
export function networkEndpoints({ kubernetes, litellm, sagewai, models }: Settings): NetworkEndpoints {
  const { postgres, redis, clients, metrics, access } = kubernetes;
  const { identity, calls } = kubernetes.litellm;
  const { readReplica } = postgres;
  return {
    ports: { gateway: litellm.port, admin: sagewai.port },
    clients,
    scrapers: metrics?.scrapers ?? NOBODY,
    resolvers: NOBODY,
    administrators: access.adminRoute?.from ?? NOBODY,
    postgres: postgres.host === undefined ? undefined : server(postgres.host, [postgres.port], postgres.addresses),
    readReplica: readReplica && server(readReplica.host, [readReplica.port], readReplica.addresses),
    redis: redis && server(redis.host, redisPorts(redis), redis.addresses),
    identity: identity?.address === undefined ? undefined : { ports: [80], addresses: range(identity.address) },
    providerPorts: [...new Set([443, ...models.flatMap(apiPort)])].sort((a, b) => a - b),
    modelNamespaces: [...new Set(models.flatMap((model) => serviceNamespace(model, kubernetes.namespace)))].sort(),
    others: calls && { ports: calls.ports, addresses: calls },
  };
}

const NOBODY = { cidrs: [], namespaces: [] };

function range(address: string): Peers {
  return { cidrs: ownAddress(address), namespaces: [] };
}

function server(host: string | undefined, ports: number[], addresses: Peers): ServerEndpoint {
  if (host === undefined || isNamed(addresses)) return { ports, addresses };
  return { ports, addresses: range(host) };
}

/** Its Sentinels tell where a server is, and then that server is called. */
function redisPorts({ port, sentinel }: NonNullable<KubernetesSettings["redis"]>): number[] {
  return [...new Set([port, ...(sentinel?.nodes ?? []).map((node) => node.port)])];
}

function apiPort(deployment: Deployment): number[] {
  const apiBase = addressOf(deployment);
  if (apiBase === undefined) return [];
  const { port, protocol } = new URL(apiBase);
  return [port === "" ? (protocol === "http:" ? 80 : 443) : Number(port)];
}

/**
 * The namespace of a model server that is called by its Service's name: `http://vllm.models.svc/v1`, or without a dot for one
 * next to the stack (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/).
 */
function serviceNamespace(deployment: Deployment, own: string): string[] {
  const apiBase = addressOf(deployment);
  if (apiBase === undefined) return [];
  const { hostname } = new URL(apiBase);
  if (!/[.:]/.test(hostname) && hostname !== "localhost") return [own];
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(hostname) ?? [];
  return namespace === undefined ? [] : [namespace];
}
