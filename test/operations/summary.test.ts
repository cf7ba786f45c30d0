import { expect, it } from "vitest";

import { shellWord } from "../../operations/shell-word.ts";
import type { StackOutputs } from "../../operations/stack-outputs.ts";
import { summary } from "../../operations/summary.ts";

const key = {
  models: ["gpt-4o", "claude-sonnet"],
  budget: 40,
  softAction: "throttle",
  hardBudget: 50,
  budgetDuration: "30d",
  hash: "",
  generation: 1,
};

function said(models: StackOutputs["models"], alias = "team", teams: StackOutputs["teams"] = []): string {
  const outputs = {
    gateway: { url: "http://127.0.0.1:4000", logs: "/home/me/gateway/local/litellm/log" },
    admin: { url: "http://127.0.0.1:8000", email: "", logs: "" },
    ...{ models, teams },
    projects: [{ name: "team", alias, environment: "production", ...key }],
    pools: [],
    cloud: {},
  };
  return summary(outputs, { checkout: "/home/me/it's here", home: "/mnt/a b" });
}

/** A model with a deployment that has its key, and one at each of these providers that has none. */
const mocked = (name: string, ...withoutKey: string[]) => ({
  ...{ name, mocked: withoutKey.length > 0 },
  deployments: ["openai", ...withoutKey].map((provider, index) => ({
    ...{ id: `${name}-${index}`, model: name, provider, mocked: index > 0 },
  })),
});

it("the summary names the providers whose keys are not set, and none whose is", () => {
  const text = said([
    mocked("gpt-4o"),
    mocked("claude-sonnet", "anthropic"),
    mocked("gemini-flash", "google", "anthropic"),
  ]);
  expect(text).toContain(
    "Mock answers: claude-sonnet, gemini-flash. For the real ones, set the key of anthropic, and so on for google,",
  );
  expect(text).toContain("config set --stack local --path --secret llm-gateway:providers.anthropic.apiKey");
  expect(text).not.toContain("openai.apiKey");
  expect(said([mocked("gpt-4o")])).not.toContain("Mock answers");
});

it("the summary leads to this checkout and its gateway home from any folder, whatever they are called", () => {
  const npm = "LLM_GATEWAY_HOME='/mnt/a b' npm --prefix '/home/me/it'\\''s here'";
  const text = said([]);
  expect(text).toContain(`OPENAI_API_KEY="$(${npm} run -s key -- team)"`);
  expect(text).toContain(`\n  ${npm} run down\n`);
  expect(said([], "a team")).toContain("run -s key -- 'a team')");
});

it("the summary says of each budget who holds it, and what happens there", () => {
  const row = said([])
    .split("\n")
    .find((line) => line.includes("│ team"));
  expect(row).toMatch(/\$40 in 30d: throttle +│ \$50 in 30d: 429/);
  expect(said([])).toContain("Agents hold the soft budget that are made with the package in python/");
});

it("the summary tells of teams what their projects have together, where there are teams", () => {
  const research = {
    ...{
      name: "research",
      models: ["gpt-4o"],
      budget: 80,
      hardBudget: 100,
      budgetDuration: "7d",
      projects: ["a", "b"],
    },
  };
  const text = said([], "team", [research, { ...research, name: "free", budget: undefined, hardBudget: undefined }]);
  expect(text).toMatch(/│ research │ a, b\s+│ gpt-4o │ \$80 in 7d │ \$100 in 7d\s+│/);
  expect(text).toMatch(/│ free\s+│ a, b\s+│ gpt-4o │ –\s+│ –\s+│/);
  expect(said([])).not.toContain("│ projects");
});

it("the summary has Claude Code ask for no model that the project may not use", () => {
  for (const tier of ["ANTHROPIC_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL", "ANTHROPIC_SMALL_FAST_MODEL"]) {
    expect(said([])).toContain(` ${tier}=claude-sonnet`);
  }
});

it("the summary says that Cursor's servers can't call a gateway on this machine", () => {
  expect(said([])).toContain("Cursor can't use this gateway");
});

it.each([
  ["a/b-c.d:e", "a/b-c.d:e"],
  ["", "''"],
  ["a b", "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$(x)`y`"', "'$(x)`y`\"'"],
])("the summary writes %s as one word of a shell", (text, word) => {
  expect(shellWord(text)).toBe(word);
});
