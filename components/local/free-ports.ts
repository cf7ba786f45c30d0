import { join } from "node:path";

import type { SettingsCheck } from "../../config/rules/rule.ts";
import { isTaken } from "../../providers/local/loopback-port.ts";
import { processesOf } from "../../providers/local/process-table.ts";
import { gatewayHome } from "../../toolchain/gateway-home.ts";

/** The local services with a port in the settings, by section and by folder. */
const SERVICES = [
  { section: "litellm", folder: "litellm" },
  { section: "sagewai", folder: "sagewai-admin" },
] as const;

/**
 * Reports a port that a program other than the stack's own service listens on.
 *
 * @param folder Folder of the stack's data, relative to the gateway's home.
 */
export function freePorts(folder: string): SettingsCheck {
  return async (settings) => {
    if ((settings.platform ?? "local") !== "local") return [];
    const problems = SERVICES.map(async ({ section, folder: service }) => {
      const port = settings[section]?.port;
      if (port === undefined || !(await isTaken(port))) return [];
      if ((await processesOf(join(gatewayHome(), folder, service))).length > 0) return [];
      const message = "is the port of another program on this machine; stop that program, or write another port";
      return [{ path: [section, "port"], seen: port, message }];
    });
    return (await Promise.all(problems)).flat();
  };
}
