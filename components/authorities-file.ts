import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { gatewayHome } from "../toolchain/home.ts";

/**
 * Certificates as a file of this machine, for a plugin that takes no text. Its path is in the state, as part of a
 * provider's settings: it follows from the text, and is relative to the project's folder, in which Pulumi runs programs
 * and plugins, so that another checkout has the same one.
 */
export function authoritiesFile(certificates: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(certificates).apply(writeAuthorities);
}

/** Writes the file, and returns its path. */
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
