/** The CLI's options that take no value and may stand before the command's name. */
const SWITCHES = [
  ...["--emoji", "-e", "--fully-qualify-stack-names", "-Q", "--disable-integrity-checking", "--logflow"],
  ...["--logtostderr", "--non-interactive", "--help", "-h", "--version"],
];

/** Arguments of the Pulumi CLI, around the command's name. */
export interface SplitCommand {
  before: string[];
  /** Empty for the CLI's own help. */
  name: string;
  after: string[];
}

/**
 * Finds the command's name as the CLI does: before it, each option that the CLI itself doesn't know as a switch has the next
 * argument for its value, unless it has one after a `=`.
 */
export function splitCommand(args: readonly string[]): SplitCommand {
  let index = 0;
  for (let arg = args[0]; arg?.startsWith("-") === true && arg !== "--"; arg = args[index]) {
    const isWhole = SWITCHES.includes(arg) || arg.includes("=") || (!arg.startsWith("--") && arg.length > 2);
    index += isWhole ? 1 : 2;
  }
  return { before: args.slice(0, index), name: args[index] ?? "", after: args.slice(index + 1) };
}
