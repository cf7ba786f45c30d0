import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import * as yaml from "yaml";

import { previewEdits } from "../changes/matrix.ts";
import type { SecretStackOutputs } from "../../operations/stack-outputs.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { sagewaiRuntime } from "../../toolchain/python/runtime.ts";
import { isTaken } from "../../providers/local/loopback-port.ts";
import { blocks } from "../state/page.ts";
import { GithubStandIn } from "../operations/report/github.ts";
import { type Command, commandsOf, type Values } from "../workflows/workflow.ts";
import { changed, Checkout } from "./checkout.ts";
import { secretsIn } from "./stack-secrets.ts";

// One stack through its life, each test going on where the one before it ended.

// Some of them bring the stack up several times, which neighbours on a slow machine make long.
vi.setConfig({ testTimeout: 300_000 });

let checkout: Checkout;
let outputs: SecretStackOutputs;
let started: string;
let github: GithubStandIn;
/** The stack file before anything ran. */
let stackFile: string;

const readStackFile = () => readFile(join(checkout.folder, "Pulumi.local.yaml"), "utf8");

beforeAll(async () => {
  // In a place as people have them, away from the checkout.
  checkout = await Checkout.make({ LLM_GATEWAY_HOME: await mkdtemp(join(tmpdir(), "gateway's home-")) });
  stackFile = await readStackFile();
  started = await checkout.npm("start");
  outputs = await checkout.outputs<SecretStackOutputs>();
  github = await GithubStandIn.start();
  // As a pipeline's variable says it.
  VALUES["vars.PULUMI_BACKEND_URL"] = `${pathToFileURL(join(checkout.home, "state")).href}?metadata=skip`;
});

afterAll(async () => {
  expect(github.server.refused).toEqual([]);
  await github.server.stop();
  await checkout.remove();
});

/** Variables that a workflow has in these tests. */
const JOB = { "github.token": "ghs_token-of-the-job" };
const VALUES = { "vars.PULUMI_BACKEND_URL": "" };
const PLAIN = { "inputs.stack": "local", "inputs.refresh && 'yes' || ''": "" };
const REFRESHED = { ...PLAIN, "inputs.refresh && 'yes' || ''": "yes" };

/** A command about this stack's page; the workflow's own stacks are dev and prod. */
function ofLocal(command: Command): Command {
  return { ...command, run: command.run.replace("/dev.json", "/local.json") };
}

/** Without the verification, which has its own test. */
async function upCommands(values: Values): Promise<Command[]> {
  const commands = await commandsOf("update-stack", "up", { ...VALUES, ...values });
  return commands.filter(({ name }) => name !== "Verify");
}

const up = () => checkout.npm("pulumi", "up", "--stack", "local", "--yes", "--skip-preview");

async function keyInfo(alias: string): Promise<Record<string, unknown>> {
  const { keys, masterKey } = outputs;
  const token = createHash("sha256")
    .update(keys[alias] ?? "")
    .digest("hex");
  const response = await fetch(`${outputs.gateway.url}/key/info?key=${token}`, {
    headers: { authorization: `Bearer ${masterKey}` },
  });
  return ((await response.json()) as { info: Record<string, unknown> }).info;
}

async function chat(key: string | undefined, model: string): Promise<Response> {
  return fetch(`${outputs.gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key ?? ""}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
  });
}

/** Runs an agent in the Sagewai admin, as its pages do: what it answers, or why it doesn't. */
async function runAgent(project?: string): Promise<string> {
  const response = await fetch(`${outputs.admin.url}/playground/run`, {
    method: "POST",
    headers: {
      ...{ authorization: `Bearer ${outputs.adminToken}`, "content-type": "application/json" },
      ...(project !== undefined && { "x-project-id": project }),
    },
    body: JSON.stringify({ name: "", message: "Hello" }),
  });
  const [, data = "{}"] = /event: run_finished\ndata: (.*)/.exec(await response.text()) ?? [];
  return (JSON.parse(data) as { output: string }).output;
}

/** Every secret of the stack, as the state holds it when it is shown in plain text. */
async function secrets(): Promise<string[]> {
  return secretsIn(await checkout.npm("pulumi", "stack", "export", "--stack", "local", "--show-secrets"));
}

it("`npm start` says how to use what it brought up", () => {
  expect(started).toContain(`LiteLLM   http://127.0.0.1:${checkout.ports.litellm}`);
  expect(started).toContain("Mock answers: claude-sonnet, gemini-flash, gpt-4o");
  for (const key of Object.values(outputs.keys)) expect(started).not.toContain(key);
});

