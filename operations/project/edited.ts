import { didYouMean } from "../../config/problems/did-you-mean.ts";
import { isMapping } from "../../config/problems/mapping.ts";
import { settingsError, type SettingsProblem } from "../../config/problems/problems.ts";
import { isName, NOT_A_NAME } from "../../config/rules/rules.ts";
import { readStackFile } from "../../config/rules/stack-file-data.ts";
import { UserError } from "../../toolchain/user-error.ts";
import { type Data, type DataChange, valueAt, withChange } from "../data-changes.ts";
import { withData } from "../edit-yaml.ts";
import { isSetting } from "../stack-file-changes.ts";
import { dataOf, fileSettings } from "./file-settings.ts";

/** What is done to one project of a stack file. */
export type ProjectChange =
  | { action: "add"; name: string; settings: Record<string, Data> }
  | { action: "edit"; name: string; settings: Record<string, Data>; unset: readonly string[] }
  | { action: "remove"; name: string };

const PROJECTS = ["config", "llm-gateway:projects"] as const;

/** A stack file's text with a project added, edited or removed, and all else as it was. */
export interface Edited {
  text: string;
  /** What is wrong with the settings all the same, and was before. */
  problems: SettingsProblem[];
}

/**
 * @param file Its name, for messages.
 * @throws {UserError} for a project that there is or isn't, and with every problem of the settings that the change would bring.
 */
export function edited(text: string, change: ProjectChange, file: string): Edited {
  const before = dataOf(text);
  refuseName(before, change, file);
  const wanted = changesFor(before, change).reduce<Data>((data, one) => withChange(data, one), before);
  const after = withData(text, wanted, { read: readStackFile, isNamed: isSetting, hasShortLists: true });
  if (after === undefined) {
    throw new UserError(
      `${file} has an anchor or a merge key where ${change.name} stands, which other entries need. Change it there by hand.`,
    );
  }
  const known = new Set(fileSettings(text).problems.map(id));
  const { problems } = fileSettings(after);
  const brought = problems.filter((problem) => !known.has(id(problem)));
  if (brought.length > 0) throw new UserError(`${settingsError(brought).message}\nNothing was written.`);
  return { text: after, problems };
}

function refuseName(data: Data, { action, name }: ProjectChange, file: string): void {
  const projects = valueAt(data, PROJECTS);
  const names = isMapping(projects) ? Object.keys(projects) : [];
  // Whatever a schema makes of such a name, `__proto__` among them, it must not get into a file.
  if (action === "add" && !isName(name)) throw new UserError(`${JSON.stringify(name)} ${NOT_A_NAME}.`);
  if (action === "add" && names.includes(name)) {
    throw new UserError(`${file} has the project ${name} already; write \`edit ${name}\` to change it.`);
  }
  if (action !== "add" && !names.includes(name)) {
    const those = names.length === 0 ? `${file} has none` : `write one of ${names.join(", ")}`;
    throw new UserError(`${JSON.stringify(name)} is not a project of ${file}; ${those}${didYouMean(name, names)}`);
  }
}

function changesFor(data: Data, change: ProjectChange): DataChange[] {
  const path = [...PROJECTS, change.name];
  if (change.action === "remove") return [{ path, isGone: true }];
  if (change.action === "add") return [{ path, value: change.settings }];
  const { settings, unset } = change;
  return [
    ...Object.entries(settings).map(([setting, value]): DataChange => {
      const said = valueAt(data, [...path, setting]);
      // Of a mapping, such as `metadata`, what isn't named stays.
      return { path: [...path, setting], value: isMapping(value) && isMapping(said) ? { ...said, ...value } : value };
    }),
    ...unset.map((setting): DataChange => ({ path: [...path, setting], isGone: true })),
  ];
}

function id({ path, message }: SettingsProblem): string {
  return JSON.stringify([path.map(String), message]);
}
