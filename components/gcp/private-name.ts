import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";

export interface PrivateNameArgs {
  /** Who calls it. */
  callers: "clients" | "admins";
  hostname: string;
  /** `projects/<project>/global/networks/<name>`: where it is known. */
  network: pulumi.Input<string>;
  address: pulumi.Input<string>;
}

/**
 * Makes a name known inside a network. The zone holds that one name: a zone for its whole domain would hide the domain's
 * other names from the network.
 */
export function privateName(
  { name }: GcpPlace,
  { callers, hostname, network, address }: PrivateNameArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const dnsName = `${hostname}.`;
  const zone = new gcp.dns.ManagedZone(
    `${name}-${callers}`,
    {
      dnsName,
      description: `The LLM gateway, for ${callers === "clients" ? "clients" : "administrators"} inside the network`,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: network }] },
    },
    opts,
  );
  new gcp.dns.RecordSet(
    `${name}-${callers}`,
    { managedZone: zone.name, name: dnsName, type: "A", ttl: 300, rrdatas: [address] },
    opts,
  );
}
