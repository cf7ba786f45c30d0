import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { litellmConfig } from "../../config/litellm-config.ts";
import { parseSettings } from "../../config/settings.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

const [deployment] = minimal.models;
const encrypted = ["llm-gateway:secrets", "llm-gateway:secretFiles", "llm-gateway:providers"];

const problems = (settings: Record<string, unknown>) => problemsOf(settings, encrypted);
const command = (path: string) => `\`pulumi config set --path --secret llm-gateway:${path}\``;

const LEAKED = "If it was one, it is in Git and in Pulumi's history by now: revoke it";
const PLAIN = `looks like a secret in plain text; set it as one of secrets, and write os.environ/ and its name here. ${LEAKED}`;

/** Settings with a reference in each place where one may stand. */
function everywhere(reference: string) {
  return {
    models: [
      {
        ...deployment,
        params: { organization: reference, extra_headers: { "X-Team": reference } },
      },
    ],
    litellm: {
      settings: { s3_callback_params: { s3_bucket_name: reference } },
      general: { alert_to_webhook_url: { budget_alerts: reference } },
      router: { tag_routing_prefix: reference },
      guardrails: [
        {
          guardrail_name: "a",
          litellm_params: { guardrail: "presidio", mode: "pre_call", default_on: true, api_key: reference },
        },
      ],
      callbackSettings: { otel: { headers: reference } },
    },
  };
}

const PLACES = [
  "litellm.callbackSettings.otel.headers",
  "litellm.general.alert_to_webhook_url.budget_alerts",
  "litellm.guardrails[0].litellm_params.api_key",
  "litellm.router.tag_routing_prefix",
  "litellm.settings.s3_callback_params.s3_bucket_name",
  "models[0].params.extra_headers.X-Team",
  "models[0].params.organization",
];

describe("a reference to a secret", () => {
  it("may stand in each place that is passed through to LiteLLM, and for a file too", () => {
    expect(problems({ ...everywhere("os.environ/OWN_SECRET"), secrets: { OWN_SECRET: "value-of-it" } })).toEqual([]);
    expect(problems({ ...everywhere("os.environ/OWN_FILE"), secretFiles: { OWN_FILE: "text of it" } })).toEqual([]);
  });

  it("is refused in each of them without its secret", () => {
    expect(problems(everywhere("os.environ/OWN_SECRET"))).toEqual(
      PLACES.map(
        (place) =>
          `${place}: "os.environ/OWN_SECRET" refers to no secret of this stack; set it with ${command("secrets.OWN_SECRET")}`,
      ),
    );
  });

  it("is refused in a list, where LiteLLM doesn't read it", () => {
    const settings = {
      litellm: { settings: { langfuse_default_tags: ["os.environ/OWN_SECRET"] } },
      secrets: { OWN_SECRET: "value-of-it" },
    };
    expect(problems(settings)).toContain(
      'litellm.settings.langfuse_default_tags[0]: "os.environ/OWN_SECRET" contains os.environ/, which LiteLLM replaces with a variable of its environment; write the text itself, without it',
    );
  });

  it.each([
    ["AWS_ACCESS_KEY_ID", "MY_AWS_ACCESS_KEY_ID"],
    ["OPENAI_API_KEY", "MY_OPENAI_API_KEY"],
    ["REDIS_PASSWORD", "MY_REDIS_PASSWORD"],
  ])("to %s is refused with a name that a secret can have", (name, other) => {
    const reference = `os.environ/${name}`;
    const found = problems({ litellm: { settings: { s3_callback_params: { s3_aws_access_key_id: reference } } } });
    expect(found).toEqual([
      `litellm.settings.s3_callback_params.s3_aws_access_key_id: "${reference}" refers to no secret of this stack, and no secret can have this name; refer to another one, such as os.environ/${other}, and set it with ${command(`secrets.${other}`)}`,
    ]);
    expect(
      problems({
        litellm: { settings: { s3_callback_params: { s3_aws_access_key_id: `os.environ/${other}` } } },
        secrets: { [other]: "value-of-it" },
      }),
    ).toEqual([]);
  });

  it("is refused where nothing may stand for a secret", () => {
    const becomes =
      "contains os.environ/, which LiteLLM replaces with a variable of its environment; write the text itself, without it";
    // Clients see it.
    expect(problems({ models: [{ ...deployment, info: { description: "os.environ/OWN" } }] })).toEqual([
      `models[0].info.description: "os.environ/OWN" ${becomes}`,
    ]);
    expect(problems({ litellm: { environment: { LANGFUSE_HOST: "os.environ/OWN" } } })).toEqual([
      `litellm.environment.LANGFUSE_HOST: "os.environ/OWN" ${becomes}`,
    ]);
  });

  it("stays one in LiteLLM's file, which holds no secret", () => {
    const secrets = { OWN_SECRET: "value-of-it" };
    const text = litellmConfig(
      parseSettings(
        rawConfig({ ...everywhere("os.environ/OWN_SECRET"), secrets, providers: { openai: { apiKey: "sk-key" } } }),
        encrypted,
      ),
    );
    expect(text).toContain("organization: os.environ/OWN_SECRET");
    expect(text).not.toContain("value-of-it");
  });
});

