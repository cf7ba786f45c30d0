import { type IncomingHttpHeaders, request } from "node:http";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { corsVariables } from "../../components/litellm.ts";
import { type TestProcess, TestSagewai } from "../sagewai/test-sagewai.ts";
import { MASTER_KEY, TestProxy } from "../toolchain/prisma/litellm.ts";

const NAMED = "https://chat.example.com";

/** Pages that nobody named; the last ones only look like the one that somebody did. */
const STRANGERS = [
  ...["https://attacker.example", "null", ",", "*", "http://localhost:3008", "http://127.0.0.1:3008", "file://"],
  ...["http://chat.example.com", `${NAMED}:8443`, `${NAMED}.attacker.example`, "https://chatXexample.com"],
];

let closed: TestProxy;
let open: TestProxy;
let sagewai: TestSagewai;
let admin: TestProcess;

beforeAll(async () => {
  sagewai = await TestSagewai.onNewDatabase({ enrollmentKeys: { gpu: "enrollment-key-gpu" } });
  for (const name of ["closed", "open"]) await sagewai.postgres.query(`CREATE DATABASE ${name}`);
  await sagewai.setUp();
  [closed, open, admin] = await Promise.all([
    TestProxy.start(sagewai.postgres.url("closed"), { environment: corsVariables([]) }),
    TestProxy.start(sagewai.postgres.url("open"), { environment: corsVariables([NAMED]) }),
    sagewai.serve(),
  ]);
});

afterAll(async () => {
  await admin.stop("SIGKILL");
  await Promise.all([closed.delete(), open.delete()]);
  await sagewai.delete();
});

interface Call {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

async function answer(base: string, { method, path, headers = {}, body }: Call, origin: string) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const call = request(base + path, { method, headers: { ...headers, origin } }, (response) => {
      response.resume().on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
    });
    call.on("error", reject).end(body);
  });
}

/** What a browser asks before it sends a page's request with a key. */
const preflight = (path: string): Call => ({
  method: "OPTIONS",
  path,
  headers: { "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" },
});
const chat = (headers: Record<string, string>, body: string): Call => ({
  method: "POST",
  path: "/v1/chat/completions",
  headers,
  body,
});

const json = { "content-type": "application/json", authorization: `Bearer ${MASTER_KEY}` };
const question = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] });
const paths = ["/v1/chat/completions", "/v1/messages", "/key/generate", "/ui/", "/health/liveliness", "/mcp"];

/** Calls of LiteLLM by what they are, with the status that they get whatever their origin. */
const CALLS: Record<string, [Call, number]> = {
  "an answer": [chat(json, question), 200],
  "a stream": [chat(json, JSON.stringify({ ...(JSON.parse(question) as object), stream: true })), 200],
  "a refusal": [chat({ "content-type": "text/plain" }, question), 401],
  "a mistake": [chat(json, "{"), 400],
  "a model that there is not": [chat(json, question.replace("gpt-4o", "gpt-5")), 400],
  health: [{ method: "GET", path: "/health/readiness" }, 200],
  "the list of models": [{ method: "GET", path: "/v1/models", headers: json }, 200],
  "the administrator's pages": [{ method: "GET", path: "/ui/" }, 200],
  "a page that there is not": [{ method: "GET", path: "/nowhere" }, 404],
  "a plain OPTIONS": [{ method: "OPTIONS", path: "/health/liveliness" }, 200],
};

const allowed = (headers: IncomingHttpHeaders) => headers["access-control-allow-origin"];

describe("LiteLLM without corsOrigins", () => {
  it.each(Object.entries(CALLS))("lets no web page read %s", async (_what, [call, status]) => {
    for (const origin of [...STRANGERS, NAMED, closed.url]) {
      const { headers, ...rest } = await answer(closed.url, call, origin);
      expect({ ...rest, origin, allowed: allowed(headers) }).toEqual({ status, origin, allowed: undefined });
    }
  });

  it.each(paths)("gives no web page leave to call %s with a key", async (path) => {
    for (const origin of [...STRANGERS, NAMED, closed.url]) {
      const { headers, ...rest } = await answer(closed.url, preflight(path), origin);
      expect({ ...rest, origin, allowed: allowed(headers) }).toEqual({ status: 400, origin, allowed: undefined });
    }
  });
});

describe("LiteLLM with corsOrigins", () => {
  it.each(Object.entries(CALLS))("lets the page that is named read %s, and no other", async (_what, [call, status]) => {
    const named = await answer(open.url, call, NAMED);
    expect({ status: named.status, allowed: allowed(named.headers) }).toEqual({ status, allowed: NAMED });
    expect(named.headers).not.toHaveProperty("access-control-allow-credentials");

    for (const origin of STRANGERS) {
      const { headers } = await answer(open.url, call, origin);
      expect({ origin, allowed: allowed(headers) }).toEqual({ origin, allowed: undefined });
    }
  });

  it.each(paths)("gives the page that is named leave to call %s, and no other", async (path) => {
    const named = await answer(open.url, preflight(path), NAMED);
    expect({ status: named.status, allowed: allowed(named.headers) }).toEqual({ status: 200, allowed: NAMED });
    expect(named.headers).not.toHaveProperty("access-control-allow-credentials");

    for (const origin of STRANGERS) {
      const { headers, status } = await answer(open.url, preflight(path), origin);
      expect({ status, origin, allowed: allowed(headers) }).toEqual({ status: 400, origin, allowed: undefined });
    }
  });
});

describe("Sagewai's admin", () => {
  const login = JSON.stringify({ email: "admin@acme.test", password: "password-of-the-test" });
  const calls: [string, Call, number][] = [
    ["health", { method: "GET", path: "/api/v1/health/summary" }, 200],
    ["a refusal", { method: "GET", path: "/api/v1/fleet/workers" }, 401],
    ["a session", { method: "POST", path: "/api/v1/auth/refresh" }, 401],
    ["a login", { method: "POST", path: "/api/v1/auth/login", body: login }, 200],
    ["a preflight", preflight("/api/v1/auth/login"), 400],
  ];

  it.each(calls)("lets no web page read %s, its own default least of all", async (_what, call, status) => {
    for (const origin of [...STRANGERS, NAMED]) {
      const { headers, ...rest } = await answer(sagewai.url, call, origin);
      expect({ ...rest, origin, allowed: allowed(headers) }).toEqual({ status, origin, allowed: undefined });
    }
  });

  it("changes nothing for a page that sends a form with the administrator's cookies", async () => {
    const { headers } = await answer(sagewai.url, { method: "POST", path: "/api/v1/auth/login", body: login }, NAMED);
    const cookie = (headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ");
    expect(cookie).toMatch(/sagewai_auth=.+sagewai_csrf=/);

    const body = JSON.stringify({ name: "mallory", slug: "mallory" });
    const project: Call = {
      method: "POST",
      path: "/api/v1/projects",
      headers: { cookie, "content-type": "text/plain" },
      body,
    };
    expect((await answer(sagewai.url, project, "https://attacker.example")).status).toBe(403);
  });
});
