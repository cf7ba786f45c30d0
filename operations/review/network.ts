import type { ResourceChange } from "./preview.ts";
import { type Told, toldChanges } from "./told-changes.ts";

/** Types that decide who gets where, and who may do what in Google Cloud. */
const ACCESS =
  /:(NetworkPolicy|Firewall|Gateway|HTTPRoute|GCPGatewayPolicy|GCPBackendPolicy|RegionSecurityPolicy|RegionSslPolicy|Router|RouterNat|Address|ForwardingRule|Certificate|\w*I[Aa][Mm](Member|Binding|Policy)|ServiceAccount|Account)$/;

/** Who gets to the gateway, where it gets to, and who may read its secrets. */
export function networkChanges(resources: ResourceChange[]): Told {
  return toldChanges("Network and access", resources, (type) => ACCESS.test(type));
}
