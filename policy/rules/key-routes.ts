import { keyPaths, ROUTE_GROUPS } from "../../config/schema/routes.ts";
import { KEY_SETS, keysOf } from "../keys.ts";
import { entries, UNKNOWN } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** Everything that the settings can open for a key. */
const OPEN = new Set(keyPaths(ROUTE_GROUPS));

export const keyRoutes: Rule = {
  why: "Every virtual key names its routes, none of them of management or past LiteLLM's budgets, since a key without a list may call every route of its role.",
  source: "https://docs.litellm.ai/docs/proxy/virtual_keys",
  types: KEY_SETS,
  judge: () => (resource) =>
    keysOf(resource).flatMap(({ alias, settings: { allowedRoutes } }) => {
      if (allowedRoutes === UNKNOWN) return [];
      const routes = entries(allowedRoutes).filter((route) => typeof route === "string");
      const other = routes.filter((route) => !OPEN.has(route));
      if (Array.isArray(allowedRoutes) && allowedRoutes.length > 0 && other.length === 0) return [];
      return [
        other.length > 0
          ? `The key ${alias} may call ${other.join(", ")}, which config/schema/routes.ts opens for nobody: open APIs with \`apis\` of its project or pool.`
          : `The key ${alias} has no allowedRoutes, and so may call every route: give it those of its \`apis\`.`,
      ];
    }),
};
