import { execa } from "execa";
import { expect, it } from "vitest";

import { readArguments } from "../../operations/arguments.ts";
import { UserError } from "../../toolchain/user-error.ts";

const HELP = "npm run key -- NAME [--stack STACK]\n\nPrints a key.";
const OPTIONS = { stack: { type: "string", default: "local" } } as const;

it("the command line reads options and names", () => {
  expect(readArguments(HELP, OPTIONS, 1, ["support", "--stack", "dev"])).toMatchObject({
    values: { stack: "dev" },
    positionals: ["support"],
  });
});

it.each([
  [["--foo"], "Unknown option '--foo'."],
  [["--stack"], "Option '--stack <value>' argument missing."],
  [["one", "two"], "Unexpected argument 'two'."],
])("the command line refuses %j in a line, with what to write", (args, reason) => {
  const read = () => readArguments(HELP, OPTIONS, 1, args);
  expect(read).toThrow(UserError);
  expect(read).toThrow(new UserError(`${reason}\nWrite: npm run key -- NAME [--stack STACK]`));
});

it.each(["start", "down", "verify", "key", "project", "check", "inventory", "docs"])(
  "`%s --help` helps, and does nothing",
  async (name) => {
    const script = new URL(`../../operations/${name}.ts`, import.meta.url).pathname;
    const { stdout, stderr } = await execa(process.execPath, [script, "--help"]);
    expect(stdout).toMatch(/^npm (run )?\w+.*\n\n[A-Z]/);
    expect(stderr).toBe("");
  },
);

it.each(["start", "down"])("`%s` refuses an option that it doesn't have before it does anything", async (name) => {
  const script = new URL(`../../operations/${name}.ts`, import.meta.url).pathname;
  const { exitCode, stderr } = await execa(process.execPath, [script, "--foo"], { reject: false });
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^Unknown option '--foo'\.\nWrite: npm /) as string,
  });
});
