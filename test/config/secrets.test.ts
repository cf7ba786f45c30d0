import { describe, expect, it } from "vitest";

import { parseSettings } from "../../config/settings.ts";
import { stackFileProblems } from "../../config/rules/stack-file.ts";
import { warnings } from "../../config/warnings.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

const secretKeys = ["llm-gateway:providers"];
const settingsWith = (apiKey: string) =>
  parseSettings(rawConfig({ ...minimal, providers: { openai: { apiKey } } }), secretKeys);

describe("a provider's key", () => {
  it.each(["sk-key\n", "sk-key\r\n", "sk-key\n\n"])(
    "loses the line end that the command gave it: %j",
    async (apiKey) => {
      const settings = settingsWith(apiKey);
      const key = Object.values(settings.providerSecrets)[0];
      expect(await new Promise((resolve) => key?.apply(resolve))).toBe("sk-key");
      expect(warnings(settings)).toEqual([
        'llm-gateway:providers.openai.apiKey ends with a line end, which is left out. To set it again without one: `printf %s "$SECRET" | pulumi config set --path --secret llm-gateway:providers.openai.apiKey`.',
      ]);
    },
  );

  it("is taken as it is otherwise, without a word", () => {
    expect(warnings(settingsWith("sk-key with spaces"))).toEqual([]);
  });

  it.each(["sk\nkey", "sk-kéy", "sk-key ", " sk-key", "sk\tkey", "sk-key\u0001", "“sk-key”", "\nsk-key"])(
    "is what an HTTP header can carry, not %j",
    (apiKey) => {
      expect(problemsOf({ providers: { openai: { apiKey } } }, secretKeys)).toEqual([
        "providers.openai.apiKey: [secret] contains what no HTTP header can carry, such as a line end, a space at an end or a letter beyond ASCII; set the key alone",
      ]);
    },
  );

  it("is missing if it is nothing but a line end", () => {
    expect(problemsOf({ providers: { openai: { apiKey: "\n" } } }, secretKeys)).toEqual([
      "providers.openai.apiKey: [secret] is empty; set the key, or remove the setting to have the provider's models mocked",
    ]);
  });
});

describe("what is encrypted", () => {
  const MISPLACED =
    "is encrypted, but is shown to others, in files of LiteLLM, in Sagewai or in the state; write it as it is, and nothing that must stay secret";

  it.each(["models", "projects", "pools", "sagewai", "litellm", "routing"])(
    "is nothing of section %s, where a provider's encrypted key could be copied to",
    (section) => {
      expect(problemsOf({}, [`llm-gateway:${section}`])).toEqual([`${section} ${MISPLACED}`]);
    },
  );

  it("may be in sections that have secrets", () => {
    expect(problemsOf({}, ["llm-gateway:providers", "llm-gateway:kubernetes", "llm-gateway:gcp"])).toEqual([]);
  });

  it("is found in a stack file where nothing is secret, and only there", () => {
    const text = `config:
  llm-gateway:models:
    - { name: gpt-4o, model: gpt-4o, provider: openai, mockResponse: { secure: v1:KEY } }
  llm-gateway:sagewai: { organization: { secure: v1:KEY } }
  llm-gateway:projects: { team: { metadata: { note: { secure: v1:KEY } } } }
  llm-gateway:kubernetes:
    context: { secure: v1:KEY }
    postgres: { adminUser: { secure: v1:KEY }, adminPassword: { secure: v1:KEY } }
    redis: { secure: v1:KEY }
  llm-gateway:providers: { openai: { apiKey: { secure: v1:KEY } } }
  llm-gateway:gcp: { secure: v1:KEY }
`;
    const problems = stackFileProblems(text);
    expect(problems.map(({ path, message }) => [path.join("."), message])).toEqual(
      [
        "models.0.mockResponse",
        "sagewai.organization",
        "projects.team.metadata.note",
        "kubernetes.context",
        "kubernetes.postgres.adminUser",
      ].map((path) => [path, MISPLACED]),
    );
  });
});

describe("a name in a stack file that Pulumi takes for something encrypted", () => {
  it("is refused in words, wherever one can be chosen", () => {
    const text = `config:
  llm-gateway:pools: { gpu: { labels: { secure: "yes" } } }
  llm-gateway:projects: { team: { metadata: { secure: "no" } } }
`;
    const found = stackFileProblems(text).map(({ path, message }) => `${path.join(".")} ${message}`);
    expect(found).toEqual([
      expect.stringContaining(
        "pools.gpu.labels has the name `secure`, which Pulumi takes for something encrypted; choose",
      ),
      expect.stringContaining("projects.team.metadata has the name `secure`"),
    ]);
  });
});

describe("secrets in plain text in a stack file", () => {
  const paths = (text: string) => stackFileProblems(text).map(({ path }) => path.join("."));

  it("are found beside those that are encrypted, which Pulumi does not tell the program", () => {
    expect(
      paths(`config:
  llm-gateway:providers:
    openai: { apiKey: { secure: v1:AAAA } }
    anthropic: { apiKey: sk-plain }
  llm-gateway:kubernetes:
    redis: { password: plain, sentinel: { password: { secure: v1:AAAA } } }
    postgres: { adminPassword: plain }
  llm-gateway:gcp:
    access: { certificate: { privateKey: "-----BEGIN" } }
  other:providers: { openai: { apiKey: none-of-ours } }
`),
    ).toEqual([
      "providers.anthropic.apiKey",
      "kubernetes.redis.password",
      "kubernetes.postgres.adminPassword",
      "gcp.access.certificate.privateKey",
    ]);
  });

  it.each([
    ["a section that is encrypted as a whole", "config: { llm-gateway:providers: { secure: v1:AAAA } }"],
    ["no settings", "encryptionsalt: v1:AAAA"],
    ["nothing", ""],
    ["what isn't YAML", "config: ["],
  ])("are not found in %s", (_title, text) => {
    expect(paths(text)).toEqual([]);
  });
});
