import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { PROVIDER_KEYS } from "./attacked-gateway.ts";
import { anthropicCases } from "./clients/anthropic-cases.ts";
import { chatCases } from "./clients/chat-cases.ts";
import { agentTurn, type ClaudeCodeRequest, hello, models, turn } from "./clients/claude-code.ts";
import { claudeCodeCases } from "./clients/claude-code-cases.ts";
import { type ClientCase, type Language, WORD } from "./clients/client-case.ts";
import { ClientGateway } from "./clients/client-gateway.ts";
import { anthropicCrossedCases, openaiCrossedCases } from "./clients/crossed-cases.ts";
import { googleCases } from "./clients/google-cases.ts";
import { openaiCases } from "./clients/openai-cases.ts";
import { PythonSdk } from "./clients/python-sdk.ts";
import { responsesCases } from "./clients/responses-cases.ts";
import { Sagewai } from "./clients/sagewai.ts";
import type { Call, Sdk, SdkName } from "./clients/sdk.ts";
import { TypeScriptSdk } from "./clients/typescript-sdk.ts";

const CASES = {
  openai: [...chatCases, ...openaiCases, ...responsesCases, ...openaiCrossedCases],
  anthropic: [...anthropicCases, ...anthropicCrossedCases],
  google: googleCases,
};
const SDKS = [
  ...(["TypeScript", "Python", "previous Python"] as const).flatMap((language) => [
    { sdk: "openai" as const, language },
    { sdk: "anthropic" as const, language },
  ]),
  ...(["Python", "previous Python"] as const).map((language) => ({ sdk: "google" as const, language })),
];

let gateway: ClientGateway;
let sagewai: Sagewai;
const sdks = new Map<string, Sdk>();

beforeAll(async () => {
  // The SDKs load while the gateway starts, and Sagewai while they call it.
  [gateway] = await Promise.all([
    ClientGateway.start(["openai", "anthropic", "google", "claude-code", "sagewai"]),
    ...SDKS.map(async ({ sdk, language }) => sdks.set(sdk + language, await started(sdk, language))),
  ]);
  sagewai = await Sagewai.start({ ...gateway.credentials("sagewai"), masterKey: gateway.attacked.masterKey });
});

afterAll(async () => {
  await Promise.all([sagewai, ...sdks.values()].map((client) => client.stop()));
  await gateway.delete();
});

function started(sdk: SdkName, language: Language): Sdk | Promise<Sdk> {
  if (language === "TypeScript" && sdk !== "google") return new TypeScriptSdk(sdk);
  return PythonSdk.start(sdk, language === "Python" ? "clients" : "former-clients");
}

async function call(sdk: SdkName, language: Language, made: Call): Promise<unknown> {
  return sdks.get(sdk + language)?.call(made, gateway.credentials(sdk));
}

describe.each(SDKS)("$sdk's SDK for $language", ({ sdk, language }) => {
  const cases = CASES[sdk].filter(({ unknownTo }) => unknownTo !== language);

  it.for(cases)("gets $name", async ({ call: made, reached, answer }: ClientCase) => {
    const { result, received } = await gateway.during(() => call(sdk, language, made));
    expect({ answer: result }).toMatchObject({ answer });
    expect(received).toMatchObject(reached ? [reached] : []);
  });
});

it.for(["TypeScript", "Python"] as const)(
  "the gateway lets OpenAI's SDK for %s continue only responses that the gateway issued",
  async (language) => {
    const respond = (parameters: object) => {
      const all = { model: "gpt-4o", input: "Hello", ...parameters };
      return call("openai", language, { method: "responses.create", parameters: all });
    };
    const { received } = await gateway.during(async () => {
      const { id } = (await respond({})) as { id: string };
      expect(await respond({ previous_response_id: id })).toMatchObject({ output_text: WORD });
    });
    // The provider's own name of the response, which the client never sees.
    const previous_response_id = expect.stringMatching(/^resp-\d+$/) as string;
    expect(received).toMatchObject([{ body: { input: "Hello" } }, { body: { previous_response_id } }]);
    await expect(respond({ previous_response_id: "resp-1" })).rejects.toThrow("not issued by this proxy");
  },
);

