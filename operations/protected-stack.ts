import { UserError } from "../toolchain/user-error.ts";
import type { StackCommand } from "./parse-pulumi-args.ts";

/** Options with which a command destroys a part that somebody chose, or only says what it would do. */
const CHOSEN = ["--target", "-t", "--exclude", "-x", "--exclude-protected", "--preview-only", "--help", "-h"];

/**
 * Refuses to destroy a stack whose file, or that of `--config-file`, protects it. Pulumi would refuse too, but without its preview only after it has
 * deleted what isn't protected, and Google's own protection only once Pulumi's is gone.
 *
 * @throws UserError that names the steps.
 */
export function refuseProtected({ args, name, stack, environment, protections }: StackCommand): void {
  const chosen = args.filter((arg) => !/=(0|f|false)$/i.test(arg)).map((arg) => arg.split("=")[0] ?? "");
  const isWhole = !chosen.some((option) => CHOSEN.includes(option));
  if (!["destroy", "down", "dn"].includes(name) || stack === undefined || protections.length === 0 || !isWhole) return;
  const options = protections.at(-1) ?? "";
  const commands = [
    ...protections.map((one) => `npm run pulumi -- config set ${one} llm-gateway:protect false`),
    // The policy pack would refuse a stack of production without protection.
    ...(environment === "prod"
      ? protections.map(
          (one) => `npm run pulumi -- config set ${one} --path llm-gateway:policies.levels.protection off`,
        )
      : []),
    `npm run pulumi -- up ${options} --refresh (lifts the protection, and changes nothing else)`,
    `npm run pulumi -- destroy ${options}`,
  ];
  throw new UserError(
    `The stack \`${stack}\` is protected, so nothing of it is destroyed: with it would go its databases, all virtual keys and what encrypts them.
To destroy it all the same:
${commands.map((command, index) => `  ${index + 1}. ${command}`).join("\n")}`,
  );
}
