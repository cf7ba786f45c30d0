import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { ADMIN_PORT } from "../../config/schema/kubernetes/access.ts";
import { isNamed } from "../../config/schema/kubernetes/fields.ts";
import type { Service } from "../platform.ts";
import type { NetworkEndpoints } from "./network.ts";
import type { WorkloadArgs } from "./workload-args.ts";

type ClosedGateway = Pick<WorkloadArgs, "environment" | "files" | "adminPort">;

/**
 * What LiteLLM's pods need to keep clients from all that isn't theirs. A load balancer of TCP knows no paths, pods of other
 * namespaces come without any Gateway, and some Gateways send on another path than the one that they matched: so the
 * request guard, which runs in each pod, is told to let everybody who doesn't come by a port-forward to the routes of
 * clients only.
 */
export function closedGateway(
  { environment = {}, port = 0 }: Service,
  { administrators }: NetworkEndpoints,
): ClosedGateway {
  const adminPort = isNamed(administrators) ? ADMIN_PORT : undefined;
  const { LITELLM_WORKER_STARTUP_HOOKS: guard = "" } = environment;
  return {
    environment: {
      REQUEST_GUARD_CLOSED: "True",
      ...(adminPort !== undefined && {
        LITELLM_WORKER_STARTUP_HOOKS: pulumi.interpolate`${guard},admin_port:install`,
        ADMIN_PORT_ADDRESS: `{host}:${adminPort}`,
        ADMIN_PORT_LITELLM: `127.0.0.1:${port}`,
      }),
      // Its pages about its own API, which administrators don't need either: https://docs.litellm.ai has them.
      NO_DOCS: "True",
      NO_REDOC: "True",
      NO_OPENAPI: "True",
    },
    files:
      adminPort === undefined
        ? {}
        : { "admin_port.py": readFileSync(new URL("admin_port.py", import.meta.url), "utf8") },
    adminPort,
  };
}
