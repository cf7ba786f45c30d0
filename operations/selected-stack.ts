import { execa } from "execa";

import { UserError } from "../toolchain/user-error.ts";
import { hasNoStack } from "./local-stack.ts";
import { LOCAL } from "./stack.ts";

/**
 * The stack that the Pulumi CLI works on when a command names none. The CLI itself is asked, since PULUMI_STACK, its
 * options as variables and a file of its own have a say in it; that takes 0.2 s. Where there is no stack yet, it is that of
 * this machine.
 *
 * @param env Variables that the CLI runs with.
 * @param home Home folder of this checkout.
 * @throws UserError if there is none; the CLI would let a person choose one, of which nothing would be known here.
 */
export async function selectedStack(env: Record<string, string>, home: string): Promise<string> {
  const { failed, stdout, stderr } = await execa("pulumi", ["stack", "--show-name", "--non-interactive"], {
    env,
    stdin: "ignore",
    reject: false,
  });
  if (!failed) return stdout.trim();
  if (await hasNoStack(home)) return LOCAL;
  const reason = stderr.replace(/^error: /, "").trim();
  throw new UserError(
    `This command names no stack, and the one to use can't be told: ${reason}. Add \`--stack NAME\`.`,
  );
}
