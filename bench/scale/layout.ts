import { createHash } from "node:crypto";

import { connectionsFor, sizesFor, workerConnections } from "../../config/schema/capacity.ts";
import { defaultConnections, tierOf } from "../../config/schema/gcp/tiers.ts";

/** An organization's use of models. */
export interface Demand {
  projects: number;
  /** Requests per second of all of them together, at the busiest time. */
  rps: number;
}

/** One of the stacks that carry it together. */
export interface GatewayStack {
  name: string;
  projects: string[];
  /** Requests per second, if every project has the same share. */
  rps: number;
  /** LiteLLM's pods at most, and the connections that they and others open then, of those that the server accepts. */
  pods: number;
  connections: number;
  accepted: number;
}

/**
 * The gateway of a project: the one that scores highest for it, so that a gateway more takes an equal share of each other's
 * projects and moves no other (rendezvous hashing, Thaler and Ravishankar 1996).
 */
export function gatewayOf(project: string, gateways: string[]): string {
  const score = (gateway: string) => createHash("sha256").update(`${gateway}/${project}`).digest("hex");
  return gateways.reduce((best, gateway) => (score(gateway) > score(best) ? gateway : best));
}

/** How a demand is laid out over this many gateways. */
export function layout({ projects, rps }: Demand, gateways: number): GatewayStack[] {
  const names = Array.from({ length: gateways }, (_, index) => `prod-${index + 1}`);
  const all = Array.from({ length: projects }, (_, index) => `project-${index + 1}`);
  const shares = Map.groupBy(all, (project) => gatewayOf(project, names));
  return names.map((name) => {
    const own = shares.get(name) ?? [];
    const load = Math.ceil((rps * own.length) / projects);
    const { maxReplicas: pods, tier } = sizesFor(load);
    const machine = tierOf(tier);
    const accepted = machine ? defaultConnections(machine) : 0;
    const connections = connectionsFor(pods, workerConnections(accepted, pods));
    return { name, projects: own, rps: load, pods, connections, accepted };
  });
}
