import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { SettingsCheck } from "../../config/rules/rule.ts";
import { lockedVersion, type Software } from "../../toolchain/python/environment.ts";

const LOCKS = join(import.meta.dirname, "../../toolchain/python/requirements");

/** Reports a version that this machine can't run: here the services are installed from lock files with hashes. */
export const lockedVersions: SettingsCheck = async (settings) => {
  if ((settings.platform ?? "local") !== "local") return [];
  const problems = (["litellm", "sagewai"] satisfies Software[]).map(async (software) => {
    const seen = settings[software]?.version;
    const locked = lockedVersion(await readFile(join(LOCKS, `${software}.txt`), "utf8"), software);
    if (seen === undefined || seen === locked) return [];
    const message = `is not the version that platform local has a lock file for; write "${locked}", or leave it out`;
    return [{ path: [software, "version"], seen, message }];
  });
  return (await Promise.all(problems)).flat();
};
