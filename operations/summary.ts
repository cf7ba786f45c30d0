import Table from "cli-table3";

import type { StackOutputs } from "./stack-outputs.ts";

/** What a person needs to know to use a gateway that is up. Holds no key: each line fetches the one it needs. */
export function summary({ gateway, admin, models, projects, pools }: StackOutputs): string {
  const table = new Table({
    head: ["key", "models", "Sagewai budget", "LiteLLM budget"],
    style: { head: [], border: [] },
  });
  for (const { alias, models: allowed, budget, hardBudget, budgetDuration } of [...projects, ...pools]) {
    table.push([alias, allowed.join(", "), `$${budget} in ${budgetDuration}`, `$${hardBudget} in ${budgetDuration}`]);
  }
  const mocked = models.filter((model) => model.mocked).map((model) => model.name);
  const [first] = projects;
  return [
    "",
    `LiteLLM   ${gateway.url}    log: ${gateway.logs}`,
    `Sagewai   ${admin.url}    log: ${admin.logs}`,
    ...pools.map((pool) => `Workers   ${pool.replicas} in the pool ${pool.name}    log: ${pool.logs}`),
    "",
    table.toString(),
    "",
    ...(mocked.length > 0 ? [mockNotice(mocked)] : []),
    ...(first ? usage(gateway.url, first.alias, first.models[0] ?? "") : []),
    "",
    "npm run verify   tries all of it        npm run down   destroys it",
    "",
  ].join("\n");
}

function mockNotice(mocked: string[]): string {
  return [
    `Mock answers: ${mocked.join(", ")}. To have the real ones, set the providers' keys and run \`npm start\` again:`,
    "  npm run pulumi -- config set --stack local --path --secret llm-gateway:providers.openai.apiKey",
    "",
  ].join("\n");
}

function usage(url: string, alias: string, model: string): string[] {
  const key = `$(npm run -s key ${alias})`;
  return [
    `A request as ${alias}:`,
    `  curl ${url}/v1/chat/completions -H "Authorization: Bearer ${key}" \\`,
    `    -H 'Content-Type: application/json' -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
    "",
    `OpenAI SDK      export OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${key}`,
    `Anthropic SDK   export ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${key}`,
    `Claude Code     export ANTHROPIC_BASE_URL=${url} ANTHROPIC_AUTH_TOKEN=${key} ANTHROPIC_MODEL=${model}`,
    `Cursor          Settings > Models: base URL ${url}/v1, API key from \`npm run -s key ${alias}\``,
  ];
}
