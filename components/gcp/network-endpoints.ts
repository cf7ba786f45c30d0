import * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../config/settings.ts";
import { networkEndpoints } from "../kubernetes/network-endpoints.ts";
import type { Endpoints, NetworkEndpoints, ServerEndpoint } from "../kubernetes/network.ts";
import { clientSources } from "./client-access.ts";
import { scrapers } from "./monitoring/pod-monitoring.ts";
import { UPTIME_CHECKERS } from "./monitoring/uptime-check.ts";

/** A server's address, which is known once it is made. */
interface Endpoint {
  host: pulumi.Input<string>;
  port: number;
}

/** What the stack makes outside the cluster. */
export interface GcpEndpoints {
  /** Its certificate is for `hostname`. */
  postgres?: (Endpoint & { hostname: pulumi.Input<string> }) | undefined;
  valkey?: Endpoint | undefined;
  /** Range of the load balancer's proxies. Default: no load balancer. */
  proxies?: string | undefined;
  /** Whether administrators come by the load balancer too. Default: no. */
  administrators?: boolean;
}

/**
 * Where pods ask for names: GKE's cache on each node, and Cloud DNS behind it
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy).
 */
const RESOLVERS = ["169.254.20.10/32", "169.254.169.254/32"];

/**
 * The metadata server, which hands pods tokens of their own identity, and of no other
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity).
 */
const METADATA: ServerEndpoint = { ports: [80], addresses: only(["169.254.169.254/32"]) };

/** Where a stack's connections lead in Google Cloud. */
export function gcpNetworkEndpoints(
  settings: Settings,
  { postgres, valkey, proxies, administrators }: GcpEndpoints = {},
): NetworkEndpoints {
  const ends = networkEndpoints(settings);
  const { clients, scrapers: others } = ends;
  const balancer = proxies === undefined ? [] : clientSources(proxies);
  const fromOutside = proxies === undefined ? [] : [...balancer, ...UPTIME_CHECKERS];
  return {
    ...ends,
    clients: { ...clients, cidrs: [...clients.cidrs, ...fromOutside] },
    scrapers: { cidrs: others.cidrs, namespaces: [...scrapers.namespaces, ...others.namespaces] },
    resolvers: only(RESOLVERS),
    administrators: only(administrators ? balancer : []),
    postgres: postgres && { ...server(postgres), alias: { name: postgres.hostname, address: postgres.host } },
    redis: valkey && server(valkey),
    identity: METADATA,
  };
}

function server({ host, port }: Endpoint): ServerEndpoint {
  return { ports: [port], addresses: only([pulumi.interpolate`${host}/32`]) };
}

function only(cidrs: pulumi.Input<string>[]): Endpoints {
  return { cidrs, namespaces: [] };
}
