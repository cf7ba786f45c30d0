import { join } from "node:path";

import type { SettingsCheck } from "../../config/rules/rule.ts";
import { isTaken } from "../../providers/local/loopback-port.ts";
import { processesOf } from "../../providers/local/process-table.ts";
import { gatewayHome } from "../../toolchain/gateway-home.ts";
import type { LastOutputs } from "../last-state.ts";

/** The local services with a port in the settings, by section and by folder. */
const SERVICES = [
  { section: "litellm", folder: "litellm" },
  { section: "sagewai", folder: "sagewai-admin" },
] as const;

/**
 * Reports a port that a program other than the stack's own service listens on.
 *
 * @param folder Folder of the stack's data, relative to the gateway's home.
 * @param before What the stack's state had before this update: the service of a stack that was renamed is still where that says.
 */
export function freePorts(folder: string, before: LastOutputs): SettingsCheck {
  return async (settings) => {
    if ((settings.platform ?? "local") !== "local") return [];
    const problems = SERVICES.map(async ({ section, folder: service }) => {
      const port = settings[section]?.port;
      if (port === undefined || !(await isTaken(port))) return [];
      const last = before("pulumi-nodejs:dynamic/local:Service", service)?.["folder"];
      for (const own of [`${folder}/${service}`, ...(typeof last === "string" ? [last] : [])]) {
        if ((await processesOf(join(gatewayHome(), own))).length > 0) return [];
      }
      const message = "is the port of another program on this machine; stop that program, or write another port";
      return [{ path: [section, "port"], seen: port, message }];
    });
    return (await Promise.all(problems)).flat();
  };
}
