import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";

export interface PrivateEndpointArgs {
  place: GcpPlace;
  /** What is behind it, which is part of its name: `postgres`. */
  purpose: string;
  /** `projects/…/global/networks/…` */
  network: pulumi.Input<string>;
  /** `projects/…/regions/…/subnetworks/…`, which gives the address. */
  subnetwork: pulumi.Input<string>;
  /** The producer's service attachment. */
  serviceAttachment: pulumi.Input<string>;
}

/**
 * A service of a producer such as Cloud SQL at an internal address of ours, by Private Service Connect:
 * https://cloud.google.com/sql/docs/postgres/configure-private-service-connect. Nothing of the network is shared with the
 * producer, so that no peering stands in the way when either goes.
 */
export class PrivateEndpoint extends pulumi.ComponentResource {
  /** The internal address, which stays the same whatever is behind it. */
  readonly address: pulumi.Output<string>;
  /** Resolves when the address leads to the service: what connects to it depends on this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: PrivateEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:PrivateEndpoint", name, {}, opts);
    const { place, purpose, network, subnetwork, serviceAttachment } = args;
    const logicalName = `${place.name}-${purpose}`;
    const address = new gcp.compute.Address(
      logicalName,
      { addressType: "INTERNAL", subnetwork, region: place.region },
      { parent: this, dependsOn: place.services },
    );
    this.ready = new gcp.compute.ForwardingRule(
      logicalName,
      {
        region: place.region,
        network,
        ipAddress: address.selfLink,
        target: serviceAttachment,
        // Private Service Connect has none, and the default is EXTERNAL.
        loadBalancingScheme: "",
        // A producer that was told to accept us again only does so for a new rule.
        recreateClosedPsc: true,
      },
      // The address is taken as long as the former rule is there.
      { parent: this, deleteBeforeReplace: true },
    );
    this.address = address.address;
    this.registerOutputs({ address: this.address });
  }
}
