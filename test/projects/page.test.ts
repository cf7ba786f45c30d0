import { readdirSync, readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { projectCommand } from "../../operations/project/command.ts";
import { edited } from "../../operations/project/edited.ts";
import { blocks, installed, page } from "./page.ts";

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

it("docs/projects.md names the versions of the clients that its examples are tried with", () => {
  const { devDependencies } = JSON.parse(text("package.json")) as { devDependencies: Record<string, string> };
  const python = text("toolchain/python/requirements/clients.in").split("\n");
  const npm = Object.entries(devDependencies).map(([name, version]) => `${name}@${version}`);
  expect(installed).toHaveLength(6);
  const others = installed.filter((one) => ![...python, ...npm].includes(one));
  // test/projects/claude-code.ts fetches what the page says.
  expect(others).toEqual([expect.stringMatching(/^@anthropic-ai\/claude-code@[\d.]+$/)]);
});

it("docs/projects.md leads to pages and headings that are there", () => {
  const pages = readdirSync(new URL("../../docs/", import.meta.url));
  const slugs = (document: string) =>
    [...document.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
  const links = [...page.matchAll(/\]\((?!https:)([^)#]*)#?([^)]*)\)/g)];
  expect(links.length).toBeGreaterThan(5);
  for (const [, file = "", heading = ""] of links) {
    if (file !== "") expect(pages).toContain(file);
    if (heading !== "") expect(slugs(file === "" ? page : text(`docs/${file}`))).toContain(heading);
  }
});

it("docs/projects.md has commands for the platform team that work one after the other", () => {
  const commands =
    blocks
      .find(({ title }) => title === "For the platform team, sh, 1")
      ?.text.trim()
      .split("\n") ?? [];
  expect(commands).toHaveLength(4);
  let file = text("Pulumi.local.yaml");
  for (const line of commands) {
    const [, rest = ""] = /^npm run project -- (.*)$/.exec(line) ?? [];
    const { change } = projectCommand(rest.split(" "));
    if (change) file = edited(file, change, "Pulumi.local.yaml").text;
  }
  expect(file).toBe(text("Pulumi.local.yaml"));
});

it("docs/projects.md reads a key in Secret Manager as docs/gcp.md does", () => {
  const [, command = ""] = /\$\((gcloud .*)\)"/.exec(page) ?? [];
  expect(command).toContain("gcloud secrets versions access");
  expect(text("docs/gcp.md")).toContain(`${command}\n`);
});