/** The lines under a title of the summary, which are for a shell. */
function printed(title: string): string {
  const lines = started.split("\n");
  const first = lines.findIndex((line) => line.startsWith(title)) + 1;
  const length = lines.slice(first).findIndex((line) => !line.startsWith("  "));
  expect(first, title).toBeGreaterThan(0);
  return lines.slice(first, first + length).join("\n");
}

it("`npm start` prints lines that work in any shell's folder: a request", async () => {
  expect(await Checkout.paste(printed("A request as research-team:"))).toContain("This is a mock answer of gpt-4o");
});

it("`npm start` prints what the SDKs and Claude Code need, and no two credentials for one", async () => {
  const lines = [printed("The SDKs of OpenAI:"), printed("The SDKs of Anthropic, and Claude Code:")];
  const pasted = [...lines, `exec ${process.execPath} ${join(import.meta.dirname, "sdk-clients.ts")}`].join("\n");
  const texts = JSON.parse(await Checkout.paste(pasted, { env: { ANTHROPIC_API_KEY: "sk-of-the-person" } })) as object;
  expect(texts).toMatchObject({
    openai: expect.stringContaining("mock answer of gpt-4o") as unknown,
    ANTHROPIC_MODEL: expect.stringContaining("mock answer of claude-sonnet") as unknown,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: expect.stringContaining("mock answer of claude-sonnet") as unknown,
  });
  const sent: unknown = JSON.parse(
    await Checkout.paste([...lines, 'echo "[\\"$OPENAI_API_KEY\\", \\"$ANTHROPIC_AUTH_TOKEN\\"]"'].join("\n")),
  );
  expect(sent).toEqual([outputs.keys["research-team"], outputs.keys["research-team"]]);
});

