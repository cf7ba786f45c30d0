import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { ClientRoute } from "../../config/schema/routes.ts";
import { adminService } from "../kubernetes/admin-service.ts";
import { everything, rulesFor } from "../kubernetes/http-routes.ts";
import { allowedClients } from "./allowed-clients.ts";
import { type Authority, Certificate, type OwnCertificate } from "./certificate.ts";
import { type Entrance, InternalGateway } from "./internal-gateway.ts";
import type { GcpPlace } from "./place.ts";
import { privateName } from "./private-name.ts";

/** A hostname, and who may call it. */
interface Hostname {
  /** The DNS name. */
  hostname: string;
  /** Ranges that may call it. */
  clients: string[];
  /** Default: one of a private authority. */
  certificate?: OwnCertificate | undefined;
}

export interface GcpClientAccessArgs extends Hostname {
  place: GcpPlace;
  network: {
    /** `projects/<project>/global/networks/<name>`: where the name is known. */
    network: pulumi.Input<string>;
    /** `projects/<project>/regions/<region>/subnetworks/<name>`: where the address is. */
    subnetwork: pulumi.Input<string>;
    /** Where the load balancer's proxies are: made before it, deleted after it. */
    proxySubnet: pulumi.Resource[];
  };
  /** What administrators call. Default: they come by port-forwards. */
  admin?: Hostname | undefined;
  namespace: pulumi.Input<string>;
  /** Name of the Service that clients get to. */
  service: string;
  port: number;
  /** The routes that clients reach. */
  clientRoutes: readonly ClientRoute[];
  /** The path that answers 200 when the service is ready. */
  readiness: string;
  /** Seconds that a request may take with its answer. */
  timeout: number;
  /** Resolves when the Service is ready. */
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
  /** What administrators call; undefined where they come by port-forwards. */
  readonly adminUrl: pulumi.Output<string> | undefined;
  /** The address inside the network. */
  readonly address: pulumi.Output<string>;
  /** The load balancer's certificates, by the names that they have in Certificate Manager. */
  readonly certificates: pulumi.Output<string>[];
  /** The authority's certificate that clients must trust, in PEM; undefined where the certificates are the user's own. */
  readonly caCertificate: pulumi.Output<string> | undefined;

  constructor(name: string, args: GcpClientAccessArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:ClientAccess", name, {}, opts);
    const { place, network, hostname, admin, namespace, service, port } = args;
    const child = { parent: this, dependsOn: place.services };
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
    const forClients = this.#guarded(name, "clients", args);
    const entrances: Entrance[] = [
      { ...forClients.entrance, service, rules: rulesFor(args.clientRoutes, { name: service, port }) },
    ];
    const forAdmins =
      admin &&
      this.#guarded(`${name}-admin`, "admins", {
        ...{ place, service, authority: forClients.certificate.authority },
        ...admin,
      });
    if (forAdmins) {
      const backend = adminService(service, namespace, { parent: this, dependsOn: args.ready });
      entrances.push({ ...forAdmins.entrance, service: backend.name, rules: [everything(backend)] });
    }
    const guards = [forClients, forAdmins].flatMap((made) => (made ? [made.certificate, made.allowed] : []));
    new InternalGateway(
      `${service}-clients`,
      { ...args, entrances, address: address.name, tlsPolicy: tls.name },
      // Google Cloud refuses to delete what a load balancer uses, so the Gateway goes first.
      { parent: this, dependsOn: [address, tls, ...guards, ...args.ready, ...network.proxySubnet] },
    );
    for (const { callers, hostname } of entrances) {
      privateName(place, { callers, hostname, network: network.network, address: address.address }, child);
    }
    this.url = pulumi.output(`https://${hostname}`);
    this.adminUrl = admin && pulumi.output(`https://${admin.hostname}`);
    this.address = address.address;
    this.certificates = [forClients, forAdmins].flatMap((made) => made?.certificate.name ?? []);
    this.caCertificate = (forClients.certificate.authority ?? forAdmins?.certificate.authority)?.certificate;
    this.registerOutputs({ url: this.url, address: this.address, caCertificate: this.caCertificate });
  }

  /** What guards a hostname: its certificate, and who is let in. */
  #guarded(
    name: string,
    callers: Entrance["callers"],
    args: Hostname & { place: GcpPlace; service: string; authority?: Authority | undefined },
  ) {
    const { place, hostname, clients, certificate: own, authority } = args;
    const certificate = new Certificate(name, { place, callers, hostname, own, authority }, { parent: this });
    const allowed = new gcp.compute.RegionSecurityPolicy(
      `${place.name}-${callers}`,
      { region: place.region, type: "CLOUD_ARMOR", rules: allowedClients(clients) },
      { parent: this, dependsOn: place.services },
    );
    const entrance = {
      name: `${args.service}-${callers}`,
      callers,
      hostname,
      certificate: certificate.name,
      securityPolicy: allowed.name,
    };
    return { certificate, allowed, entrance };
  }
}
