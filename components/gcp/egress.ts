import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";

export interface EgressArgs {
  place: GcpPlace;
  network: pulumi.Input<string>;
  subnetwork: pulumi.Input<string>;
  /** How many static addresses. */
  addresses: number;
}

/** The way of a subnet's nodes and pods to the internet: only out, from addresses that stay the same. */
export class Egress extends pulumi.ComponentResource {
  /** The public addresses, which providers of models can allow. */
  readonly addresses: pulumi.Output<string[]>;

  constructor(name: string, args: EgressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Egress", name, {}, opts);
    const child = { parent: this };
    const { place, network, subnetwork } = args;
    const { region } = place;
    const addresses = Array.from(
      { length: args.addresses },
      (_, index) =>
        new gcp.compute.Address(
          `${place.name}-egress-${index + 1}`,
          { region, addressType: "EXTERNAL" },
          { ...child, dependsOn: place.services },
        ),
    );
    const router = new gcp.compute.Router(`${place.name}-router`, { region, network }, child);
    new gcp.compute.RouterNat(
      `${place.name}-nat`,
      {
        region,
        router: router.name,
        natIpAllocateOption: "MANUAL_ONLY",
        natIps: addresses.map(({ selfLink }) => selfLink),
        sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
        subnetworks: [{ name: subnetwork, sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
        // All calls go to a handful of addresses, each of which a node reaches by as many connections at once as it
        // has ports. Fixed shares would be 64 ports; these grow with the load, which excludes the other mapping.
        enableDynamicPortAllocation: true,
        enableEndpointIndependentMapping: false,
        minPortsPerVm: 256,
        maxPortsPerVm: 8192,
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
      },
      child,
    );
    this.addresses = pulumi.all(addresses.map(({ address }) => address));
    this.registerOutputs({ addresses: this.addresses });
  }
}
