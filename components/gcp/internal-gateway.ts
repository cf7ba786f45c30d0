import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { ClientRoute } from "../../config/routes.ts";
import { rulesFor } from "../kubernetes/http-routes.ts";
import { labels } from "../kubernetes/labels.ts";

export interface InternalGatewayArgs {
  namespace: pulumi.Input<string>;
  hostname: string;
  /** Name of the Service that requests go to. */
  service: string;
  port: number;
  /** Requests that go there; all others are refused. */
  clientRoutes: readonly ClientRoute[];
  /** Where it says whether it can work. */
  readiness: string;
  /** Seconds that a request may take with its answer. */
  timeout: number;
  /** Name of the reserved address inside the network. */
  address: pulumi.Input<string>;
  /** Name of the region's certificate in Certificate Manager. */
  certificate: pulumi.Input<string>;
  /** Name of the region's SSL policy. */
  tlsPolicy: pulumi.Input<string>;
  /** Name of the region's Cloud Armor policy. */
  securityPolicy: pulumi.Input<string>;
}

/** Whose load balancers have addresses inside the network alone: https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities. */
const INTERNAL = "gke-l7-rilb";

/** Seconds that Google Cloud lets requests in hand go on, at most: https://cloud.google.com/load-balancing/docs/enabling-connection-draining. */
const LONGEST_DRAINING = 3600;

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
    const gateway = this.#gateway(this.#guards());
    this.#object("HTTPRoute", "gateway.networking.k8s.io/v1", {
      opts: { dependsOn: gateway },
      spec: {
        parentRefs: [{ name }],
        hostnames: [args.hostname],
        rules: rulesFor(args.clientRoutes, { name: args.service, port: args.port }),
      },
    });
    this.registerOutputs();
  }

  #guards(): pulumi.Resource[] {
    const { service, readiness, timeout, securityPolicy, tlsPolicy } = this.#args;
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
    // Clients in other regions, or behind a VPN there, are among the allowed ranges or not.
    const connections = { sslPolicy: tlsPolicy, allowGlobalAccess: true };
    const gateway = { group: "gateway.networking.k8s.io", kind: "Gateway", name: this.#name };
    const policy = (kind: string, targetRef: object, settings: object) =>
      this.#object(kind, "networking.gke.io/v1", { spec: { targetRef, default: settings } });
    return [
      policy("HealthCheckPolicy", backend, health),
      policy("GCPBackendPolicy", backend, requests),
      policy("GCPGatewayPolicy", gateway, connections),
    ];
  }

  #gateway(guards: pulumi.Resource[]): pulumi.Resource {
    const { hostname, address, certificate } = this.#args;
    return this.#object("Gateway", "gateway.networking.k8s.io/v1", {
      // A load balancer takes minutes, and waits for its certificate.
      annotations: { "pulumi.com/waitFor": "condition=Programmed" },
      opts: { dependsOn: guards, customTimeouts: { create: "20m", delete: "20m" } },
      spec: {
        gatewayClassName: INTERNAL,
        addresses: [{ type: "NamedAddress", value: address }],
        listeners: [
          {
            name: "https",
            hostname,
            port: 443,
            protocol: "HTTPS",
            tls: { mode: "Terminate", options: { "networking.gke.io/cert-manager-certs": certificate } },
            allowedRoutes: { namespaces: { from: "Same" } },
          },
        ],
      },
    });
  }

  #object(
    kind: string,
    apiVersion: string,
    args: { spec: object; annotations?: Record<string, string>; opts?: pulumi.CustomResourceOptions },
  ): pulumi.Resource {
    const name = this.#name;
    const { annotations, spec, opts = {} } = args;
    const metadata = { name, namespace: this.#args.namespace, labels: labels(name, "gateway") };
    return new kubernetes.apiextensions.CustomResource(
      `${name}-${kind.toLowerCase()}`,
      { apiVersion, kind, metadata: { ...metadata, ...(annotations && { annotations }) }, spec },
      pulumi.mergeOptions(this.#child, opts),
    );
  }
}
