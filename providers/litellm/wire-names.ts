/** The fields of `object_permission`, each with what clears it: those that are left out of a request stay as they are. */
export const OBJECT_PERMISSION: Record<string, unknown> = {
  mcp_servers: [],
  mcp_access_groups: [],
  mcp_tool_permissions: {},
  mcp_toolsets: [],
  vector_stores: [],
  agents: [],
  agent_access_groups: [],
  models: [],
  blocked_tools: [],
  search_tools: [],
  skills: [],
};

/** An object with its own names as LiteLLM writes them: `maxBudget` → `max_budget`. */
export function snakeNames(value: object): Record<string, unknown> {
  return renamed(value, (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** An object with its own names as this package writes them: `max_budget` → `maxBudget`. */
export function camelNames(value: object): Record<string, unknown> {
  return renamed(value, (name) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function renamed(value: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [rename(name), item as unknown]));
}
