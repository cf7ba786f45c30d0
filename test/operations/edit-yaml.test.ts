import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { isMapping } from "../../config/problems/mapping.ts";
import { READING } from "../../config/rules/stack-file-data.ts";
import { type Data, type DataChange, withChange } from "../../operations/data-changes.ts";
import { withData } from "../../operations/edit-yaml.ts";

const read = (text: string): Data => yaml.parse(text, READING);

/** Its data, of which nothing is shared. */
const copy = (text: string) => JSON.parse(JSON.stringify(read(text))) as { config: Record<string, unknown> };

const TEXT = `# The gateway of the research institute.

config:
  llm-gateway:protect: true   # Never again.


  llm-gateway:projects:
    defaults: &defaults
      models: [gpt-4o,   'claude-sonnet']
      budget: 40 # USD

      tags:
        - a
        - b # second
    team:
      <<: *defaults
      rpmLimit: 60
    other: *defaults
    # Not yet:
    # later: {}

  llm-gateway:models:
    - name: gpt-4o
      model: "gpt-4o"

    - name: claude
      price: { input: 3,  output: 15 }
  llm-gateway:text: |
    Line one

    Line two

  # The end.
`;

type Path = (string | number)[];

const set = (value: unknown, ...path: Path): DataChange => ({ path: ["config", ...path], value });
const leaveOut = (...path: Path): DataChange => ({ path: ["config", ...path], isGone: true });

/** The lines that the changes leave out and add. */
function edit(changes: DataChange[]): { out: string[]; in: string[] } {
  const wanted = changes.reduce<Data>((data, change) => withChange(data, change), copy(TEXT));
  const edited = withData(TEXT, wanted, { read }) ?? "";
  expect(read(edited)).toEqual(wanted);
  const [before, after] = [TEXT.split("\n"), edited.split("\n")];
  const start = before.findIndex((line, index) => line !== after[index]);
  if (start === -1) return { out: [], in: [] };
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { out: before.slice(start, before.length - end), in: after.slice(start, after.length - end) };
}

const [protect, projects] = ["llm-gateway:protect", "llm-gateway:projects"];
const [models, text] = ["llm-gateway:models", "llm-gateway:text"];

describe("a YAML text is edited in the lines that change, and in no other:", () => {
  it.each<[string, DataChange[], string[], string[]]>([
    ["nothing", [], [], []],
    [
      "a scalar, with its comment",
      [set(false, protect)],
      ["  llm-gateway:protect: true   # Never again."],
      ["  llm-gateway:protect: false   # Never again."],
    ],
    [
      "a new section",
      [set({ openai: { apiKey: { secure: "v1:x" } } }, "llm-gateway:providers")],
      [],
      ["  llm-gateway:providers:", "    openai:", "      apiKey:", "        secure: v1:x"],
    ],
    ["a setting in a list's item", [set("openai", models, 0, "provider")], [], ["      provider: openai"]],
    [
      "one in braces",
      [set(4, models, 1, "price", "input")],
      ["      price: { input: 3,  output: 15 }"],
      ["      price: { input: 4,  output: 15 }"],
    ],
    ["a new item", [set({ name: "gemini", model: "x" }, models, 2)], [], ["    - name: gemini", "      model: x"]],
    [
      "a new one in brackets",
      ["defaults", "team", "other"].map((name) => set("gemini", projects, name, "models", 2)),
      ["      models: [gpt-4o,   'claude-sonnet']"],
      ["      models: [gpt-4o, claude-sonnet, gemini]"],
    ],
    [
      "an alias, by a value of its own",
      [set({ models: ["gpt-4o"] }, projects, "other")],
      ["    other: *defaults"],
      ["    other:", "      models:", "        - gpt-4o"],
    ],
    ["all of a section", [set({ a: { b: {} } }, projects)], TEXT.split("\n").slice(7, 18), ["    a:", "      b: {}"]],
    [
      "what a merge key brings, by a value that has precedence",
      [set(50, projects, "team", "budget")],
      [],
      ["      budget: 50"],
    ],
    ["what is left out", [leaveOut(projects, "team", "rpmLimit")], ["      rpmLimit: 60"], []],
    [
      "the first setting of a list's item",
      [leaveOut(models, 0, "name")],
      ["    - name: gpt-4o", '      model: "gpt-4o"'],
      ['    - model: "gpt-4o"'],
    ],
    ["an item that is left out", [leaveOut(models, 0)], ["    - name: gpt-4o", '      model: "gpt-4o"'], []],
    [
      "a text of several lines",
      [set("One\n\nThree\n", text)],
      ["    Line one", "", "    Line two"],
      ["    One", "", "    Three"],
    ],
    [
      "a text that other readers take for a date or a number",
      [set("2024-08-06", models, 0, "model"), set("1_000", models, 0, "alias"), set("yes", models, 0, "on")],
      ['      model: "gpt-4o"'],
      ['      model: "2024-08-06"', '      alias: "1_000"', '      "on": "yes"'],
    ],
  ])("%s", (_what, changes, out, added) => {
    expect(edit(changes)).toEqual({ out, in: added });
  });
});

it.each([
  ["a text from Windows", TEXT.replaceAll("\n", "\r\n")],
  ["one with a byte order mark", `\uFEFF${TEXT}`],
  ["one whose last line doesn't end", TEXT.replace("\n  # The end.\n", "  last: 1")],
])("an edited YAML file stays %s", (_what, text) => {
  const wanted = copy(text);
  wanted.config["llm-gateway:protect"] = false;
  wanted.config["llm-gateway:new"] = { a: ["b"] };
  const edited = withData(text, wanted, { read }) ?? "";
  expect(read(edited)).toEqual(wanted);
  expect(edited.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
  expect(/[^\r]\n/.test(edited)).toBe(!text.includes("\r\n"));
  expect(edited.replaceAll("\r", "").split("\n").length - text.split("\n").length).toBe(3);
});

/** Every path of a value, itself excepted. */
function pathsOf(data: Data, path: Path = []): Path[] {
  if (Array.isArray(data)) {
    return data.flatMap((item, index) => [[...path, index], ...pathsOf(item, [...path, index])]);
  }
  if (!isMapping(data)) return [];
  return Object.entries(data).flatMap(([name, value]) => [[...path, name], ...pathsOf(value, [...path, name])]);
}

const VALUES = ["yes", "# x", "a: b", "", "line\n\nline\n", 1.5, null, {}, { a: { "b c": [1] } }];

it("an edited YAML file has the wanted data after any change, but one that takes an anchor from its aliases", () => {
  const paths = pathsOf(read(TEXT)).filter(({ length }) => length > 1);
  const refused = new Set<string>();
  for (const path of paths) {
    for (const change of [{ path, isGone: true as const }, ...VALUES.map((value) => ({ path, value }))]) {
      const wanted = withChange(copy(TEXT), change);
      const edited = withData(TEXT, wanted, { read });
      if (edited === undefined) refused.add(path.join("."));
      else expect(read(edited), JSON.stringify(change)).toEqual(wanted);
    }
  }
  expect(paths.length).toBeGreaterThan(30);
  expect([...refused]).toEqual(["config.llm-gateway:projects.defaults"]);
});
