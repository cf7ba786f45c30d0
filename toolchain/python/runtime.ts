import { delimiter, join } from "node:path";

const PRISMA = join(import.meta.dirname, "..", "prisma", "bin");

/** Keeps the software from fetching lists from GitHub when it starts: it uses those that it ships. */
export const OFFLINE = {
  LITELLM_LOCAL_MODEL_COST_MAP: "True",
  LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS: "True",
  LITELLM_LOCAL_AUTOROUTER_PRESETS: "True",
  LITELLM_LOCAL_BLOG_POSTS: "True",
  LITELLM_LOCAL_POLICY_TEMPLATES: "True",
};

/** Logs reach their file line by line, and hold every character whatever the user's locale. */
const LOGS = { PYTHONUNBUFFERED: "1", PYTHONUTF8: "1" };

/**
 * The variables with which LiteLLM runs from its environment on this machine, to be merged over those of the process.
 *
 * @param venv What `pythonEnvironment("litellm")` returned.
 * @param path The PATH to go on with. Default: that of this process.
 */
export function litellmRuntime(venv: string, path = process.env["PATH"] ?? ""): Record<string, string> {
  return {
    ...OFFLINE,
    ...LOGS,
    PATH: [PRISMA, join(venv, "bin"), path].join(delimiter),
    PRISMA_QUERY_ENGINE_BINARY: join(PRISMA, "query-engine"),
    LITELLM_DONT_SHOW_FEEDBACK_BOX: "true",
  };
}

/**
 * The variables with which Sagewai runs from its environment on this machine, to be merged over those of the process.
 *
 * @param venv What `pythonEnvironment("sagewai")` returned.
 * @param path The PATH to go on with. Default: that of this process.
 */
export function sagewaiRuntime(venv: string, path = process.env["PATH"] ?? ""): Record<string, string> {
  return { ...OFFLINE, ...LOGS, PATH: [join(venv, "bin"), path].join(delimiter) };
}
