import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { sagewaiRuntime } from "../../toolchain/python/runtime.ts";
import { WORD } from "../security/answers/provider-answer.ts";
import { RecordingProvider } from "../security/recording-provider.ts";

const PAGE = join(import.meta.dirname, "../../docs/guide.md");

let gateway: RecordingProvider;
let elsewhere: RecordingProvider;
let folder: string;
let said: Said;

/** What published_sagewai.py prints. */
interface Said {
  InferenceConfig: string;
  AgentConfig: string;
  "InferenceParams knows a model": boolean;
  agents: Record<string, string>;
  "variables that Sagewai reads": string[];
  "unknown to WorkflowWorker": string[];
  "budget methods": string[];
  "budget manager": string;
  code: string[];
  "a document at the metadata server": string;
  "a proxy at the metadata server": boolean;
}

beforeAll(async () => {
  [gateway, elsewhere] = await Promise.all([RecordingProvider.start(), RecordingProvider.start()]);
  folder = await mkdtemp(join(tmpdir(), "llm-gateway-guide-"));
  const code = [...(await readFile(PAGE, "utf8")).matchAll(/```python\n(.*?)```/gs)].map(([, text]) => text);
  const { stdout } = await execa("python", [join(import.meta.dirname, "published_sagewai.py")], {
    env: { ...sagewaiRuntime(await pythonEnvironment("sagewai")), HOME: folder, SAGEWAI_HOME: folder },
    extendEnv: false,
    input: JSON.stringify({ gateway: gateway.url, elsewhere: elsewhere.url, code }),
  });
  said = JSON.parse(stdout.split("\n").at(-1) ?? "") as Said;
}, 600_000);

afterAll(async () => {
  await Promise.all([gateway.stop(), elsewhere.stop()]);
  await rm(folder, { recursive: true });
});

/** Who was asked for a case, for which model and with which key. */
function askedFor(text: string): object[] {
  const at = (server: RecordingProvider, name: string) =>
    server.received
      .filter(({ body }) => body.includes(JSON.stringify(text)))
      .map(({ body, headers }) => ({
        ...{ by: name, model: (JSON.parse(body) as { model: string }).model, key: headers.authorization },
      }));
  return [...at(gateway, "gateway"), ...at(elsewhere, "OpenAI")];
}

const byGateway = (model: string) => [{ by: "gateway", model, key: "Bearer sk-project-virtual-key" }];

/** What a person's own key pays for, where nothing limits it. */
const pastGateway = (model: string) => [{ by: "OpenAI", model, key: "Bearer sk-of-the-person" }];

describe("the published Sagewai", () => {
  it("has no InferenceConfig, and its AgentConfig takes no model with the inference", () => {
    expect(said.InferenceConfig).toContain("cannot import name 'InferenceConfig'");
    expect(said.AgentConfig).toMatch(/ValidationError: .*name.*Field required/s);
    expect(said["InferenceParams knows a model"]).toBe(false);
  });

  it("ignores an agent's `config`, and calls OpenAI past the gateway", () => {
    expect(said.agents["config="]).toBe(WORD);
    // The default, not the model of the configuration.
    expect(askedFor("config=")).toEqual(pastGateway("gpt-4o"));
  });

  it("sends to `api_base` what has a name of OpenAI's, and knows no provider for the gateway's other names", () => {
    expect(askedFor("api_base, gpt-4o")).toEqual(byGateway("gpt-4o"));
    expect(said.agents["api_base, claude-sonnet"]).toContain("LLM Provider NOT provided");
    expect(askedFor("api_base, claude-sonnet")).toEqual([]);
  });

  it("sends each of the gateway's names to `api_base` after litellm_proxy/", () => {
    expect(askedFor("api_base, litellm_proxy/claude-sonnet")).toEqual(byGateway("claude-sonnet"));
  });

  it("goes past the gateway with LITELLM_PROXY_URL and LITELLM_API_KEY, which it doesn't read", () => {
    expect(askedFor("guide's variables")).toEqual(pastGateway("gpt-4o"));
  });

  it("calls the gateway for all agents with the three variables that LiteLLM reads", () => {
    expect(askedFor("LiteLLM's variables")).toEqual(byGateway("claude-sonnet"));
  });

  it("reads none of the variables that the guide gives its containers", () => {
    expect(said["variables that Sagewai reads"]).toEqual([]);
  });

  it("has a WorkflowWorker that knows no models, gateway_url and enrollment_key", () => {
    expect(said["unknown to WorkflowWorker"]).toEqual(["models", "gateway_url", "enrollment_key"]);
  });

  it("takes a worker's credentials as WorkerCredentials only, which reach each of its agents", () => {
    expect(said.agents["credentials as a dictionary"]).toContain("'dict' object has no attribute 'model_overrides'");
    expect(askedFor("credentials")).toEqual(byGateway("gpt-4o"));
  });

  it("has agents without a budget: no manager, and no check_budget() or record_spend()", () => {
    expect(said["budget methods"]).toEqual([]);
    expect(said["budget manager"]).toBe("None");
  });

  it("sends a key to whatever address it is told that the proxy has, and refuses documents of private addresses only", () => {
    expect(said["a document at the metadata server"]).toContain("SSRF blocked");
    expect(said["a proxy at the metadata server"]).toBe(true);
    expect(elsewhere.received.at(-1)).toMatchObject({
      path: "http://169.254.169.254/health",
      headers: { authorization: "Bearer sk-project-virtual-key" },
    });
  });
});

it("the code of docs/guide.md calls the gateway, and no other", () => {
  expect(said.code.join("\n")).toContain(WORD);
  expect(askedFor("Hello from docs/guide.md")).toEqual(byGateway("claude-sonnet"));
});
