import { readFile } from "node:fs/promises";
import { join } from "node:path";

import ts from "typescript";
import { expect, it } from "vitest";

import { FIELDS } from "../../config/litellm/key-fields.ts";
import { REFUSED } from "../../config/litellm/refused-fields.ts";
import { camelNames } from "../../providers/litellm/key-wire.ts";
import { documented, UPDATE } from "./documented.ts";

const source = join(import.meta.dirname, "../../config/litellm/key-fields.ts");

/** What the source says of each setting, and its type. */
async function settings(): Promise<[name: string, type: string, about: string][]> {
  const file = ts.createSourceFile(source, await readFile(source, "utf8"), ts.ScriptTarget.Latest, true);
  const found = file.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === "KeySettings");
  if (!found || !ts.isInterfaceDeclaration(found)) throw new Error("KeySettings is not where it was");
  return found.members.filter(ts.isPropertySignature).map((member) => {
    const [comment] = ts.getJSDocCommentsAndTags(member);
    const about = ts.getTextOfJSDocComment(comment && ts.isJSDoc(comment) ? comment.comment : undefined) ?? "";
    return [member.name.getText(), member.type?.getText() ?? "", about.replaceAll(/\{@link (\w+)\}/g, "`$1`")];
  });
}

const row = (cells: string[]) =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;

it("the settings of keys are in docs/virtual-keys.md, as the source describes them", async () => {
  const found = await settings();
  expect(found.map(([name]) => name).sort()).toEqual(Object.keys(FIELDS).sort());
  for (const [name, , about] of found) expect(about, name).toMatch(/[.)]$/);
  const rows = found.map(([name, type, about]) => row([`\`${name}\``, `\`${type}\``, about]));
  const { written, expected } = await documented(
    "settings",
    ["| setting | type | what it does |", "| --- | --- | --- |", ...rows].join("\n"),
  );
  expect(written, UPDATE).toBe(expected);
});

it("docs/virtual-keys.md says what is refused, and why", async () => {
  const rows = Object.entries(camelNames(REFUSED)).map(([name, reason]) => row([`\`${name}\``, `${String(reason)}.`]));
  const { written, expected } = await documented("refused", ["| field | why |", "| --- | --- |", ...rows].join("\n"));
  expect(written, UPDATE).toBe(expected);
});
