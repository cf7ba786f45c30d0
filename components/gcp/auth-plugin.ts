import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { SettingsCheck } from "../../config/rules/rule.ts";

const PLUGIN = "gke-gcloud-auth-plugin";

/** Reports that this machine lacks the program that signs Pulumi in to a GKE cluster. */
export const gkeAuthPluginIsThere: SettingsCheck = async ({ platform }) => {
  if (platform !== "gcp" || (await isOnPath(PLUGIN))) return [];
  const message = `needs ${PLUGIN}, which is not on the PATH; install it with \`gcloud components install ${PLUGIN}\`, or as the package google-cloud-cli-${PLUGIN} of Google's apt or dnf repository`;
  return [{ path: ["platform"], seen: platform, message }];
};

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const names = process.platform === "win32" ? [`${program}.exe`] : [program];
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = await Promise.all(
    candidates.map((path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
