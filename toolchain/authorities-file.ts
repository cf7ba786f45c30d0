import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { gatewayHome } from "./gateway-home.ts";

/**
 * Writes certificates that servers are checked against to a file of this machine.
 *
 * @returns its path, which Pulumi keeps in the state: it follows from the text, and is relative to the project's folder, in
 * which Pulumi runs programs and plugins, so that it is the same in another checkout.
 */
export function writeAuthorities(certificates: string): string {
  const folder = join(gatewayHome(), "authorities");
  const file = join(folder, `${createHash("sha256").update(certificates).digest("hex").slice(0, 16)}.pem`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A plugin of another run may be reading it: it finds the former text or the same one, and never half of it.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, certificates, { mode: 0o600 });
  renameSync(draft, file);
  return relative(process.cwd(), file);
}
