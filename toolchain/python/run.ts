import { UserError } from "../user-error.ts";
import { installerEnvironment } from "./installer-environment.ts";

/** How much of a failed command's output its error shows, in lines from the end. */
const SHOWN_LINES = 20;

/**
 * Runs a command that prepares a Python environment, and keeps its output to itself unless it fails.
 *
 * @param purpose What it does, to complete "… failed": "Installing LiteLLM".
 * @throws {UserError} If it fails, with the end of its output.
 */
export async function run(
  purpose: string,
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { execa } = await import("execa");
  const { failed, all, shortMessage } = await execa(command, args, {
    env: { ...installerEnvironment(), ...env },
    ...{ extendEnv: false, all: true, reject: false },
  });
  if (!failed) return;
  const said = all.trim() === "" ? (shortMessage ?? "nothing") : all.trim().split("\n").slice(-SHOWN_LINES).join("\n");
  throw new UserError(`${purpose} failed. Check that this machine reaches PyPI, or its mirror. It said:\n${said}`);
}
