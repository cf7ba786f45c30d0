import { readFileSync } from "node:fs";

import { ADMIN_PORT } from "../../config/kubernetes-access.ts";
import { isNamed } from "../../config/kubernetes-fields.ts";
import type { Service } from "../platform.ts";
import type { Network } from "./network.ts";
import type { WorkloadArgs } from "./workload.ts";

type FrontDoor = Pick<WorkloadArgs, "environment" | "files" | "adminPort">;

/** What LiteLLM's pods need to keep clients from all that isn't theirs: `front_door.py` says how it does that. */
export function frontDoor({ clientRoutes = [], port = 0 }: Service, { administrators }: Network): FrontDoor {
  const adminPort = isNamed(administrators) ? ADMIN_PORT : undefined;
  return {
    environment: {
      // Each process of LiteLLM calls it at its start, and ends if it fails:
      // https://docs.litellm.ai/docs/proxy/worker_startup_hooks.
      LITELLM_WORKER_STARTUP_HOOKS: "front_door:install",
      PYTHONPATH: "{files}",
      ...(adminPort !== undefined && {
        FRONT_DOOR_ADMINISTRATORS: `{host}:${adminPort}`,
        FRONT_DOOR_LITELLM: `127.0.0.1:${port}`,
      }),
      // Its pages about its own API, which administrators don't need either: https://docs.litellm.ai has them.
      NO_DOCS: "True",
      NO_REDOC: "True",
      NO_OPENAPI: "True",
    },
    files: {
      "front_door.py": readFileSync(new URL("front_door.py", import.meta.url), "utf8"),
      "client-routes.json": JSON.stringify(clientRoutes),
    },
    adminPort,
  };
}
