import { ExecaError } from "execa";

import { UserError } from "../toolchain/user-error.ts";

/**
 * Runs a command that a person typed. A mistake they can put right ends it with only its message; a program that it
 * started and that failed has said why already.
 */
export async function main(work: () => Promise<void>): Promise<void> {
  // Ctrl-C reaches the programs started here as well. They end in their own time, and then so does this.
  process.on("SIGINT", () => undefined);
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) console.error(error.message);
    else if (!(error instanceof ExecaError)) console.error(error);
    process.exitCode = error instanceof ExecaError ? (error.exitCode ?? 1) : 1;
  }
}
