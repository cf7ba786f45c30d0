import { UserError } from "../../toolchain/user-error.ts";
import { readArguments } from "../arguments.ts";
import { LOCAL } from "../stack.ts";
import type { ProjectChange } from "./edited.ts";
import { settingHelp, settingNames, settingOptions, settingsIn } from "./flags.ts";
import { didYouMean } from "../../config/problems/did-you-mean.ts";

/** What a person asked for. */
export interface ProjectCommand {
  stack: string;
  /** Whether the review of the change follows. */
  hasReview: boolean;
  /** Undefined for the list of the projects. */
  change: ProjectChange | undefined;
  json: boolean;
}

const ACTIONS = ["add", "edit", "remove", "list"];

const help = () => `npm run project -- add|edit|remove|list [NAME] [--SETTING VALUE …] [--stack STACK]

Edits the projects of a stack file, shows what that changes, and stops: bringing it about is another command.

  add NAME --models A,B --budget USD   adds a project
  edit NAME --SETTING VALUE            changes some of its settings
  remove NAME                          removes it, and says what goes with it
  list                                 shows the projects that the file has

  --stack STACK                  the stack whose file it is. Default: ${LOCAL}
  --no-review                    shows only what changes in the file, not what an update would do
  --unset SETTING                with edit: leaves a setting out, so that its default holds
  --json                         with list: prints JSON

Settings, which docs/settings.md describes:

${settingHelp()}`;

/**
 * Reads the arguments of `npm run project`.
 *
 * @throws {UserError} with what to write, for arguments that don't go together.
 */
export function projectCommand(args: readonly string[]): ProjectCommand {
  const options = {
    ...settingOptions,
    stack: { type: "string", default: LOCAL },
    "no-review": { type: "boolean", default: false },
    unset: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = readArguments(help(), options, 2, args);
  const [action = "", name] = positionals;
  const settings = settingsIn(values);
  const unset = (values.unset ?? []).flatMap((text) => text.split(",")).map(settingName);
  const common = { stack: values.stack, hasReview: !values["no-review"], json: values.json };
  if (!ACTIONS.includes(action)) {
    const said = action === "" ? "No action" : `${JSON.stringify(action)} is not an action`;
    throw new UserError(`${said}; write one of ${ACTIONS.join(", ")}${didYouMean(action, ACTIONS)}`);
  }
  if (unset.length > 0 && action !== "edit") throw new UserError("--unset goes with `edit` only; leave it out.");
  if (values.json && action !== "list") throw new UserError("--json goes with `list` only; leave it out.");
  const given = Object.keys(settings);
  if (given.length > 0 && (action === "remove" || action === "list")) {
    throw new UserError(
      `\`${action}\` takes no settings, but ${given.join(", ")} ${given.length > 1 ? "are" : "is"} given.`,
    );
  }
  if (action === "list") {
    if (name !== undefined) throw new UserError(`\`list\` shows all projects; leave ${JSON.stringify(name)} out.`);
    return { ...common, change: undefined };
  }
  if (name === undefined) {
    throw new UserError(`\`${action}\` needs the name of a project: npm run project -- ${action} NAME`);
  }
  return { ...common, change: changeOf(action, name, settings, unset) };
}

function changeOf(action: string, name: string, settings: Record<string, unknown>, unset: string[]): ProjectChange {
  if (action === "add") return { action, name, settings };
  if (action === "remove") return { action, name };
  const both = unset.find((setting) => Object.hasOwn(settings, setting));
  if (both !== undefined) throw new UserError(`${both} is both set and left out; write one of them.`);
  if (unset.length === 0 && Object.keys(settings).length === 0) {
    throw new UserError(`\`edit ${name}\` changes nothing; name a setting, such as --budget 80, or --unset rpmLimit.`);
  }
  return { action: "edit", name, settings, unset };
}

/** A setting by its own name, or as the options write it: `rpm-limit`. */
function settingName(text: string): string {
  const name = text.trim().replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (settingNames.includes(name)) return name;
  throw new UserError(
    `--unset: ${JSON.stringify(text)} is not a setting of a project; write one of ${settingNames.join(", ")}${didYouMean(name, settingNames)}`,
  );
}
