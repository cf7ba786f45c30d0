import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { fileSettings } from "../../../operations/project/file-settings.ts";
import { goneWith } from "../../../operations/project/gone-with.ts";
import { listedProjects, projectTable } from "../../../operations/project/table.ts";

const stackFile = (name: string) => readFileSync(new URL(`../../../Pulumi.${name}.yaml`, import.meta.url), "utf8");

it("the list of projects has both budgets and the limits, from the stack file alone", () => {
  const { draft, problems } = fileSettings(stackFile("local"));
  expect(problems).toEqual([]);
  const projects = listedProjects(draft);
  expect(projects).toMatchObject([
    { name: "research-team", alias: "research-team", budget: 40, hardBudget: 50, budgetDuration: "30d" },
    { name: "support-bot", models: ["gemini-flash"], hardBudget: 10, rpmLimit: 60, softAction: "stop" },
  ]);
  expect(Object.keys(projects[0] ?? {}).slice(0, 2)).toEqual(["name", "alias"]);
  const table = projectTable(projects);
  expect(table).toContain("$8 in 30d      │ $10 in 30d     │ 60 requests/min, 100000 tokens/min, 5 at once");
  expect(table).not.toMatch(/project +│ team/);
});

it("hard budgets in the list follow the margin of the stack, and of the project", () => {
  const text = stackFile("local")
    .replace("  llm-gateway:routing:", "  llm-gateway:budgetMargin: 50\n  llm-gateway:routing:")
    .replace("      rpmLimit: 60", "      budgetMargin: 0");
  expect(listedProjects(fileSettings(text).draft).map(({ hardBudget }) => hardBudget)).toEqual([80, 8]);
});

it("the list has a column for teams where there are some", () => {
  const [project] = listedProjects(fileSettings(stackFile("local")).draft);
  expect(projectTable(project ? [{ ...project, team: "research" }] : [])).toMatch(/project +│ team +│ models/);
});

it("who removes a project is told what goes and what stays", () => {
  const said = goneWith("support-bot", stackFile("local").replace("      rpmLimit: 60", "      alias: bot"));
  expect(said).toContain("support-bot loses its key (bot) for good: requests with it are answered 401");
  expect(said).toContain("stays in LiteLLM's reports");
  expect(goneWith("research-team", stackFile("prod"))).toContain("Secret Manager loses it");
});

it("every problem of the settings is found without the stack's passphrase, but of what is encrypted", () => {
  const text = `config:
  llm-gateway:platform: kubernetes
  llm-gateway:kubernetes:
    postgres: { host: db.example.com, addresses: { cidrs: [10.20.0.0/24] }, adminPassword: { secure: v1:one } }
  llm-gateway:models: [{ name: gpt-4o, model: gpt-4o, provider: openai }]
  llm-gateway:providers: { openai: { apiKey: { secure: v1:two } } }
  llm-gateway:projects: { one: { models: [gpt-5], budget: 8 } }
`;
  const { problems } = fileSettings(text);
  expect(problems.map(({ path }) => path.join("."))).toEqual(["projects.one.models.0"]);
});