it("`npm start` prints what leads an administrator to LiteLLM's pages and to Sagewai's API", async () => {
  const masterKey = await Checkout.paste(printed(`LiteLLM's pages are at ${outputs.gateway.url}/ui`));
  expect(masterKey).toBe(outputs.masterKey);
  expect((await fetch(`${outputs.gateway.url}/ui`)).status).toBe(200);
  const login = await fetch(`${outputs.gateway.url}/v2/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: masterKey }),
  });
  expect(login.status).toBe(200);
  expect((await fetch(outputs.admin.url)).status).toBe(401);
  const workers = JSON.parse(await Checkout.paste(printed("Sagewai is an API"))) as unknown;
  expect(JSON.stringify(workers)).toContain("worker-general-0");
});

it("`npm start` prints how to set a provider's key, and where the logs are", async () => {
  await Checkout.paste(printed("Mock answers: "), { input: "sk-of-anthropic\n" });
  const command = ["config", "get", "--stack", "local", "--path", "llm-gateway:providers.anthropic.apiKey"];
  expect(await checkout.npm("pulumi", ...command)).toBe("sk-of-anthropic");
  await checkout.npm("pulumi", "config", "rm", "--stack", "local", "llm-gateway:providers");
  const logs = [...started.matchAll(/ log: (.*)/g)].flatMap(([, paths = ""]) => paths.split(", "));
  expect(logs.length).toBeGreaterThan(3);
  for (const log of logs) expect(await readFile(log, "utf8")).not.toBe("");
});

it("`npm start` leaves the stack file as it was", async () => {
  expect(await readStackFile()).toBe(stackFile);
});

it("the local stack is used with a project's key, fetched as the summary says", async () => {
  const key = await checkout.npm("key", "research-team");
  expect(key).toBe(outputs.keys["research-team"]);
  const answer = (await (await chat(key, "gpt-4o")).json()) as { choices: { message: { content: string } }[] };
  expect(answer.choices[0]?.message.content).toMatch(/^This is a mock answer of gpt-4o/);
  expect((await chat(key, "gemini-flash")).status).toBe(403);
});

it("the local stack passes its own verification", async () => {
  const rows = JSON.parse(await checkout.npm("verify", "--json")) as { ok: boolean }[];
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ ok }) => !ok)).toEqual([]);
});

it("the local stack's Sagewai runs agents with the key of their project, or with its own, and for nobody else", async () => {
  expect(await runAgent("support-bot")).toContain("mock answer of gemini-flash");
  expect(await runAgent()).toContain("mock answer of gpt-4o");
  expect(await runAgent("nobody")).toMatch(/^No API key configured/);
});

it("the local stack serves the guide's client: health, models, spend", async () => {
  const venv = await pythonEnvironment("sagewai");
  const { stdout } = await execa(join(venv, "bin", "python"), [join(import.meta.dirname, "guide-client.py")], {
    env: { ...sagewaiRuntime(venv), LITELLM_PROXY_URL: outputs.gateway.url },
    input: `${outputs.masterKey}\n${outputs.keys["research-team"] ?? ""}\n`,
  });
  const { health, models, project_models, spend, project_spend } = JSON.parse(stdout) as Record<string, unknown>;
  expect(health).toEqual({ healthy: true, status: 200 });
  // The client looks for the provider where LiteLLM says nothing of it.
  expect(models).toEqual([
    "claude-sonnet (unknown) - max 64000 tokens",
    "gemini-flash (unknown) - max None tokens",
    "gpt-4o (unknown) - max 16384 tokens",
  ]);
  expect(project_models).toEqual(["claude-sonnet", "gpt-4o"]);
  // One entry for each request that there ever was, those without a key among them.
  expect(spend).toBeInstanceOf(Array);
  expect(project_spend).toEqual({ error: "Failed to fetch spend data" });
});

it("the local stack answers the guide's `curl` of /health with 401, and says without a key whether it lives", async () => {
  const statusOf = async (path: string) => (await fetch(`${outputs.gateway.url}${path}`)).status;
  expect(await statusOf("/health")).toBe(401);
  expect(await statusOf("/health/liveliness")).toBe(200);
});

it("the local stack answers the guide's own request for a key, and 429 once its budget or its rate limit is exhausted", async () => {
  const generate = (body: object) =>
    fetch(`${outputs.gateway.url}/key/generate`, {
      method: "POST",
      headers: { authorization: `Bearer ${outputs.masterKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const guide = { models: ["gpt-4o", "claude-sonnet"], budget_duration: "30d", metadata: { project: "research-team" } };
  const made = (await (await generate({ ...guide, max_budget: 50.0 })).json()) as Record<string, unknown>;
  expect(made).toMatchObject({ ...guide, max_budget: 50 });
  const poor = (await (await generate({ ...guide, max_budget: 0.0000001 })).json()) as { key: string };
  expect((await chat(poor.key, "gpt-4o")).status).toBe(200);
  await expect.poll(async () => (await chat(poor.key, "gpt-4o")).status, { timeout: 30_000, interval: 1000 }).toBe(429);
  const slow = (await (await generate({ ...guide, rpm_limit: 1 })).json()) as { key: string };
  expect((await chat(slow.key, "gpt-4o")).status).toBe(200);
  await expect.poll(async () => (await chat(slow.key, "gpt-4o")).status, { timeout: 30_000, interval: 100 }).toBe(429);
  await fetch(`${outputs.gateway.url}/key/delete`, {
    method: "POST",
    headers: { authorization: `Bearer ${outputs.masterKey}`, "content-type": "application/json" },
    body: JSON.stringify({ keys: [made["key"], poor.key, slow.key] }),
  });
});

it("the local stack warns of nothing when nothing changed", async () => {
  expect(await checkout.npm("pulumi", "preview", "--stack", "local")).not.toContain("warning:");
});

previewEdits("local", () => ({ name: "local", checkout }));

it("the local stack raises a budget with exactly one update, which the workflows review, plan and bring about", async () => {
  await checkout.commit();
  await checkout.edit((config) => {
    const projects = config["llm-gateway:projects"] as Record<string, { budget: number }>;
    if (projects["research-team"]) projects["research-team"].budget = 80;
  });
  const review = await commandsOf("pull-request", "review", {
    ...VALUES,
    "matrix.stack": "local",
    "github.base_ref": "main",
  });
  expect(await checkout.pipeline(review)).toEqual({ failed: [] });
  const comment = await commandsOf("pull-request", "comment", { ...JOB, "github.event.pull_request.number": "12" });
  expect(await checkout.pipeline(comment.map(ofLocal), github.variables)).toEqual({ failed: [] });
  const body = github.comments[0]?.body;
  expect(body).toContain("## Stack local, compared with origin/main: 2 updated");
  expect(body).toContain(String.raw`| research-team | \$40 / \$50 in 30d | \$80 / \$100 in 30d | +\$50 |`);
  expect(body).toContain("## Stack prod: what should be here could not be made");

  const summary = join(checkout.folder, "summary.md");
  const plan = await commandsOf("update-stack", "plan", { ...VALUES, ...PLAIN });
  expect(await checkout.pipeline(plan, { GITHUB_STEP_SUMMARY: summary })).toEqual({ failed: [] });
  expect(await readFile(summary, "utf8")).toContain("## Stack local: 2 updated");
  const text = await readFile(join(checkout.folder, "plan/plan.json"), "utf8");
  expect(text).toContain("ciphertext");
  expect((await secrets()).filter((value) => text.includes(value))).toEqual([]);
  expect(await checkout.pipeline(await upCommands(PLAIN))).toEqual({ failed: [] });
  expect(await keyInfo("research-team")).toMatchObject({ key_alias: "research-team", max_budget: 100 });
  expect(await checkout.preview()).toEqual([]);
});

it("the local stack adds and removes a project without touching anything else", async () => {
  const added = await checkout.npm("project", "add", "newcomer", "--models", "gpt-4o", "--budget", "8");
  // The difference of the file, what Pulumi would do, and what brings it about.
  expect(added).toMatch(/^\+ {4}newcomer:\n\+ {6}models: \[gpt-4o\]\n\+ {6}budget: 8$/m);
  expect(added).toContain("made: newcomer: may use gpt-4o");
  expect(added).toMatch(/To bring it about: npm start$/);
  await up();
  outputs = await checkout.outputs<SecretStackOutputs>();
  expect((await chat(outputs.keys["newcomer"], "gpt-4o")).status).toBe(200);
  const removed = await checkout.npm("project", "remove", "newcomer");
  expect(removed).toContain("newcomer loses its key (newcomer) for good");
  expect(removed).toContain("⚠ The virtual key newcomer is deleted");
  await up();
  expect((await chat(outputs.keys["newcomer"], "gpt-4o")).status).toBe(401);
  outputs = await checkout.outputs<SecretStackOutputs>();
  expect(Object.keys(outputs.keys)).not.toContain("newcomer");
});

it("the local stack takes over the key of a project that moves in from another stack, with its value", async () => {
  const moved = `sk-${"OfAnotherStack".padEnd(40, "0")}`;
  // The commands of docs/state.md, where `next` is this stack, and `prod` another one.
  const replaced = {
    "$(npm run -s key -- research-team --stack prod)": moved,
    "--stack next": "--stack local",
    "http://127.0.0.1:4000": outputs.gateway.url,
  };
  let lines = blocks.get("Move a project's key, sh, 1") ?? "exit 1";
  for (const [from, to] of Object.entries(replaced)) lines = lines.replace(from, to);
  const said = await Checkout.paste(`set -e\n${lines}`, {
    folder: checkout.folder,
    env: { LLM_GATEWAY_HOME: checkout.home },
  });
  expect(said).toBe("");
  expect((await chat(moved, "gpt-4o")).status).toBe(429);
  const settings = yaml.parse(blocks.get("Move a project's key, yaml, 1") ?? "") as Record<string, object>;
  const [project = {}] = Object.values(settings["llm-gateway:projects"] ?? {}) as object[];
  await checkout.edit((config) => {
    (config["llm-gateway:projects"] as Record<string, object>)["moved-in"] = project;
  });
  await up();
  expect((await chat(moved, "gpt-4o")).status).toBe(200);
  await checkout.edit((config) => {
    delete (config["llm-gateway:projects"] as Record<string, object>)["moved-in"];
  });
  await up();
  expect((await chat(moved, "gpt-4o")).status).toBe(401);
});

it("the local stack adds a pool, moves it to another project and removes it, while the admin and the other pools go on", async () => {
  const pid = (service: string) => readFileSync(join(checkout.service(service), "pid"), "utf8");
  const running = () => ["sagewai-admin", "worker-general-0"].map(pid);
  const before = running();
  const declare = (project: string | undefined) =>
    checkout.edit((config) => {
      const pools = config["llm-gateway:pools"] as Record<string, object>;
      if (project === undefined) delete pools["newcomer"];
      else pools["newcomer"] = { models: ["gpt-4o"], budget: 8, project };
    });
  await declare("research-team");
  await up();
  await checkout.npm("verify");

  await declare("support-bot");
  await up();
  await checkout.npm("verify");

  await declare(undefined);
  await up();
  await checkout.npm("verify");
  expect(running()).toEqual(before);
}, 600_000);

it("the local stack makes another enrollment key for one that was revoked behind its back, and its workers go on with it", async () => {
  const headers = { authorization: `Bearer ${outputs.adminToken}` };
  const keysUrl = `${outputs.admin.url}/api/v1/fleet/enrollment-keys`;
  const { keys } = (await (await fetch(keysUrl, { headers })).json()) as {
    keys: { id: string; revoked: boolean; allowed_pools: string[] }[];
  };
  const key = keys.find(({ revoked, allowed_pools }) => !revoked && allowed_pools.includes("general"));
  expect((await fetch(`${keysUrl}/${key?.id ?? ""}`, { method: "DELETE", headers })).status).toBe(200);
  await checkout.npm("pulumi", "refresh", "--stack", "local", "--yes", "--skip-preview");
  const changes = (await checkout.preview()).map(changed);
  expect(changes).toContain("update EnrollmentKey enrollment-key-general: generation, lost");
  expect(changes.filter((change) => !/EnrollmentKey enrollment-key-general|worker-general-0/.test(change))).toEqual([]);
  await up();
  await checkout.npm("verify");
  expect(await checkout.preview()).toEqual([]);
}, 300_000);

it("the local stack brings a key back that was deleted behind its back, with the same value", async () => {
  await fetch(`${outputs.gateway.url}/key/delete`, {
    method: "POST",
    headers: { authorization: `Bearer ${outputs.masterKey}`, "content-type": "application/json" },
    body: JSON.stringify({ key_aliases: ["support-bot"] }),
  });
  expect((await chat(outputs.keys["support-bot"], "gemini-flash")).status).toBe(401);
  await checkout.npm("pulumi", "refresh", "--stack", "local", "--yes", "--skip-preview");
  expect((await checkout.preview()).map(changed)).toEqual(["update VirtualKeys projects: support-bot"]);
  await up();
  expect((await chat(outputs.keys["support-bot"], "gemini-flash")).status).toBe(200);
});

it("the local stack shows by property what was changed behind its back, and repairs it, in an issue and by a deployment with refresh", async () => {
  await planRefreshed();
  await fetch(`${outputs.gateway.url}/key/update`, {
    method: "POST",
    headers: { authorization: `Bearer ${outputs.masterKey}`, "content-type": "application/json" },
    body: JSON.stringify({ key: outputs.keys["support-bot"], max_budget: 1000 }),
  });
  await look();
  const [issue] = github.issues;
  expect(issue).toMatchObject({ title: "Drift of the stack local", isOpen: true });
  expect(issue?.body).toContain("## Stack local: 1 thing was changed behind its back");
  expect(issue?.body).toContain("- Virtual key support-bot: maxBudget: 10 → 1000");

  // A plan from before that has no such change, and so does nothing of it.
  const said = await checkout.pipeline(await upCommands(REFRESHED));
  expect(said.failed.join("\n")).toMatch(/^Up: 1\n[^]*violates plan/);
  expect(await keyInfo("support-bot")).toMatchObject({ max_budget: 1000 });

  await planRefreshed();
  expect(await checkout.pipeline(await upCommands(REFRESHED))).toEqual({ failed: [] });
  expect(await keyInfo("support-bot")).toMatchObject({ max_budget: 10 });
  await look();
  expect(github.issues.slice(0, 1)).toMatchObject([{ isOpen: false }]);
});

/** Makes the plan of a deployment with refresh. */
async function planRefreshed(): Promise<void> {
  const plan = await commandsOf("update-stack", "plan", { ...VALUES, ...REFRESHED });
  await rm(join(checkout.folder, "plan"), { recursive: true });
  expect(await checkout.pipeline(plan, { GITHUB_STEP_SUMMARY: "/dev/null" })).toEqual({ failed: [] });
}

/** What the workflow does each night. */
async function look(): Promise<void> {
  await rm(join(checkout.folder, "drift"), { recursive: true, force: true });
  const commands = await commandsOf("drift", "look", { ...VALUES, "matrix.stack": "local" });
  expect(await checkout.pipeline(commands)).toEqual({ failed: [] });
  const issue = await commandsOf("drift", "issue", JOB);
  expect(await checkout.pipeline(issue.map(ofLocal), github.variables)).toEqual({ failed: [] });
}

it("the local stack brings back what was killed, with its data, and shows so before", async () => {
  const killed = ["worker-general-0", "litellm"];
  for (const service of killed) {
    process.kill(Number(readFileSync(join(checkout.service(service), "pid"), "utf8")), "SIGKILL");
  }
  const postmaster = readFileSync(join(checkout.service("postgres"), "data", "postmaster.pid"), "utf8");
  process.kill(Number(postmaster.split("\n")[0]), "SIGKILL");
  expect((await checkout.preview()).map(changed).sort()).toEqual([
    "update Postgres postgres: start",
    "update Service litellm: start",
    "update Service worker-general-0: start",
  ]);
  await checkout.npm("start");
  expect((await chat(outputs.keys["research-team"], "gpt-4o")).status).toBe(200);
  await Checkout.paste(printed("Try all of it:"));
  expect(await checkout.preview()).toEqual([]);
});

it("the local stack holds no secret in plain text in state, logs or files that all may read", async () => {
  const values = await secrets();
  for (const key of [...Object.values(outputs.keys), outputs.masterKey, outputs.adminToken, outputs.adminPassword]) {
    expect(values).toContain(key);
  }
  const { home } = checkout;
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\/(postgres\/data|files|data)(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.filter((file) => file.includes("/state/")).length).toBeGreaterThan(0);
  expect(files.filter((file) => file.endsWith("/log")).length).toBeGreaterThan(4);
  const leaks = files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return values.filter((value) => text.includes(value)).map(() => file.slice(home.length));
  });
  expect(leaks).toEqual([]);
});

