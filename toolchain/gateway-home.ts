import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/**
 * The folder that holds what one checkout's stacks are made of: Pulumi's state, its passphrase, and the data and logs
 * of the local platform. The variable LLM_GATEWAY_HOME puts it elsewhere. Pulumi runs programs and providers in the
 * project's folder, so all of them find the same one, and by the same path, though a link led to it.
 */
export function gatewayHome(): string {
  return withoutLinks(resolve(process.env["LLM_GATEWAY_HOME"] ?? join(import.meta.dirname, "..", ".gateway")));
}

/** An absolute path as the system resolves it, of which the end need not be there yet. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : join(withoutLinks(dirname(path)), basename(path));
  }
}
