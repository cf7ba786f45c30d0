import { execa } from "execa";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";

/** A route of LiteLLM's proxy. */
export interface ProxyRoute {
  kind: "Route" | "Mount" | "WebSocket";
  /** Empty for a mount or a websocket. */
  methods: string[];
  /** As LiteLLM has it: `/v1/files/{file_id:path}/content`. */
  path: string;
}

const PROGRAM = new URL("litellm_routes.py", import.meta.url).pathname;

/** What a path's parameters may stand for; all others are some ID. */
const PARAMETERS: Record<string, string> = {
  ...{ model: "gemini-flash", model_id: "gemini-flash", model_name: "gemini-flash" },
  ...{ provider: "openai", endpoint: "v1/files" },
};

/** Every route of the proxy, those that it loads on demand as well. */
export async function proxyRoutes(): Promise<ProxyRoute[]> {
  const environment = await pythonEnvironment("litellm");
  const { stdout } = await execa("python", [PROGRAM], { env: litellmRuntime(environment) });
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1)) as ProxyRoute[];
}

/** A path that a route answers to. */
export function pathOf({ kind, path }: ProxyRoute): string {
  const placed = path.replaceAll(/\{(\w+)(:path)?\}/g, (_, name: string) => PARAMETERS[name] ?? "id-1");
  return kind === "Mount" ? `${placed}/anything` : placed;
}
