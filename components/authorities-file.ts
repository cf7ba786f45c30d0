import * as pulumi from "@pulumi/pulumi";

import { writeAuthorities } from "../toolchain/authorities-file.ts";

/** Certificates as a file of this machine, for a plugin that takes no text. */
export function authoritiesFile(certificates: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(certificates).apply(writeAuthorities);
}
