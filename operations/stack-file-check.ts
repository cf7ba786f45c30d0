import { readFile } from "node:fs/promises";
import { dirname, relative } from "node:path";

import { stackFileData } from "../config/rules/stack-file-data.ts";
import { UserError } from "../toolchain/user-error.ts";
import { type StackCommand, startsPlugins } from "./parse-pulumi-args.ts";

/** What a stack file may hold: the settings, and what its secrets are encrypted with. */
const PARTS = ["config", "encryptionsalt", "secretsprovider", "encryptedkey"];

/** Where secrets may be encrypted: by a passphrase, or by a key of a cloud, named without options of how to get there. */
const PROVIDERS = [
  /^(default|passphrase)$/,
  /^gcpkms:\/\/projects\/[\w.:/-]+$/,
  /^awskms:\/\/[\w.:/-]+(\?region=[a-z0-9-]+)?$/,
  /^azurekeyvault:\/\/[a-zA-Z0-9-]+\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)\/keys\/[\w/-]+$/,
  /^hashivault:\/\/[\w-]+$/,
];

/**
 * Refuses, before the Pulumi CLI reads it, a stack file that would have the CLI itself do more than read settings: run an
 * environment's programs, or send this machine's credentials to a server of the file's choice. And one with a secret in
 * plain text, before a run that writes all settings into Pulumi's history.
 *
 * @throws UserError that says what to write instead.
 */
export async function refuseStackFile({
  name,
  file,
  ownFile,
}: Pick<StackCommand, "name" | "file" | "ownFile">): Promise<void> {
  const files = new Set([file, ownFile].filter((one) => one !== undefined));
  for (const one of files) {
    const found = partsProblem(stackFileData(await textOf(one)));
    if (found !== undefined) throw new UserError(`${relative(dirname(ownFile ?? one), one)} ${found}`);
  }
  if (file === undefined || !startsPlugins(name) || ENDS.includes(name)) return;
  // The schema takes long to load, which other commands do without.
  const [{ stackFileProblems }, { settingsError }] = await Promise.all([
    import("../config/rules/stack-file.ts"),
    import("../config/problems/problems.ts"),
  ]);
  const problems = stackFileProblems(await textOf(file));
  if (problems.length > 0) throw new UserError(settingsError(problems).message);
}

async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

/** Commands that take a stack down: nothing that a file says keeps them from that. */
const ENDS = ["destroy", "down", "dn"];

function partsProblem(file: unknown): string | undefined {
  if (typeof file !== "object" || file === null) return undefined;
  const other = Object.keys(file).find((part) => !PARTS.includes(part));
  if (other === "environment") {
    return "has an `environment`, whose settings, variables and programs no check of this project sees; write the settings under `config`";
  }
  if (other !== undefined) return `has \`${other}\`, which is not part of a stack file; write ${PARTS.join(", ")}`;
  const { secretsprovider } = file as { secretsprovider?: unknown };
  if (secretsprovider === undefined || secretsprovider === null || secretsprovider === "") return undefined;
  if (typeof secretsprovider === "string" && PROVIDERS.some((one) => one.test(secretsprovider))) return undefined;
  return `has the secretsprovider ${JSON.stringify(secretsprovider)}, to which Pulumi might send credentials of this machine; write a passphrase's salt, or a key of gcpkms, awskms, azurekeyvault or hashivault without options but \`?region=\``;
}
