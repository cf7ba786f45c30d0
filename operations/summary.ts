import Table from "cli-table3";

import { shellWord } from "./shell-word.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/** Where the gateway's commands are, for a shell that may be in any folder. */
export interface Whereabouts {
  /** The folder of this checkout. */
  checkout: string;
  /** What LLM_GATEWAY_HOME is set to, if it is. */
  home?: string | undefined;
}

/** Tiers of models that Claude Code asks for by itself: without these, by names that no project may use. */
const CLAUDE_CODE_MODELS = [
  ...["ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL"],
  ...["ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_FABLE_MODEL"],
];

/**
 * What a person needs to know to use a local gateway that is up. Holds no key: each line fetches the one it needs. What is
 * indented is for a shell, in any folder; what isn't says what it is for.
 */
export function summary({ gateway, admin, models, teams, projects, pools }: StackOutputs, place: Whereabouts): string {
  const holders = [
    ...projects.map((project) => ({ ...project, holder: project.alias })),
    ...pools.map((pool) => ({ ...pool, holder: ofProject(pool) })),
  ];
  const table = new Table({
    head: ["key", "models", "soft budget: Sagewai's agents", "hard budget: LiteLLM"],
    style: { head: [], border: [] },
  });
  for (const { holder, models: allowed, budget, softAction, hardBudget, budgetDuration } of holders) {
    const soft = `$${budget} in ${budgetDuration}: ${softAction}`;
    table.push([holder, allowed.join(", "), soft, `$${hardBudget} in ${budgetDuration}: 429`]);
  }
  const commands = new Commands(place);
  const [first] = projects;
  return [
    "",
    `LiteLLM   ${gateway.url}    log: ${gateway.logs}`,
    `Sagewai   ${admin.url}    log: ${admin.logs}`,
    ...pools.map((pool) => `Workers   ${pool.replicas} in the pool ${pool.name}    log: ${pool.logs}`),
    "",
    table.toString(),
    ...teamTable(teams),
    "Agents hold the soft budget that are made with the package in python/, and those of workers' tasks by themselves: docs/budgets.md.",
    "",
    ...(first ? usage(gateway.url, first, commands) : []),
    ...administration(gateway.url, admin.url, commands),
    ...mockNotice(models, commands),
    "Try all of it:",
    `  ${commands.npm("run verify")}`,
    "Destroy it, with all its data:",
    `  ${commands.npm("run down")}`,
    "",
  ].join("\n");
}

/** A pool's key, with the project whose tasks it pays for from a budget of its own. */
function ofProject({ alias, project }: StackOutputs["pools"][number]): string {
  return project === undefined ? alias : `${alias} (of ${project})`;
}

/** What the projects of each team have together; nothing where there are no teams. */
function teamTable(teams: StackOutputs["teams"]): string[] {
  if (teams.length === 0) return [];
  const table = new Table({
    head: ["team", "projects", "models", "budget", "LiteLLM budget"],
    style: { head: [], border: [] },
  });
  for (const { name, projects, models, budget, hardBudget, budgetDuration } of teams) {
    const amount = (dollars: number | undefined) => (dollars === undefined ? "–" : `$${dollars} in ${budgetDuration}`);
    table.push([name, projects.join(", "), models.join(", "), amount(budget), amount(hardBudget)]);
  }
  return [table.toString()];
}

/** Lines for a shell that run a command of this checkout from any folder, with the same gateway home. */
class Commands {
  readonly #npm: string;

  constructor({ checkout, home }: Whereabouts) {
    const variable = home === undefined ? "" : `LLM_GATEWAY_HOME=${shellWord(home)} `;
    this.#npm = `${variable}npm --prefix ${shellWord(checkout)}`;
  }

  npm(command: string): string {
    return `${this.#npm} ${command}`;
  }

  key(alias: string): string {
    return `"$(${this.npm(`run -s key -- ${shellWord(alias)}`)})"`;
  }

  secret(output: string): string {
    return this.npm(`run -s pulumi -- stack output ${output} --show-secrets --stack local`);
  }
}

function usage(url: string, project: { alias: string; models: string[] }, commands: Commands): string[] {
  const { alias, models } = project;
  const [model = ""] = models;
  const claude = models.find((name) => name.includes("claude")) ?? model;
  const key = commands.key(alias);
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  return [
    `A request as ${alias}:`,
    `  curl ${url}/v1/chat/completions -H "Authorization: Bearer ${key.slice(1, -1)}" \\`,
    `    -H 'Content-Type: application/json' -d ${shellWord(body)}`,
    "",
    "The SDKs of OpenAI:",
    `  export OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${key}`,
    "The SDKs of Anthropic, and Claude Code:",
    `  export ANTHROPIC_BASE_URL=${url} ANTHROPIC_AUTH_TOKEN=${key}; unset ANTHROPIC_API_KEY`,
    `  export ${CLAUDE_CODE_MODELS.map((name) => `${name}=${shellWord(claude)}`).join(" ")}`,
    "Cursor can't use this gateway: its own servers make the calls, and they can't reach this machine.",
    "",
  ];
}

function administration(gatewayUrl: string, adminUrl: string, commands: Commands): string[] {
  return [
    `LiteLLM's pages are at ${gatewayUrl}/ui: the user is admin, the password the master key:`,
    `  ${commands.secret("masterKey")}`,
    "Sagewai is an API, for workers and agents. It answers 401 to whoever brings no token, as a browser:",
    `  curl ${adminUrl}/api/v1/fleet/workers -H "Authorization: Bearer $(${commands.secret("adminToken")})"`,
    "",
  ];
}

function mockNotice(models: StackOutputs["models"], commands: Commands): string[] {
  const mocked = models.filter((model) => model.mocked);
  const withoutKey = mocked.flatMap(({ deployments }) => deployments).filter((deployment) => deployment.mocked);
  const providers = [...new Set(withoutKey.map(({ provider }) => provider))];
  const [provider] = providers;
  if (provider === undefined) return [];
  const names = mocked.map(({ name }) => name).join(", ");
  const each = providers.length > 1 ? `, and so on for ${providers.slice(1).join(" and ")}` : "";
  const setting = `config set --stack local --path --secret ${shellWord(`llm-gateway:providers.${provider}.apiKey`)}`;
  return [
    `Mock answers: ${names}. For the real ones, set the key of ${provider}${each}, and run \`npm start\` again:`,
    `  ${commands.npm(`run pulumi -- ${setting}`)}`,
    "",
  ];
}
