import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { KubernetesSettings } from "../../config/schema/kubernetes/kubernetes.ts";
import type { ClientRoute } from "../../config/schema/routes.ts";
import { adminService } from "./admin-service.ts";
import { everything, type HttpRule, rulesFor } from "./http-routes.ts";
import { labels, selector } from "./labels.ts";

type Access = KubernetesSettings["access"];

export type ClientAccessArgs = Access & {
  namespace: pulumi.Input<string>;
  /** Name of the Service that clients get to, and of its pods. */
  service: string;
  port: number;
  /** The routes that clients reach. */
  clientRoutes: readonly ClientRoute[];
};

/** The ways in for clients outside the cluster, each of which the settings must have declared internal. */
export class ClientAccess extends pulumi.ComponentResource {
  readonly #namespace: pulumi.Input<string>;

  constructor(name: string, args: ClientAccessArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:kubernetes:ClientAccess", name, {}, opts);
    const { namespace, service, port, clientRoutes, route, adminRoute, loadBalancer } = args;
    this.#namespace = namespace;
    if (route) this.#route(name, route, rulesFor(clientRoutes, { name: service, port }));
    if (adminRoute) {
      const administrators = adminService(service, namespace, { parent: this });
      this.#route(`${service}-admins`, adminRoute, [everything(administrators)]);
    }
    if (loadBalancer) this.#loadBalancer(name, args, loadBalancer);
    this.registerOutputs();
  }

  #route(name: string, route: NonNullable<Access["route"]>, rules: HttpRule[]) {
    const { hostname, parent: existing } = route;
    const metadata = { name, namespace: this.#namespace, labels: labels(name, "gateway") };
    if (!existing) this.#gateway(name, metadata, route);
    const parent = existing
      ? {
          name: existing.name,
          namespace: existing.namespace,
          ...(existing.listener !== undefined && { sectionName: existing.listener }),
        }
      : { name };
    new kubernetes.apiextensions.CustomResource(
      name,
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata,
        spec: { parentRefs: [parent], hostnames: [hostname], rules },
      },
      { parent: this },
    );
  }

  #gateway(name: string, metadata: object, { hostname, tlsSecret, issuer, ...route }: NonNullable<Access["route"]>) {
    new kubernetes.apiextensions.CustomResource(
      `${name}-gateway`,
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "Gateway",
        metadata: {
          ...metadata,
          ...(issuer !== undefined && { annotations: { "cert-manager.io/cluster-issuer": issuer } }),
        },
        spec: {
          gatewayClassName: route.class,
          listeners: [
            {
              name: "https",
              hostname,
              port: 443,
              protocol: "HTTPS",
              tls: { mode: "Terminate", certificateRefs: [{ name: tlsSecret }] },
              allowedRoutes: { namespaces: { from: "Same" } },
            },
          ],
        },
      },
      { parent: this },
    );
  }

  #loadBalancer(
    name: string,
    { namespace, service, port }: ClientAccessArgs,
    { annotations, class: loadBalancerClass }: NonNullable<Access["loadBalancer"]>,
  ) {
    new kubernetes.core.v1.Service(
      name,
      {
        metadata: { name, namespace, labels: labels(name, "gateway"), annotations },
        spec: {
          type: "LoadBalancer",
          ...(loadBalancerClass !== undefined && { loadBalancerClass }),
          // Keeps the clients' addresses, which the NetworkPolicy asks for.
          externalTrafficPolicy: "Local",
          selector: selector(service),
          ports: [{ name: "main", port, targetPort: "main" }],
        },
      },
      { parent: this },
    );
  }
}
