import { KEY_SETS, keysOf } from "../keys.ts";
import { entries, UNKNOWN } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** LiteLLM's names for all models: of the proxy, of the key's team, and of no list. */
const ALL = ["all-proxy-models", "all-team-models"];

export const keyModels: Rule = {
  why: "Every virtual key names its models, since a pattern such as openai/* also opens whatever model comes next, at whatever price.",
  source: "https://docs.litellm.ai/docs/proxy/virtual_keys",
  types: KEY_SETS,
  judge: () => (resource) =>
    keysOf(resource).flatMap(({ alias, settings: { models } }) => {
      if (models === UNKNOWN) return [];
      const names = entries(models).filter((name) => typeof name === "string");
      const open = names.filter((name) => name.includes("*") || ALL.includes(name));
      if (Array.isArray(models) && models.length > 0 && open.length === 0) return [];
      const what = open.length > 0 ? `may use ${open.join(", ")}` : "names no models, and so may use all";
      return [`The key ${alias} ${what}: name each in \`models\` of its project or pool.`];
    }),
};
