import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { READING } from "../../config/rules/stack-file-data.ts";
import { valueAt } from "../../operations/data-changes.ts";
import { Checkout } from "./checkout.ts";

// The stack file of a checkout in which nothing was started yet.

let checkout: Checkout;
let committed: string;

beforeAll(async () => {
  checkout = await Checkout.make();
  committed = await readFile(file("local"), "utf8");
});

afterAll(() => checkout.remove());

const file = (stack: string) => join(checkout.folder, `Pulumi.${stack}.yaml`);
const text = (stack = "local") => readFile(file(stack), "utf8");
const data = async (stack = "local") => yaml.parse(await text(stack), READING) as { config: Record<string, unknown> };

/** As people write them: with what is shared at one place, with comments and empty lines. */
const HAND_WRITTEN = `# Of the research institute.

config:
  llm-gateway:platform: local
  llm-gateway:protect: false   # It is made to be thrown away.


  llm-gateway:models:
    - &mock
      name: gpt-4o
      model:   gpt-4o
      provider: openai

    - { <<: *mock, name: "claude-sonnet" }

  llm-gateway:projects:
    # All others are like this one.
    research-team: &team
      models: [gpt-4o,   claude-sonnet]
      budget: 40.0 # USD
      metadata: { since: 2024-08-06 }

    support-bot:
      <<: *team
      rpmLimit: 1_000

  litellm:
    port: PORT
  llm-gateway:sagewai: { port: SAGEWAI }

  # The end.
`;

/** What a command adds to and leaves out of a text, line by line. */
function difference(before: string, after: string): string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}

describe("before the first npm start", { timeout: 300_000 }, () => {
  const { folder } = { folder: join(import.meta.dirname, "../..") };

  it("a provider's key is set as the comment in the stack file says, and is all that changes there", async () => {
    const original = await readFile(join(folder, "Pulumi.local.yaml"), "utf8");
    const [, words = ""] = /# +npm run pulumi -- (config set .*)/.exec(original) ?? [];
    expect(words).toContain("--secret");
    await checkout.npm("pulumi", ...words.trim().split(" "), "sk-that-is-set");
    expect(difference(committed, await text())).toEqual([
      "+   llm-gateway:providers:",
      "+     openai:",
      "+       apiKey:",
      expect.stringMatching(/^\+ {9}secure: v1:/),
      expect.stringMatching(/^\+ encryptionsalt: v1:/),
    ]);
    const command = ["config", "get", "--stack", "local", "--path", "llm-gateway:providers.openai.apiKey"];
    expect(await checkout.npm("pulumi", ...command)).toBe("sk-that-is-set");
  });

  it("and is there when the stack is recreated, or the command names no stack", async () => {
    await checkout.npm("down");
    const command = ["config", "get", "--path", "llm-gateway:providers.openai.apiKey"];
    expect(await checkout.npm("pulumi", ...command)).toBe("sk-that-is-set");
    await checkout.npm("pulumi", "config", "rm", "--path", "llm-gateway:providers.openai");
    await checkout.npm("pulumi", "config", "rm", "llm-gateway:providers");
    expect(await text()).toBe(committed);
  });

  it("no other stack is made by the way", async () => {
    for (const args of [["config", "set", "a", "b"], ["preview"]]) {
      const output = await checkout.fail("pulumi", ...args, "--stack", "unheard-of");
      expect(output).toContain("no stack named 'unheard-of'");
    }
    const [stacks] = [await checkout.npm("pulumi", "stack", "ls", "--json")];
    expect((JSON.parse(stacks) as { name: string }[]).map(({ name }) => name)).toEqual(["local"]);
  });
});

