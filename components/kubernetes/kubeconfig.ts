import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import type { SettingsCheck } from "../../config/settings.ts";

/** Text of the kubeconfig that the settings name; `~` is the home folder, as in a shell. */
export function readKubeconfig(path: string): string {
  return readFileSync(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path, "utf8");
}

/** Reports a kubeconfig that isn't there. */
export const kubeconfigIsThere: SettingsCheck = async ({ platform, kubernetes }) => {
  const seen = kubernetes?.kubeconfig;
  if (platform !== "kubernetes" || seen === undefined) return [];
  try {
    readKubeconfig(seen);
    return [];
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const message = `can't be read (${reason}); write the path of a kubeconfig, or leave it out to use that of kubectl`;
    return [{ path: ["kubernetes", "kubeconfig"], seen, message }];
  }
};
