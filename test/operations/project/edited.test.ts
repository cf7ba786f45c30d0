import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { edited, type ProjectChange } from "../../../operations/project/edited.ts";

const FILE = "Pulumi.dev.yaml";
const MODELS = "  llm-gateway:models: [{ name: gpt-4o, model: gpt-4o, provider: openai }]\n";
const local = readFileSync(new URL("../../../Pulumi.local.yaml", import.meta.url), "utf8");

const add = (settings: Record<string, unknown> = { models: ["gpt-4o"], budget: 8 }, name = "docs-team") =>
  ({ action: "add", name, settings }) as const;
const edit = (name: string, settings: Record<string, unknown>, ...unset: string[]) =>
  ({ action: "edit", name, settings, unset }) as const;
const remove = (name: string) => ({ action: "remove", name }) as const;

/** The lines that a change takes and brings. */
function lines(text: string, change: ProjectChange): { out: string[]; in: string[] } {
  const [before, after] = [text.split("\n"), edited(text, change, FILE).text.split("\n")];
  const start = before.findIndex((line, index) => line !== after[index]);
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { out: before.slice(start, before.length - end), in: after.slice(start, after.length - end) };
}

function refusal(text: string, change: ProjectChange): string {
  try {
    edited(text, change, FILE);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a project of a stack file", () => {
  it("is added behind the others, in lines like theirs", () => {
    const settings = { models: ["gpt-4o", "claude-sonnet"], budget: 12.5, metadata: { owner: "ann" } };
    const brought = ["    docs-team:", "      models: [gpt-4o, claude-sonnet]", "      budget: 12.5"];
    expect(lines(local, add(settings))).toEqual({
      out: [],
      in: [...brought, "      metadata:", "        owner: ann"],
    });
  });

  it("is changed in the lines of its settings, whose comments stay", () => {
    expect(lines(local, edit("research-team", { budget: 80 }))).toEqual({
      out: ["      budget: 40"],
      in: ["      budget: 80"],
    });
    expect(lines(local, edit("support-bot", { rpmLimit: 30 }, "tpmLimit"))).toEqual({
      out: ["      rpmLimit: 60", "      tpmLimit: 100000"],
      in: ["      rpmLimit: 30"],
    });
  });

  it("is removed with its lines, and leaves the file as it was before it was added", () => {
    expect(edited(edited(local, add(), FILE).text, remove("docs-team"), FILE).text).toBe(local);
    const { out } = lines(local, remove("research-team"));
    expect(out).toHaveLength(5);
    expect(out).toContain(
      "      # Sagewai's budget, in USD. LiteLLM refuses requests only at a quarter more, so that Sagewai stops first.",
    );
  });

  it("keeps the entries of a mapping that a change doesn't name", () => {
    const text = edited(
      local,
      add({ models: ["gpt-4o"], budget: 8, metadata: { owner: "ann", cost: "7" } }),
      FILE,
    ).text;
    expect(lines(text, edit("docs-team", { metadata: { owner: "bob" } }))).toEqual({
      out: ["        owner: ann"],
      in: ["        owner: bob"],
    });
  });

  it.each([
    ["without projects", `config:\n${MODELS}`, ["  llm-gateway:projects:"]],
    ["with none in braces", `config:\n${MODELS}  llm-gateway:projects: {}\n`, ["  llm-gateway:projects:"]],
    ["without the namespace", `config:\n${MODELS}  projects: {} # none yet\n`, ["  projects:"]],
  ])("is added to a file %s", (_what, text, head) => {
    const entry = ["    docs-team:", "      models: [gpt-4o]", "      budget: 8"];
    expect(lines(text, add()).in.map((line) => line.replace(/ # .*/, ""))).toEqual([...head, ...entry]);
  });

  it("is added to others that stand in braces, in one line", () => {
    const text = `config:\n${MODELS}  llm-gateway:projects: {one: {models: [gpt-4o], budget: 8}}\n`;
    expect(lines(text, add()).in).toEqual([
      "  llm-gateway:projects: {one: {models: [gpt-4o], budget: 8}, docs-team: {models: [gpt-4o], budget: 8}}",
    ]);
  });

  it("leaves no empty section when it was the last one", () => {
    const text = `config:\n${MODELS}  llm-gateway:projects:\n    one:\n      models: [gpt-4o]\n      budget: 8\n`;
    const after = edited(text, remove("one"), FILE).text;
    expect(after).toBe(`config:\n${MODELS}  llm-gateway:projects: {}\n`);
    expect(edited(after, add({ models: ["gpt-4o"], budget: 8 }, "one"), FILE).text).toBe(text);
  });

  it("may get settings by an anchor, and one of its own in place of one of them", () => {
    const text = `config:\n${MODELS}  llm-gateway:projects:
    one: &usual
      models: [gpt-4o]
      budget: 8
      rpmLimit: 60
    two:
      <<: *usual
      tags: [a]
`;
    expect(lines(text, edit("two", { budget: 9 }))).toEqual({ out: [], in: ["      budget: 9"] });
    expect(refusal(text, remove("one"))).toContain(`${FILE} has an anchor or a merge key where one stands`);
    const { text: after } = edited(text, edit("two", {}, "rpmLimit"), FILE);
    const { config } = yaml.parse(after, { merge: true }) as { config: Record<string, unknown> };
    expect(config["llm-gateway:projects"]).toEqual({
      one: { models: ["gpt-4o"], budget: 8, rpmLimit: 60 },
      two: { models: ["gpt-4o"], budget: 8, tags: ["a"] },
    });
  });

  it("changes a file from Windows as such a file", () => {
    const after = edited(local.replaceAll("\n", "\r\n"), add(), FILE).text;
    expect(/[^\r]\n/.test(after)).toBe(false);
    expect(after.replaceAll("\r\n", "\n")).toBe(edited(local, add(), FILE).text);
  });

  it("changes a file whose secrets nobody can read, and leaves them alone", () => {
    const secrets = `encryptionsalt: v1:AAAA
config:
${MODELS}  llm-gateway:providers:
    openai:
      apiKey:
        secure: v1:openai
    vertex:
      kind: vertex
      project: some-project
      location: europe-west1
      credentials:
        secure: v1:vertex
`;
    const { text, problems } = edited(secrets, add(), FILE);
    expect(text.startsWith(secrets)).toBe(true);
    expect(problems).toEqual([]);
  });
});

describe("nothing is written, and the person is told what to write,", () => {
  it.each<[string, ProjectChange, string]>([
    ["for a model that there isn't", add({ models: ["gpt-4"], budget: 8 }), 'did you mean "gpt-4o"?'],
    ["without models", add({ budget: 8 }), "llm-gateway:projects.docs-team.models is missing; name at least one"],
    ["for an amount that isn't one", add({ models: ["gpt-4o"], budget: "much" }), '"much" is not an amount'],
    ["for a project that there is", add(undefined, "support-bot"), "has the project support-bot already; write `edit"],
    ["for one that there isn't", edit("support-bots", {}), 'did you mean "support-bot"?'],
    ["for one that there isn't, to remove", remove("x"), "write one of research-team, support-bot"],
    ["for a setting that has to be there", edit("support-bot", {}, "budget"), "support-bot.budget is missing"],
    ...["__proto__", "", "A", "a b", "a.b", "../a", "-", "a".repeat(64), "é"].map(
      (name): [string, ProjectChange, string] => [
        `for the name ${JSON.stringify(name)}`,
        add(undefined, name),
        `${JSON.stringify(name)} is not a name; write up to 63 lower-case letters`,
      ],
    ),
    ["for an alias of another key", add({ models: ["gpt-4o"], budget: 8, alias: "pool-general" }), "is the alias of"],
  ])("%s", (_what, change, said) => {
    expect(refusal(local, change)).toContain(said);
  });

  it("when pools work for the project that goes", () => {
    const text = local.replace("    gpu-workers:\n", "    gpu-workers:\n      project: support-bot\n");
    expect(refusal(text, remove("support-bot"))).toMatch(/pools\.gpu-workers\.project: "support-bot" is not a project/);
  });

  it("for a text that isn't YAML", () => {
    expect(refusal("config: [", add())).toMatch(/^The stack file is not YAML: /);
  });
});

it("a project can be put right in a file with other problems, which are named", () => {
  const text = `config:\n${MODELS}  llm-gateway:projects:\n    one: { models: [gpt-5], budget: 8 }\n  llm-gateway:litellm: { port: 0 }\n`;
  const { problems } = edited(text, edit("one", { models: ["gpt-4o"] }), FILE);
  expect(problems.map(({ path }) => path.join("."))).toEqual(["litellm.port"]);
});
