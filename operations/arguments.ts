import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

import { UserError } from "../toolchain/user-error.ts";

interface Config<Options extends ParseArgsOptionsConfig> {
  args: string[];
  options: Options;
  allowPositionals: true;
}

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<Config<Options>>>;

/**
 * What a person typed after a command. `--help` or `-h` prints `help` and ends the process.
 *
 * @param help The line to type, and under it what the command does and what each option means.
 * @param names How many names may be there next to the options.
 * @throws UserError with the line to type, for an option that the command doesn't have, or a name too many.
 */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  help: string,
  options: Options,
  names = 0,
  args: readonly string[] = process.argv.slice(2),
): Parsed<Options> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    process.exit(0);
  }
  const [usage = ""] = help.split("\n");
  try {
    const parsed = parseArgs<Config<Options>>({ args: [...args], options, allowPositionals: true });
    const surplus = parsed.positionals[names];
    if (surplus !== undefined) throw new Error(`Unexpected argument '${surplus}'`);
    return parsed;
  } catch (error) {
    const [reason = ""] = error instanceof Error ? error.message.split(". To specify") : [String(error)];
    throw new UserError(`${reason}.\nWrite: ${usage}`);
  }
}
