import { join, resolve } from "node:path";

/**
 * The folder that holds what one checkout's stacks are made of: Pulumi's state, its passphrase, and the data and logs
 * of the local platform. The variable LLM_GATEWAY_HOME puts it elsewhere. Pulumi runs programs and providers in the
 * project's folder, so all of them find the same one.
 */
export function gatewayHome(): string {
  return resolve(process.env["LLM_GATEWAY_HOME"] ?? join(import.meta.dirname, "..", ".gateway"));
}