describe.each([
  ["as people write it", "\n"],
  ["from Windows", "\r\n"],
])("a stack file %s", { timeout: 300_000 }, (_what, lineEnd) => {
  let written: string;

  beforeEach(async () => {
    const lines = HAND_WRITTEN.replace("PORT", String(checkout.ports.litellm))
      .replace("SAGEWAI", String(checkout.ports.sagewai))
      .split("\n");
    written = lines.join(lineEnd);
    await writeFile(file("local"), written);
  });

  it("stays as it is by commands that only read", async () => {
    expect((await checkout.preview()).length).toBeGreaterThan(10);
    expect(await text()).toBe(written);
    for (const args of [["config"], ["stack", "output"], ["stack", "export"], ["stack", "history"], ["stack", "ls"]]) {
      await checkout.npm("pulumi", ...args, ...(args[1] === "ls" ? [] : ["--stack", "local"]));
      expect(await text(), args.join(" ")).toBe(written);
    }
    await checkout.fail("key", "research-team");
    await checkout.fail("verify");
    expect(await text()).toBe(written);
  });

  it.each<[string, string[], string[], string[]]>([
    [
      "a setting of a project that shares its others",
      ["set", "--path", "llm-gateway:projects.support-bot.budget", "50"],
      ["llm-gateway:projects", "support-bot", "budget"],
      ["+       budget: 50"],
    ],
    [
      "a switch, with its comment",
      ["set", "llm-gateway:protect", "true"],
      ["llm-gateway:protect"],
      [
        "-   llm-gateway:protect: false   # It is made to be thrown away.",
        '+   llm-gateway:protect: "true"   # It is made to be thrown away.',
      ],
    ],
    [
      "what stands there without its namespace",
      ["set", "--path", "llm-gateway:litellm.port", "4711"],
      ["litellm", "port"],
      ["-     port: PORT", "+     port: 4711"],
    ],
    [
      "what is taken out",
      ["rm", "--path", "llm-gateway:projects.support-bot.rpmLimit"],
      ["llm-gateway:projects", "support-bot", "rpmLimit"],
      ["-       rpmLimit: 1_000"],
    ],
  ])("is changed by config in the lines of %s only", async (_name, [command = "", ...args], path, lines) => {
    await checkout.npm("pulumi", "config", command, ...args.slice(0, 1), "--stack", "local", ...args.slice(1));
    const expected = lines.map((line) => line.replace("PORT", String(checkout.ports.litellm)) + lineEnd.slice(0, -1));
    expect(difference(written, await text())).toEqual(expected);
    const wanted = command === "rm" ? undefined : args.at(-1);
    expect(String(valueAt((await data()).config, path))).toBe(String(wanted));
  });

  it("is changed by preview with a setting in its line only, which the preview uses", async () => {
    await checkout.npm("pulumi", "preview", "--stack", "local", "-c", "llm-gateway:protect=true");
    expect(difference(written, await text())).toHaveLength(2);
    expect((await data()).config["llm-gateway:protect"]).toBe("true");
  });

  it("gets nothing but the salt when its stack is made, and keeps it", async () => {
    const name = lineEnd === "\n" ? "other" : "windows";
    await writeFile(file(name), written);
    await checkout.npm("pulumi", "stack", "init", "--no-select", name);
    const salted = await text(name);
    expect(salted.replace(/encryptionsalt: .*\r?\n/, "")).toBe(written);
    expect(salted).toMatch(/^encryptionsalt: v1:/m);
    await checkout.npm("pulumi", "config", "set", "--stack", name, "llm-gateway:protect", "true");
    await checkout.preview(name);
    expect(difference(salted, await text(name))).toHaveLength(2);
    await checkout.npm("pulumi", "stack", "rm", "--yes", name);
  });

  it("is that of --config-file, for checks and for what is set", async () => {
    const other = join(checkout.folder, "other.yaml");
    await writeFile(other, written.replace("protect: false", "protect: true"));
    const named = ["--stack", "local", "--config-file", "other.yaml"];
    expect(await checkout.fail("pulumi", "destroy", "--yes", ...named)).toContain("The stack `local` is protected");
    await checkout.npm("pulumi", "config", "set", ...named, "llm-gateway:protect", "false");
    expect(await readFile(other, "utf8")).toBe(written.replace("protect: false", 'protect: "false"'));
    expect(await text()).toBe(written);
    expect(await checkout.npm("pulumi", "destroy", "--preview-only", ...named)).toContain("Previewing destroy");
  });
});
