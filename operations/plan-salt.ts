import { UserError } from "../toolchain/user-error.ts";
import { encryptionOf } from "./stack-file-changes.ts";

/** Options that write or read a plan. */
const PLAN = /^--(save-)?plan(=|$)/;

/**
 * The text of a stack file for a command that writes or reads a plan. Pulumi encrypts the secrets in it by what the file says,
 * and makes up a salt where it says nothing, as without a secret of its own: no other command could read that plan. So
 * the salt is that of the state.
 *
 * @param state What `pulumi stack export` prints. Asked for only where that matters; undefined if it can't be read.
 * @throws {UserError} if there is none yet.
 */
export async function withPlanSalt(
  text: string,
  args: string[],
  state: () => Promise<string | undefined>,
): Promise<string> {
  if (!args.some((arg) => PLAN.test(arg)) || Object.keys(encryptionOf(text)).length > 0) return text;
  const { deployment } = JSON.parse((await state()) ?? "{}") as State;
  const salt = deployment?.secrets_providers?.state?.salt;
  if (salt === undefined) {
    throw new UserError(
      "A plan holds secrets, encrypted as those of the state are, and this stack has no state yet: run `up` without a plan first.",
    );
  }
  return `${text.trimEnd()}\nencryptionsalt: ${salt}\n`;
}

interface State {
  deployment?: { secrets_providers?: { state?: { salt?: string } } };
}
