import { pythonPrograms } from "../python-programs.ts";

const OWN = new URL("./", import.meta.url);

/** The package for people's own agents, of which tasks use a part as well. */
const AGENTS = new URL("../../python/llm_gateway_agents/", import.meta.url);
const SHARED = "gateway_budget.py";

/** Python programs of Sagewai's services as their files, by name. */
export function programs(...names: string[]): Record<string, string> {
  const own = names.filter((name) => name !== SHARED);
  return { ...pythonPrograms(OWN, own), ...(names.includes(SHARED) && pythonPrograms(AGENTS, [SHARED])) };
}
