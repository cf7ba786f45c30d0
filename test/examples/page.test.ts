import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { decidedNames } from "../../config/litellm/decided-names.ts";
import { KNOWN_NAMES } from "../../config/litellm/known-names.ts";
import { SECTION_NAMES } from "../../config/litellm/sections.ts";
import { PROVIDER_KINDS } from "../../config/schema/providers/kinds.ts";
import { messageOf, minimal } from "../config/stack.ts";
import { secretPathsIn, settingsWith } from "./examples.ts";

const page = readFileSync(new URL("../../docs/models.md", import.meta.url), "utf8");

interface Block {
  title: string;
  text: string;
  /** What the commands of the section set. */
  secrets: string[];
}

/** The page's examples, each with the commands of its section. */
const blocks: Block[] = page.split(/^(?=##+ )/m).flatMap((section) =>
  [...section.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""], index) => ({
    title: `${/^#+ (.*)$/m.exec(section)?.[1] ?? ""}, ${index + 1}`,
    text,
    secrets: secretPathsIn(section.slice(0, section.indexOf(text))),
  })),
);

/** The settings of an example, with the smallest of what it leaves out. */
function settingsOf({ text, secrets }: Block) {
  const said = Object.fromEntries(
    Object.entries(yaml.parse(text) as Record<string, unknown>).map(([key, value]) => [
      key.replace(/^llm-gateway:/, ""),
      value,
    ]),
  );
  const inCluster = "kubernetes" in said;
  const whole = {
    ...minimal,
    ...said,
    ...(inCluster && {
      platform: "kubernetes",
      kubernetes: { postgres: { trial: true }, ...(said["kubernetes"] as object) },
    }),
  };
  return settingsWith(whole, secrets);
}

it("has an example of each kind of provider", () => {
  expect(blocks.length).toBeGreaterThan(18);
  for (const kind of PROVIDER_KINDS) expect(page).toContain(`| \`${kind}\``);
});

describe.each(blocks)("docs/models.md, $title", (block) => {
  it("is right as it stands", () => {
    expect(messageOf(() => settingsOf(block))).toBe("");
  });

  it("has models that are called, not mocked, with what its commands set", () => {
    const said = Object.keys(yaml.parse(block.text) as object);
    const isAboutModels = said.includes("llm-gateway:models") && block.secrets.length > 0;
    const mocks = settingsOf(block).models.filter(({ mock }) => mock !== undefined);
    expect(isAboutModels ? mocks.map(({ name }) => name) : []).toEqual([]);
  });
});

it("names nothing as refused that isn't", () => {
  const table = /## What is refused, and why(.*?)^With a licence/ms.exec(page)?.[1] ?? "";
  const names = [...table.matchAll(/^\| ([^|]*)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => name),
  );
  const refused = [
    ...(["params", "info", "settings", "general", "router"] as const).flatMap(decidedNames),
    ...SECTION_NAMES,
    ...Object.values(KNOWN_NAMES.licensed).flat(),
    ...["salt_key", "service_callbacks", "timezone", "general_settings", "custom_code", "routing"],
  ];
  expect(names.length).toBeGreaterThan(35);
  expect(names.filter((name) => !refused.includes(name))).toEqual([]);
});

it("leads to examples and headings that are there", () => {
  const others = readdirSync(new URL("../../docs/", import.meta.url));
  for (const [, target = ""] of page.matchAll(/\]\(([^)#]+\.md)[^)]*\)/g)) expect(others).toContain(target);
  expect(readdirSync(new URL("../../examples/models/", import.meta.url))).toHaveLength(15);
  for (const [, heading = ""] of page.matchAll(/\]\(#([^)]+)\)/g)) {
    const slugs = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    expect(slugs).toContain(heading);
  }
});
