import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { HttpRule } from "../kubernetes/http-routes.ts";
import { labels } from "../kubernetes/labels.ts";

/** A hostname of the load balancer, and what is behind it. */
export interface Entrance {
  /** Name of its objects. */
  name: string;
  /** Who calls it. */
  callers: "clients" | "admins";
  hostname: string;
  /** Name of the region's certificate in Certificate Manager. */
  certificate: pulumi.Input<string>;
  /** Name of the region's Cloud Armor policy. */
  securityPolicy: pulumi.Input<string>;
  /** Name of the Service that requests go to, which no other entrance leads to. */
  service: string;
  /** The rules for requests to the Service; all other requests are refused. */
  rules: HttpRule[];
}

export interface InternalGatewayArgs {
  namespace: pulumi.Input<string>;
  entrances: Entrance[];
  /** The path on the Services that answers 200 when they are ready. */
  readiness: string;
  /** Seconds that a request may take with its answer. */
  timeout: number;
  /** Name of the reserved address inside the network. */
  address: pulumi.Input<string>;
  /** Name of the region's SSL policy. */
  tlsPolicy: pulumi.Input<string>;
}

/** The GatewayClass whose load balancers have only addresses inside the network: https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities. */
const INTERNAL = "gke-l7-rilb";

/** Seconds that Google Cloud lets requests in hand go on, at most: https://cloud.google.com/load-balancing/docs/enabling-connection-draining. */
const LONGEST_DRAINING = 3600;

const GATEWAY_API = "gateway.networking.k8s.io";

/** Names of listeners, which are there as long as the Gateway. */
const LISTENERS = { clients: "https", admins: "https-admins" };

/** A load balancer inside the network, as GKE's Gateway controller makes it. */
export class InternalGateway extends pulumi.ComponentResource {
  readonly #name: string;
  readonly #args: InternalGatewayArgs;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: InternalGatewayArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:InternalGateway", name, {}, opts);
    this.#name = name;
    this.#args = args;
    // Pulumi doesn't hand down what a component depends on.
    this.#child = { parent: this, ...(opts.dependsOn !== undefined && { dependsOn: opts.dependsOn }) };
    // First what guards it: the load balancer must never answer without.
    const gateway = this.#gateway([
      ...args.entrances.flatMap((entrance) => this.#guards(entrance)),
      this.#connections(),
    ]);
    for (const entrance of args.entrances) this.#route(entrance, gateway);
    this.registerOutputs();
  }

  #guards({ name, service, securityPolicy }: Entrance): pulumi.Resource[] {
    const { readiness, timeout } = this.#args;
    const backend = { group: "", kind: "Service", name: service };
    const health = {
      checkIntervalSec: 10,
      timeoutSec: 5,
      healthyThreshold: 1,
      unhealthyThreshold: 3,
      config: { type: "HTTP", httpHealthCheck: { requestPath: readiness } },
    };
    const requests = {
      timeoutSec: timeout,
      securityPolicy,
      connectionDraining: { drainingTimeoutSec: Math.min(timeout, LONGEST_DRAINING) },
      // Who asked for which path, and the answer's status: no bodies, no headers.
      logging: { enabled: true, sampleRate: 1_000_000 },
    };
    return [
      this.#policy(name, "HealthCheckPolicy", backend, health),
      this.#policy(name, "GCPBackendPolicy", backend, requests),
    ];
  }

  #connections(): pulumi.Resource {
    const gateway = { group: GATEWAY_API, kind: "Gateway", name: this.#name };
    // Clients in other regions, or behind a VPN there, are among the allowed ranges or not.
    const connections = { sslPolicy: this.#args.tlsPolicy, allowGlobalAccess: true };
    return this.#policy(this.#name, "GCPGatewayPolicy", gateway, connections);
  }

  #gateway(guards: pulumi.Resource[]): pulumi.Resource {
    const { address, entrances } = this.#args;
    return this.#object(this.#name, "Gateway", `${GATEWAY_API}/v1`, {
      // A load balancer takes minutes, and waits for its certificate.
      annotations: { "pulumi.com/waitFor": "condition=Programmed" },
      opts: { dependsOn: guards, customTimeouts: { create: "20m", delete: "20m" } },
      spec: {
        gatewayClassName: INTERNAL,
        addresses: [{ type: "NamedAddress", value: address }],
        listeners: entrances.map(({ callers, hostname, certificate }) => ({
          name: LISTENERS[callers],
          hostname,
          port: 443,
          protocol: "HTTPS",
          tls: { mode: "Terminate", options: { "networking.gke.io/cert-manager-certs": certificate } },
          allowedRoutes: { namespaces: { from: "Same" } },
        })),
      },
    });
  }

  #route({ name, callers, hostname, rules }: Entrance, gateway: pulumi.Resource): void {
    const listener = callers === "clients" ? {} : { sectionName: LISTENERS[callers] };
    this.#object(name, "HTTPRoute", `${GATEWAY_API}/v1`, {
      opts: { dependsOn: gateway },
      spec: { parentRefs: [{ name: this.#name, ...listener }], hostnames: [hostname], rules },
    });
  }

  #policy(name: string, kind: string, targetRef: object, settings: object): pulumi.Resource {
    return this.#object(name, kind, "networking.gke.io/v1", { spec: { targetRef, default: settings } });
  }

  #object(
    name: string,
    kind: string,
    apiVersion: string,
    args: { spec: object; annotations?: Record<string, string>; opts?: pulumi.CustomResourceOptions },
  ): pulumi.Resource {
    const { annotations, spec, opts = {} } = args;
    const metadata = { name, namespace: this.#args.namespace, labels: labels(name, "gateway") };
    return new kubernetes.apiextensions.CustomResource(
      `${name}-${kind.toLowerCase()}`,
      { apiVersion, kind, metadata: { ...metadata, ...(annotations && { annotations }) }, spec },
      pulumi.mergeOptions(this.#child, opts),
    );
  }
}
