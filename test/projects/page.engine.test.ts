import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { execa } from "execa";
import pRetry from "p-retry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { sagewaiRuntime } from "../../toolchain/python/runtime.ts";
import type { Block } from "../blocks.ts";
import { AttackedGateway } from "../security/attacked-gateway.ts";
import { claudeCode } from "./claude-code.ts";
import { blocks, type Refusal, refusals } from "./page.ts";

const root = join(import.meta.dirname, "../..");

const GPT = "This is a mock answer of gpt-4o";
const CLAUDE = "This is a mock answer of claude-sonnet";

const AGENT = "A Sagewai agent, python, 1";

/** What each piece of code of the page prints, in this order. */
const PRINTS: Record<string, string[]> = {
  "curl, sh, 1": [GPT],
  "curl, sh, 2": ['"id":"gpt-4o"', '"id":"claude-sonnet"'],
  "OpenAI's SDK, python, 1": [GPT, CLAUDE],
  "OpenAI's SDK, ts, 1": [GPT, CLAUDE],
  "Anthropic's SDK, python, 1": [CLAUDE, GPT],
  "Anthropic's SDK, ts, 1": [CLAUDE, GPT],
  "Claude Code, sh, 1": [CLAUDE],
  "LangChain, python, 1": [CLAUDE, CLAUDE],
  [AGENT]: [CLAUDE],
  "What you have spent, sh, 1": [" USD spent, of 40 (soft) and 50.0 (hard), until 20"],
};

/** Those that are run elsewhere: `npm run key` by the test of the local stack, the others by page.test.ts. */
const ELSEWHERE = [
  "Your address and your key, sh, 1",
  "Your address and your key, sh, 2",
  "For the platform team, sh, 1",
];

let gateway: AttackedGateway;
let folder: string;
/** The folders of the programs that people have installed as the page says. */
let clients: string;
let sagewai: string;
let claude: string;

beforeAll(async () => {
  [gateway, clients, sagewai, claude] = await Promise.all([
    AttackedGateway.start(localModels),
    pythonEnvironment("clients"),
    pythonEnvironment("sagewai"),
    claudeCode(),
  ]);
  folder = await mkdtemp(join(tmpdir(), "llm-gateway-project-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await gateway.delete();
});

/** The models of the local stack without a provider's key, and projects that are refused for this and that. */
function localModels({ models }: Record<string, unknown>): Record<string, unknown> {
  const all = (models as object[]).map((model) => ({ ...model, apiBase: undefined }));
  const project = { models: ["gpt-4o", "claude-sonnet"], budget: 40 };
  return {
    models: all,
    projects: {
      "research-team": project,
      agents: project,
      hasty: { ...project, rpmLimit: 1 },
      poor: { ...project, budget: 0.01 },
    },
  };
}

/** Runs a piece of code as a person does who has set both variables, and nothing else. */
async function run({ language, text, title }: Block, project: string): Promise<string> {
  const python = title === AGENT ? sagewai : clients;
  const file = join(folder, `${Object.keys(PRINTS).indexOf(title)}.${language}`);
  await writeFile(file, text);
  const programs = { sh: "bash", python: join(python, "bin", "python"), ts: process.execPath };
  const { all } = await execa(programs[language as keyof typeof programs], [file], {
    cwd: folder,
    env: {
      PATH: [claude, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
      HOME: folder,
      ...{ GATEWAY_URL: gateway.url, GATEWAY_KEY: gateway.keys[project] ?? "" },
      // What a person's shell may have, from before.
      ANTHROPIC_API_KEY: "sk-of-the-person",
      ...(title === AGENT && { ...sagewaiRuntime(sagewai), PYTHONPATH: join(root, "python") }),
    },
    ...{ extendEnv: false, stdin: "ignore", all: true, timeout: 100_000 },
  });
  return all;
}

it("docs/projects.md has no code that no test runs", () => {
  expect(blocks.map(({ title }) => title).sort()).toEqual([...Object.keys(PRINTS), ...ELSEWHERE].sort());
});

describe("with only the address and a key set, the code of docs/projects.md gets answers:", () => {
  it.for(blocks.filter(({ title }) => title in PRINTS))("$title", async (block) => {
    let rest = await run(block, block.title === AGENT ? "agents" : "research-team");
    for (const text of PRINTS[block.title] ?? []) {
      expect(rest).toContain(text);
      rest = rest.slice(rest.indexOf(text) + text.length);
    }
  });
});

it("the streamed request of the page's Sagewai agent is charged to its project", async () => {
  const charged = async () => (await gateway.charges(gateway.keys["agents"] ?? "")).map(({ spend }) => spend > 0);
  await expect.poll(charged, { timeout: 60_000, interval: 1000 }).toEqual([true]);
});

it("the page's Sagewai agent stops at its project's soft budget, where the gateway still answers others", async () => {
  // 3,700 tokens at $3 a million: above one cent, and below a quarter more.
  const { status } = await chatAs("poor", { messages: [{ role: "user", content: "word ".repeat(3_700) }] });
  expect(status).toBe(200);
  const spent = async () => {
    const { text } = await gateway.send("/key/info", { key: gateway.keys["poor"] });
    return (JSON.parse(text) as { info: { spend: number } }).info.spend;
  };
  await expect.poll(spent, { timeout: 60_000, interval: 1000 }).toBeGreaterThan(0.01);
  const [agent] = blocks.filter(({ title }) => title === AGENT);
  if (agent) await expect(run(agent, "poor")).rejects.toThrow("SagewaiBudgetExceededError");
  expect((await chatAs("poor")).status).toBe(200);
});

/** Requests that are refused, by the type that the page gives. */
const REFUSED: Record<string, () => Promise<{ status: number; text: string }>> = {
  invalid_request_error: () => chatAs("research-team", { top_k: 5 }),
  auth_error: () => gateway.send("/v1/models"),
  token_not_found_in_db: () => gateway.send("/v1/models", { key: "sk-of-another-gateway" }),
  key_model_access_denied: () => chatAs("research-team", { model: "gemini-flash" }),
  not_found_error: () => gateway.send("/v1/images/generations", { key: gateway.keys["research-team"], body: {} }),
  throttling_error: async () => {
    await chatAs("hasty");
    const refused = await chatAs("hasty");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    return refused;
  },
  budget_exceeded: async () => {
    await chatAs("poor", { messages: [{ role: "user", content: "word ".repeat(3_700) }] });
    return pRetry(
      async () => {
        const answer = await chatAs("poor");
        if (answer.status === 200) throw new Error("There is budget left.");
        return answer;
      },
      { retries: 30, minTimeout: 1000, factor: 1 },
    );
  },
};

function chatAs(project: string, parameters: object = {}) {
  const messages = [{ role: "user", content: "Hello" }];
  const body = { model: "claude-sonnet", messages, ...parameters };
  return gateway.send("/v1/chat/completions", { key: gateway.keys[project], body });
}

describe("docs/projects.md knows how requests are refused:", () => {
  it("all of it is tried here", () => {
    expect(refusals.map(({ type }) => type).sort()).toEqual(Object.keys(REFUSED).sort());
  });

  it.for(refusals)("$status $type", async ({ status, type }: Refusal) => {
    const answer = await REFUSED[type]?.();
    const { error } = JSON.parse(answer?.text ?? "{}") as { error?: { type: string } };
    expect({ status: answer?.status, type: error?.type }).toEqual({ status, type });
  });
});
