import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { MODEL_PROVIDERS, OTHER_PREFIXES } from "../../config/schema/model-providers.ts";
import { ACCOUNT_NAMES, MODEL_WORDS } from "../../config/rules/reserved-words.ts";
import { RESERVED_METADATA, STEERING_METADATA, STEERING_TEAM_METADATA } from "../../config/litellm/refused-fields.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { OFFLINE } from "../../toolchain/python/runtime.ts";
import { problemsOf } from "../config/stack.ts";
import { MASTER_KEY } from "../toolchain/prisma/litellm.ts";
import { ProviderStub } from "./provider-stub.ts";
import { SettingsProxy } from "./settings-proxy.ts";

const VARIABLE = "LITELLM_MASTER_KEY";

/** Texts that LiteLLM replaces, wherever it finds them in its configuration. */
const REPLACED = [`os.environ/${VARIABLE}`, `os.environ/oidc/env/${VARIABLE}`];

/** Texts that other software would replace, and that settings may hold. */
const TAKEN_LITERALLY = [
  ...[VARIABLE, `$${VARIABLE}`, `\${${VARIABLE}}`, `{{ ${VARIABLE} }}`, `%${VARIABLE}%`, `env:${VARIABLE}`],
  ...[`see os.environ`, `env/${VARIABLE}`, `secret://${VARIABLE}`, "file:///etc/hostname", "hashicorp_vault/key"],
  `aws_secret_manager/${VARIABLE}`,
];

let provider: ProviderStub;
let proxy: SettingsProxy;

/** A proxy with what the settings refuse to say, written by hand. */
beforeAll(async () => {
  provider = await ProviderStub.start();
  const mocks = [...REPLACED, ...TAKEN_LITERALLY].map((text, index) => ({
    model_name: `mock-${index}`,
    litellm_params: { model: "gpt-4o", mock_response: text },
  }));
  const called = { model: "gpt-4o", api_key: "os.environ/SOME_API_KEY", api_base: provider.url };
  const config = {
    model_list: [
      ...mocks,
      { model_name: "called", litellm_params: called },
      { model_name: "all-proxy-models", litellm_params: { model: "gpt-4o", mock_response: "A mock." } },
    ],
  };
  // A key that reads like a reference itself.
  proxy = await SettingsProxy.startWith(yaml.stringify(config), { SOME_API_KEY: `os.environ/${VARIABLE}` });
});

afterAll(async () => {
  await proxy.delete();
  await provider.stop();
});

async function answerOf(model: string, key?: string): Promise<string> {
  const { text } = await proxy.post("/v1/chat/completions", { model, messages: [{ role: "user", content: "?" }] }, key);
  return text;
}

const withMock = (mockResponse: string) => ({
  models: [{ name: "gpt-4o", model: "gpt-4o", provider: "openai", mockResponse }],
});

describe("a text that LiteLLM replaces", () => {
  it.each(REPLACED.map((text, index) => [text, index] as const))(
    "would tell whoever asks for the model the master key, and is refused: %s",
    async (text, index) => {
      expect(await answerOf(`mock-${index}`)).toContain(MASTER_KEY);
      expect(problemsOf(withMock(text))).toHaveLength(1);
    },
  );

  it("would tell a provider the master key if it were the provider's key, and is refused", async () => {
    await answerOf("called");
    const [request] = provider.requests.filter(({ path }) => path === "/chat/completions");
    expect(request?.headers.authorization).toBe(`Bearer ${MASTER_KEY}`);
    const providers = { openai: { apiKey: `os.environ/${VARIABLE}` } };
    expect(problemsOf({ providers }, ["llm-gateway:providers"])).toHaveLength(1);
  });
});

it.each(TAKEN_LITERALLY.map((text, index) => [text, index + REPLACED.length] as const))(
  "LiteLLM takes %s as it is, and so do the settings",
  async (text, index) => {
    const { choices } = JSON.parse(await answerOf(`mock-${index}`)) as { choices: { message: { content: string } }[] };
    expect(choices[0]?.message.content).toBe(text);
    expect(problemsOf(withMock(text))).toEqual([]);
  },
);

describe("a model of a reserved name", () => {
  it("would open every model to each key that names it, and is refused", async () => {
    const key = await proxy.key({ models: ["all-proxy-models"] });
    expect(await answerOf("mock-2", key)).toContain(TAKEN_LITERALLY[0]);
    const other = await proxy.key({ models: ["mock-3"] });
    expect(await answerOf("mock-2", other)).toContain("key_model_access_denied");
    const models = [{ name: "all-proxy-models", model: "gpt-4o", provider: "openai" }];
    expect(problemsOf({ models })).toHaveLength(1);
  });
});

describe("the words of the installed LiteLLM", () => {
  let words: Record<
    "modelWords" | "accountNames" | "metadataNames" | "teamMetadataNames" | "providers" | "callbacks" | "signIns",
    string[]
  >;

  beforeAll(async () => {
    const python = join(await pythonEnvironment("litellm"), "bin", "python");
    const script = join(import.meta.dirname, "litellm_words.py");
    const { stdout } = await execa(python, [script], { env: OFFLINE });
    words = JSON.parse(stdout) as typeof words;
  });

  it("that open more than one model are no names of models", () => {
    expect(words.modelWords).toEqual([...MODEL_WORDS].sort());
  });

  it("that it calls itself are no aliases of keys", () => {
    expect(words.accountNames).toEqual([...ACCOUNT_NAMES].sort());
  });

  it("that it reads from a key's metadata are no names of a project's", () => {
    const refused = new Set([...RESERVED_METADATA, ...STEERING_METADATA]);
    expect(words.metadataNames.filter((name) => !refused.has(name))).toEqual([]);
    expect(words.metadataNames).toContain("logging");
  });

  it("that it reads from a team's metadata are no names of a team's in the settings", () => {
    const refused = new Set([...RESERVED_METADATA, ...STEERING_METADATA, ...STEERING_TEAM_METADATA]);
    expect(words.teamMetadataNames.filter((name) => !refused.has(name))).toEqual([]);
    expect(words.teamMetadataNames).toEqual(expect.arrayContaining(["logging", "callback_settings"]));
  });

  it("that stand before a model are all known, as providers or as something else", () => {
    expect([...MODEL_PROVIDERS, ...OTHER_PREFIXES].sort()).toEqual([...words.providers].sort());
  });

  it("that make it read prompts from elsewhere, or wait for somebody to sign in, stand before no model", () => {
    const special = [...words.callbacks, ...words.signIns];
    expect(special.filter((word) => MODEL_PROVIDERS.has(word))).toEqual([]);
  });
});
