import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { ClientRoute } from "../../config/routes.ts";
import { allowedClients } from "./allowed-clients.ts";
import { Certificate, type OwnCertificate } from "./certificate.ts";
import { InternalGateway } from "./internal-gateway.ts";
import type { GcpPlace } from "./place.ts";
import { privateName } from "./private-name.ts";

export interface GcpClientAccessArgs {
  place: GcpPlace;
  network: {
    /** `projects/<project>/global/networks/<name>`: where the name is known. */
    network: pulumi.Input<string>;
    /** `projects/<project>/regions/<region>/subnetworks/<name>`: where the address is. */
    subnetwork: pulumi.Input<string>;
    /** Where the load balancer's proxies are: made before it, deleted after it. */
    proxySubnet: pulumi.Resource[];
  };
  /** The DNS name that clients use. */
  hostname: string;
  /** Ranges that clients are in. */
  clients: string[];
  /** Default: one of a private authority. */
  certificate?: OwnCertificate | undefined;
  namespace: pulumi.Input<string>;
  /** Name of the Service that clients get to. */
  service: string;
  port: number;
  /** What of it they get to. */
  clientRoutes: readonly ClientRoute[];
  /** Where it says whether it can work. */
  readiness: string;
  /** Seconds that a request may take with its answer. */
  timeout: number;
  /** The Service, ready to answer. */
  ready: pulumi.Resource[];
}

/** Where Google checks the health of what is behind a load balancer from: https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges. */
const HEALTH_CHECKS = ["35.191.0.0/16", "130.211.0.0/22"];

/** Where pods see clients' requests come from: the load balancer's proxies call in their place. */
export function clientSources(proxies: string): string[] {
  return [proxies, ...HEALTH_CHECKS];
}

/**
 * The way in for clients outside the cluster: an Application Load Balancer with an address inside the network, a name
 * that only this network knows, and TLS. It can't be given a public address.
 */
export class GcpClientAccess extends pulumi.ComponentResource {
  /** What clients call. */
  readonly url: pulumi.Output<string>;
  /** The address inside the network. */
  readonly address: pulumi.Output<string>;
  /** The load balancer's certificate, by the name that it has in Certificate Manager. */
  readonly certificate: pulumi.Output<string>;
  /** What clients must trust, in PEM; undefined where the certificate is the user's own. */
  readonly caCertificate: pulumi.Output<string> | undefined;

  constructor(name: string, args: GcpClientAccessArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:ClientAccess", name, {}, opts);
    const { place, network, hostname, clients, service } = args;
    const child = { parent: this, dependsOn: place.services };
    const certificate = new Certificate(name, { place, hostname, own: args.certificate }, { parent: this });
    const address = new gcp.compute.Address(
      `${place.name}-clients`,
      { region: place.region, addressType: "INTERNAL", purpose: "GCE_ENDPOINT", subnetwork: network.subnetwork },
      child,
    );
    const tls = new gcp.compute.RegionSslPolicy(
      `${place.name}-clients`,
      { region: place.region, profile: "MODERN", minTlsVersion: "TLS_1_2" },
      child,
    );
    const allowed = new gcp.compute.RegionSecurityPolicy(
      `${place.name}-clients`,
      { region: place.region, type: "CLOUD_ARMOR", rules: allowedClients(clients) },
      child,
    );
    new InternalGateway(
      `${service}-clients`,
      {
        ...args,
        address: address.name,
        certificate: certificate.name,
        tlsPolicy: tls.name,
        securityPolicy: allowed.name,
      },
      // Google Cloud refuses to delete what a load balancer uses, so the Gateway goes first.
      { parent: this, dependsOn: [certificate, address, tls, allowed, ...args.ready, ...network.proxySubnet] },
    );
    privateName(place, { hostname, network: network.network, address: address.address }, child);
    this.url = pulumi.output(`https://${hostname}`);
    this.address = address.address;
    this.certificate = certificate.name;
    this.caCertificate = certificate.authority;
    this.registerOutputs({ url: this.url, address: this.address, caCertificate: this.caCertificate });
  }
}