it("the local stack has nothing beside its state that a kill could leave half-written, so that no command could read the state", async () => {
  const files = await readdir(join(checkout.home, "state"), { recursive: true });
  expect(files.filter((file) => file.endsWith("local.json"))).toHaveLength(1);
  expect(files.filter((file) => file.endsWith(".attrs"))).toEqual([]);
});

it("the local stack shows its secrets to those who debug Pulumi, as docs/security.md warns", async () => {
  const values = await secrets();
  const shown = await checkout.npm("pulumi", "preview", "--stack", "local", "--debug");
  expect(values.filter((value) => shown.includes(value))).not.toEqual([]);
});

it("the local stack holds no secret in the arguments of any process", async () => {
  const values = await secrets();
  const commands = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
  expect(commands.some((command) => command.includes("litellm-config.yaml"))).toBe(true);
  expect(values.filter((value) => commands.some((command) => command.includes(value)))).toEqual([]);
});

it("the local stack leaves no process, port, database or file when it is destroyed", async () => {
  const said = await Checkout.paste(printed("Destroy it"));
  expect(said).toContain("The local stack is gone, with all its data.");
  expect(said).not.toContain("pulumi stack rm");
  expect(await readdir(checkout.home)).not.toContain("local");
  for (const port of Object.values(checkout.ports)) expect(await isTaken(port)).toBe(false);
  const survivors = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(checkout.home) && Number(pid) !== process.pid;
      } catch {
        return false;
      }
    });
  expect(survivors).toEqual([]);
  await expect(access(checkout.service("postgres"))).rejects.toThrow("ENOENT");
});