it.for(["TypeScript", "Python"] as const)("OpenAI's SDK for %s is told what isn't open to it", async (language) => {
  const parameters = { model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] };
  const queried = { method: "chat.completions.create", parameters, client: { default_query: { "api-version": "1" } } };
  const { received } = await gateway.during(async () => {
    await expect(call("openai", language, queried)).rejects.toThrow(/400.*`api-version` is not part of this API/s);
    await expect(call("openai", language, { method: "models.retrieve", id: "gpt-4o" })).rejects.toThrow(
      /404.*not open to clients/s,
    );
  });
  expect(received).toEqual([]);
});

describe("Claude Code", () => {
  /** With the key in the header that ANTHROPIC_AUTH_TOKEN stands for, or in that of ANTHROPIC_API_KEY. */
  async function send(
    { method, path, headers, body }: ClaudeCodeRequest,
    inHeader: (key: string) => Record<string, string> = (key) => ({ authorization: `Bearer ${key}` }),
  ) {
    const { url, key } = gateway.credentials("claude-code");
    const content = body && { body: JSON.stringify(body) };
    const response = await fetch(url + path, { method, headers: { ...headers, ...inHeader(key) }, ...content });
    return { status: response.status, text: await response.text() };
  }

  it.for(claudeCodeCases)("gets $name", async ({ request, reached, betas, answer }) => {
    const { result, received } = await gateway.during(() => send(request));
    expect(result).toMatchObject({ status: 200, text: expect.stringContaining(answer) as string });
    expect(received).toMatchObject([reached]);
    expect(String(received[0]?.headers["anthropic-beta"]).split(",")).toEqual(expect.arrayContaining(betas));
  });

  it("may send its key in x-api-key", async () => {
    const { result, received } = await gateway.during(() =>
      send(agentTurn("claude-sonnet"), (key) => ({ "x-api-key": key })),
    );
    expect(result).toMatchObject({ status: 200 });
    expect(received).toHaveLength(1);
  });

  it("discovers the gateway's models, and uses one by the name that it discovered", async () => {
    const { data } = JSON.parse((await send(models)).text) as { data: { id: string; display_name: string }[] };
    const id = data.find(({ display_name }) => display_name === "gpt-4o")?.id ?? "";
    expect(id).toMatch(/^claude-/);
    const { result, received } = await gateway.during(() => send(turn(id)));
    expect(result).toMatchObject({ status: 200 });
    expect(received).toMatchObject([{ path: "/v1/responses", body: { model: "gpt-4o" } }]);
  });

  it("gets no server error for its first request, which has no key", async () => {
    const { result, received } = await gateway.during(() => send(hello, () => ({})));
    expect(result.status).toBeLessThan(500);
    expect(received).toEqual([]);
  });
});

describe("Sagewai", () => {
  it("runs the task of a worker", async () => {
    const { result, received } = await gateway.during(() => sagewai.task("claude-sonnet"));
    expect(result).toBe(WORD);
    expect(received).toMatchObject([{ path: "/v1/messages" }]);
  });

  it("runs agents of every model, streamed and with tools, and shows the administrator what there is", async () => {
    const { result, received } = await gateway.during(() => sagewai.agents());
    const { project, administrator, ...agents } = result;
    const words = [WORD, WORD, WORD];
    expect(agents).toEqual({ chat: words, stream: words, tools: words });
    expect(received.filter(({ body }) => JSON.stringify(body).includes("Recorded. is a city."))).toHaveLength(3);
    expect(project.models).toEqual(expect.arrayContaining(["gpt-4o", "claude-sonnet", "gemini-flash"]));
    expect(administrator.models).toEqual(project.models);
    expect(administrator.health.healthy).toBe(true);
    expect(administrator.spend).toBeInstanceOf(Array);
  });
});

it("the gateway sends no header and no key of a client to a provider", () => {
  const clients = /^(x-claude-code-|x-app$|x-team$|x-client-|openai-|idempotency-key$|anthropic-dangerous-)/;
  const names = gateway.attacked.provider.received.flatMap(({ headers }) => Object.keys(headers));
  expect(names.filter((name) => clients.test(name))).toEqual([]);
  const received = JSON.stringify(gateway.attacked.provider.received);
  expect(received).toContain(PROVIDER_KEYS.openai);
  for (const key of Object.values(gateway.attacked.keys)) expect(received).not.toContain(key);
});

it("the gateway charges each answer to the key of its client", async () => {
  expect(gateway.answered.length).toBeGreaterThan(150);
  await expect(gateway.charged()).resolves.toBeUndefined();
});