describe("the name of a secret", () => {
  it.each([
    ["OPENAI_API_KEY", "is what LiteLLM calls a provider with, past models and budgets; set it under providers"],
    ["AWS_SECRET_ACCESS_KEY", "is what LiteLLM calls a provider with, past models and budgets; set it under providers"],
    ["DATABASE_URL", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["LITELLM_SALT_KEY", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["MODEL_KEY_OPENAI", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["SSLKEYLOGFILE", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["OPENAI_BASE_URL", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["PYTHONPATH", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["HTTPS_PROXY", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["LD_PRELOAD", "is a variable that steers LiteLLM or its machine; choose another name, and refer to that"],
    ["own_secret", "is not a variable; write capital letters, digits and _"],
    ["1_SECRET", "is not a variable; write capital letters, digits and _"],
  ])("isn't %s", (name, problem) => {
    const settings = { settings: { s3_callback_params: { s3_bucket_name: `os.environ/${name}` } } };
    expect(problems({ secrets: { [name]: "value-of-it" }, litellm: settings })).toContain(`secrets.${name} ${problem}`);
    expect(problems({ secretFiles: { [name]: "value-of-it" }, litellm: settings })).toContain(
      `secretFiles.${name} ${problem}`,
    );
    expect(problems({ litellm: { environment: { [name]: "text" } } })).toContain(
      `litellm.environment.${name} ${problem}`,
    );
  });

  it.each(["LANGFUSE_SECRET_KEY", "DD_API_KEY", "SLACK_WEBHOOK_URL", "SENTRY_DSN", "LITELLM_LICENSE"])(
    "may be %s, which LiteLLM reads by itself",
    (name) => {
      expect(problems({ secrets: { [name]: "value-of-it" } })).toEqual([]);
    },
  );

  it("stands once among secrets, files and the environment", () => {
    const twice = "is there more than once among secrets, secretFiles and litellm.environment";
    expect(
      problems({
        secrets: { LANGFUSE_HOST: "a-secret-host" },
        litellm: { environment: { LANGFUSE_HOST: "http://a" } },
      }),
    ).toEqual([`litellm.environment.LANGFUSE_HOST ${twice}`, `secrets.LANGFUSE_HOST ${twice}`]);
  });

  it("is one that something reads", () => {
    expect(problems({ secrets: { OWN_SECRET: "value-of-it" }, secretFiles: { OWN_FILE: "text of it" } })).toEqual([
      "secretFiles.OWN_FILE is a secret that nothing reads; write os.environ/OWN_FILE where LiteLLM shall find it, or remove it",
      "secrets.OWN_SECRET is a secret that nothing reads; write os.environ/OWN_SECRET where LiteLLM shall find it, or remove it",
    ]);
  });
});

describe("a secret in plain text", () => {
  it("is refused among the secrets themselves", () => {
    expect(problemsOf({ secrets: { DD_API_KEY: "value-of-it" } })).toEqual([
      `secrets.DD_API_KEY is in plain text in the stack file, and by now maybe in Git and in Pulumi's history too; revoke it, set a new one with ${command("secrets.DD_API_KEY")}, and clean both as docs/operations.md says`,
    ]);
  });

  it.each([
    [{ s3_callback_params: { s3_aws_secret_access_key: "abcdef" } }, "s3_callback_params.s3_aws_secret_access_key"],
    [{ generic_logger_headers: { Authorization: "Bearer 0123456789" } }, "generic_logger_headers.Authorization"],
    [{ langfuse_default_tags: ["sk-lf-0123456789"] }, "langfuse_default_tags[0]"],
    [{ cache: true, cache_params: { type: "redis", host: "a", password: "abc" } }, "cache_params.password"],
  ])("is refused where LiteLLM's settings hold it: %j", (settings, path) => {
    expect(problems({ litellm: { settings } })).toEqual([`litellm.settings.${path} ${PLAIN}`]);
  });

  it.each([
    ["LANGFUSE_SECRET_KEY", "sk-lf-0123456789"],
    ["SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T0/B0/x"],
    ["DD_API_KEY", "0123456789"],
    ["OTEL_HEADERS", "api-key=0123456789"],
    ["GENERIC_LOGGER_HEADERS", "Authorization=Bearer 0123456789"],
  ])("is refused as a variable, which is for everybody to see: %s", (name, value) => {
    expect(problems({ litellm: { environment: { [name]: value } } })).toEqual([
      `litellm.environment.${name} looks like a secret in plain text; set it with ${command(`secrets.${name}`)} instead. ${LEAKED}`,
    ]);
  });

  it("is told to be revoked, and nothing more, where it couldn't stand as a reference either", () => {
    expect(problems({ models: [{ ...deployment, params: { api_key: "sk-0123456789" } }] })).toEqual([
      "models[0].params.api_key can't be passed through: it is what the provider's entry under providers signs in with; set it there",
      `models[0].params.api_key looks like a secret in plain text. ${LEAKED}`,
    ]);
  });

  it("is told to be revoked, and nothing more, in the info of a model", () => {
    expect(problems({ models: [{ ...deployment, info: { description: "sk-0123456789" } }] })).toEqual([
      `models[0].info.description looks like a secret in plain text. ${LEAKED}`,
    ]);
  });

  it.each([
    { settings: { max_tokens: 100, langfuse_default_tags: ["cache_hit"] } },
    { settings: { cache: true, cache_params: { type: "local", namespace: "answers" } } },
    { environment: { LANGFUSE_HOST: "https://langfuse.example.com", DD_SITE: "datadoghq.eu" } },
  ])("isn't seen in what holds none: %j", (litellm) => {
    expect(problems({ litellm })).toEqual([]);
  });
});

describe("a copy of a secret", () => {
  const providers = { openai: { apiKey: "provider-key-of-the-test" } };
  const copied = (path: string) =>
    `holds what ${path} keeps secret, and is shown to others, in files of LiteLLM, in Sagewai or in the state; take it out`;

  it.each([
    ["models[0].mockResponse", { models: [{ ...deployment, mockResponse: "provider-key-of-the-test" }] }],
    ["models[0].params.user", { models: [{ ...deployment, params: { user: "a provider-key-of-the-test b" } }] }],
    [
      "litellm.environment.LANGFUSE_HOST",
      { litellm: { environment: { LANGFUSE_HOST: "https://provider-key-of-the-test.example.com" } } },
    ],
    ["sagewai.organization", { sagewai: { organization: "provider-key-of-the-test" } }],
  ])("is refused at %s", (path, settings) => {
    expect(problems({ providers, ...settings })).toEqual([`${path} ${copied("providers.openai.apiKey")}`]);
  });

  it("is one with a line end, which its secret has", () => {
    const secrets = { LANGFUSE_SECRET_KEY: "value-of-the-secret\n" };
    expect(problems({ secrets, sagewai: { organization: "value-of-the-secret" } })).toEqual([
      `sagewai.organization ${copied("secrets.LANGFUSE_SECRET_KEY")}`,
    ]);
  });

  it("isn't seen in what is short, or in another secret", () => {
    expect(problems({ secrets: { DD_API_KEY: "short" }, sagewai: { organization: "a short name" } })).toEqual([]);
    expect(problems({ providers: { openai: providers.openai, mistral: providers.openai } })).toEqual([]);
  });
});

it("gives LiteLLM's process each secret and each file by its name", async () => {
  const { secrets, secretFiles } = parseSettings(
    rawConfig({
      ...minimal,
      litellm: { settings: { ssl_verify: "os.environ/OWN_FILE" } },
      secrets: { DD_API_KEY: "value-of-it\n" },
      secretFiles: { OWN_FILE: "text\nof it\n" },
    }),
    encrypted,
  );
  const all = pulumi.output({ secrets, secretFiles });
  const known = await new Promise((resolve) => {
    all.apply(resolve);
  });
  expect(known).toEqual({ secrets: { DD_API_KEY: "value-of-it" }, secretFiles: { OWN_FILE: "text\nof it\n" } });
  expect(await pulumi.isSecret(all)).toBe(true);
});
