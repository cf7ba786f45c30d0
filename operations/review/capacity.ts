import type { ResourceChange } from "./preview.ts";
import { type Told, toldChanges } from "./told-changes.ts";

/** Properties that say how much something can carry. */
const SIZES =
  /(^|\.)(replicas|minReplicas|maxReplicas|minAvailable|tier|diskSize|diskAutoresizeLimit|availabilityType|nodeType|shardCount|replicaCount|storage|minPortsPerVm)$|\.resources\.|(^|\.)(command|args)$/;

/** How much the gateway can carry, before and after. */
export function capacityChanges(resources: ResourceChange[]): Told {
  return toldChanges("Capacity", resources, (_type, path) => SIZES.test(path));
}
