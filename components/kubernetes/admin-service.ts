import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { ADMIN_PORT } from "../../config/schema/kubernetes/access.ts";
import type { Backend } from "./http-routes.ts";
import { labels, selector } from "./labels.ts";

/** A Service of the same pods, at the port where they take administrators for such: only a Gateway gets to it. */
export function adminService(
  service: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): Backend {
  const name = `${service}-admin`;
  new kubernetes.core.v1.Service(
    name,
    {
      metadata: { name, namespace, labels: labels(name, "gateway") },
      spec: {
        type: "ClusterIP",
        selector: selector(service),
        ports: [{ name: "admin", port: ADMIN_PORT, targetPort: "admin" }],
      },
    },
    opts,
  );
  return { name, port: ADMIN_PORT };
}
