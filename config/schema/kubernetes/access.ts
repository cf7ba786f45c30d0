import * as z from "zod";

import { dnsLabel, host, isNamed, objectName, peers } from "./fields.ts";

/** Where LiteLLM's pods take administrators' requests that come by `adminRoute`. */
export const ADMIN_PORT = 9099;

/** A route of the Gateway API for clients. */
export const route = z.strictObject({
  hostname: host().describe("The DNS name that clients use."),
  parent: z
    .strictObject({
      name: objectName().describe("Its name."),
      namespace: dnsLabel().describe("Its namespace."),
      listener: objectName().optional().describe("Its listener. Default: all that take the hostname."),
    })
    .optional()
    .describe("An existing internal Gateway, with TLS of its own. Either this or `class`."),
  class: objectName().optional().describe("An internal GatewayClass, to make a Gateway of. Either this or `parent`."),
  tlsSecret: dnsLabel()
    .default("litellm-tls")
    .describe("The Secret with the certificate of the Gateway that `class` makes."),
  issuer: objectName()
    .optional()
    .describe("The cert-manager ClusterIssuer that fills `tlsSecret`. Default: none; the Secret must exist."),
});

/** A route of the Gateway API for administrators. */
export const adminRoute = z.strictObject({
  ...route.shape,
  hostname: host().describe("The DNS name that administrators use: not that of clients."),
  tlsSecret: dnsLabel()
    .default("litellm-admin-tls")
    .describe("The Secret with the certificate of the Gateway that `class` makes."),
  from: peers()
    .prefault({})
    .refine(
      isNamed,
      "names nobody; write the cidrs or namespaces that its Gateway calls from, because LiteLLM refuses all others",
    )
    .describe("Where its Gateway calls from, which must be named. Whoever reaches that Gateway reaches everything."),
});

/** A load balancer for clients, which knows no paths. */
export const loadBalancer = z.strictObject({
  annotations: z
    .record(z.string(), z.string())
    .refine(
      (annotations) => Object.keys(annotations).length > 0,
      'is empty; write what makes your cloud\'s load balancers internal, such as "networking.gke.io/load-balancer-type: Internal"',
    )
    .describe("What makes the load balancer internal in your cloud. Required, so that nothing is public by omission."),
  class: z.string().min(1, "is empty; write a load balancer class").optional().describe("Its load balancer class."),
});
