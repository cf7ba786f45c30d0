import { NAMESPACE } from "../problems/problems.ts";
import type { SettingsProblem } from "../problems/problems.ts";

/** What Pulumi's service reads, and nothing else does: labels of the stack. */
const HARMLESS = ["pulumi:tags"];

/**
 * Settings of other namespaces. Pulumi hands `kubernetes:kubeconfig` or `gcp:accessToken` to plugins, and `pulumi:autonaming`
 * names resources: nothing of it passes the checks of this program, which needs none of it.
 *
 * @param keys The full keys of a stack's configuration.
 */
export function otherNamespaces(keys: readonly string[]): SettingsProblem[] {
  return keys
    .filter((key) => !key.startsWith(`${NAMESPACE}:`) && !HARMLESS.includes(key))
    .map((key) => ({
      path: [key],
      message: `is not a setting of this project, whose names begin with ${NAMESPACE}; take it out with \`pulumi config rm ${key}\``,
    }));
}
