import { gcpNameFits } from "../config/rules/gcp-name.ts";
import type { SettingsCheck } from "../config/rules/rule.ts";
import { gkeAuthPluginIsThere } from "./gcp/auth-plugin.ts";
import { kubeconfigIsThere } from "./kubernetes/kubeconfig.ts";
import { freePorts } from "./local/free-ports.ts";
import { lockedVersions } from "./local/locked-versions.ts";
import type { LastOutputs } from "./last-state.ts";
import { stackFileSecrets } from "./stack-file-secrets.ts";

/**
 * What this machine must have, and this stack's name and file must be, for the platform that the settings choose.
 *
 * @param before What the stack's state had before this update.
 */
export function platformChecks(stack: string, before: LastOutputs): SettingsCheck[] {
  return [
    ...[lockedVersions, freePorts(stack, before), kubeconfigIsThere, gcpNameFits(stack), gkeAuthPluginIsThere],
    stackFileSecrets(stack),
  ];
}
