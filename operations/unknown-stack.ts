import { UserError } from "../toolchain/user-error.ts";

/**
 * The message for a stack that is not in the state.
 *
 * @param known Names of those that are.
 */
export function unknownStack(name: string, known: string[]): UserError {
  const others = known.length > 0 ? `: write one of ${known.join(", ")}` : " yet";
  return new UserError(
    `There is no stack "${name}"${others}. \`npm start\` makes the stack local, \`npm run pulumi -- stack init NAME\` any other.`,
  );
}
