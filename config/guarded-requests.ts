import type { ClientRoute } from "./schema/routes.ts";
import { clientRoutes } from "./schema/routes.ts";
import type { Settings } from "./settings.ts";

/** What the request guard of a stack lets through. */
export interface GuardedRequests {
  /** What any key opens, and what answers everybody. */
  routes: ClientRoute[];
  /** Parameters beyond the public APIs that any project or pool may send. */
  projectParameters: string[];
}

/** What the keys of a stack may send, all together; LiteLLM knows from a key's own settings what that key may send. */
export function guardedRequests({ projects, pools }: Pick<Settings, "projects" | "pools">): GuardedRequests {
  const holders = [...projects, ...pools];
  return {
    routes: clientRoutes(holders.flatMap(({ apis }) => apis)),
    projectParameters: [...new Set(holders.flatMap(({ parameters }) => parameters))].sort(),
  };
}
