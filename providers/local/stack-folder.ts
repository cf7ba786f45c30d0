import { existsSync } from "node:fs";
import { mkdir, rename, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { gatewayHome } from "../../toolchain/gateway-home.ts";

/**
 * Moves what a service has to where it is to be from now on: its stack was renamed, whose name the folder of all its services
 * has. It may be repeated: what an interrupted run has moved is no longer there.
 *
 * @param from Former path under the gateway's home.
 * @param to Next path under the gateway's home.
 * @param stop Stops the service, before anything is moved.
 */
export async function moveFolder(from: string, to: string, stop: () => Promise<void>): Promise<void> {
  const [former, next] = [join(gatewayHome(), from), join(gatewayHome(), to)];
  if (from === to || !existsSync(former)) return;
  if (existsSync(next)) {
    throw new Error(
      `${former} can't be moved to ${next}, as its stack's name says: what is there may be another stack's. Give this stack a name of its own.`,
    );
  }
  await stop();
  await mkdir(dirname(next), { recursive: true, mode: 0o700 });
  await rename(former, next);
  // The last service leaves the stack's former folder empty.
  await rmdir(dirname(former)).catch(() => undefined);
}
