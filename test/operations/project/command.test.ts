import { expect, it } from "vitest";

import { projectSchema } from "../../../config/schema/projects.ts";
import { projectCommand } from "../../../operations/project/command.ts";
import { settingHelp, settingNames } from "../../../operations/project/flags.ts";

const command = (line: string) => projectCommand(line.split(" ").filter((word) => word !== ""));

function refusal(line: string): string {
  try {
    command(line);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

it("every setting of a project is an option, with what docs/settings.md says of it", () => {
  expect(settingNames).toEqual(Object.keys(projectSchema.shape));
  const lines = settingHelp().split("\n");
  expect(lines).toHaveLength(settingNames.length);
  expect(lines).toContain("  --budget-duration VALUE          How long a budget lasts before it starts again.");
  for (const line of lines) expect(line).toMatch(/^ {2}--[a-z-]+ \S+ +[A-Z].*\.$/);
});

it("options become settings as their schema takes them", () => {
  const line =
    "add docs --models a,b --models c --budget 12.50 --rpm-limit 60 --metadata a=b=c --metadata d= --alias 7 --overlap 0s";
  expect(command(line)).toEqual({
    stack: "local",
    hasReview: true,
    json: false,
    change: {
      action: "add",
      name: "docs",
      settings: {
        ...{ models: ["a", "b", "c"], budget: 12.5, rpmLimit: 60, metadata: { a: "b=c", d: "" } },
        ...{ overlap: "0s", alias: "7" },
      },
    },
  });
});

it("what isn't of a setting's kind stays as it is, for the schema to say so", () => {
  expect(command("edit docs --budget much --models=").change).toMatchObject({
    settings: { budget: "much", models: [] },
  });
});

it("settings are left out by their own names or as options", () => {
  const { change, stack, hasReview } = command(
    "edit docs --unset rpmLimit,tpm-limit --stack acme/llm-gateway/prod --no-review",
  );
  expect(change).toMatchObject({ action: "edit", settings: {}, unset: ["rpmLimit", "tpmLimit"] });
  expect({ stack, hasReview }).toEqual({ stack: "acme/llm-gateway/prod", hasReview: false });
});

it("the list and a removal need no settings", () => {
  expect(command("list --json")).toMatchObject({ json: true, change: undefined });
  expect(command("remove docs").change).toEqual({ action: "remove", name: "docs" });
});

it.each([
  ["", "No action; write one of add, edit, remove, list"],
  ["ad docs", '"ad" is not an action; write one of add, edit, remove, list; did you mean "add"?'],
  ["add", "`add` needs the name of a project: npm run project -- add NAME"],
  ["edit docs", "`edit docs` changes nothing; name a setting"],
  ["edit docs --unset budgets", '"budgets" is not a setting of a project; write one of models, budget,'],
  ["edit docs --budget 3 --unset budget", "budget is both set and left out"],
  ["edit docs --budget 3 --budget 4", "--budget is there twice: 3 and 4"],
  ["edit docs --metadata =x", "--metadata =x has no name; write --metadata NAME=TEXT"],
  ["add docs --unset budget", "--unset goes with `edit` only"],
  ["add docs --json", "--json goes with `list` only"],
  ["remove docs --budget 3", "`remove` takes no settings, but budget is given"],
  ["list docs", '`list` shows all projects; leave "docs" out'],
  ["add docs more", "Unexpected argument 'more'.\nWrite: npm run project -- add|edit|remove|list"],
  ["add docs --models", "Option '--models <value>' argument missing."],
])("`project %s` is refused, with what to write", (line, said) => {
  expect(refusal(line)).toContain(said);
});
