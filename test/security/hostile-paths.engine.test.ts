import { join } from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

import { requestGuard } from "../../components/litellm/request-guard.ts";
import { clientRoutes, ROUTE_GROUPS } from "../../config/schema/routes.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { HOSTILE } from "./hostile-paths.ts";

const FOLDER = join(import.meta.dirname, "../../components/litellm");

/** Asks a guard that is closed for requests, and prints of each the status, or "let in" if LiteLLM sees it. */
const ASK = `
import asyncio, json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from request_guard import RequestGuard
from request_rules import Rules

rules, scopes = json.load(sys.stdin)

async def ask(scope):
    answers = []
    async def app(scope, receive, send):
        answers.append("let in")
    async def receive():
        return {"type": "http.request", "body": b'{"model": "gpt-4o"}'}
    async def send(message):
        answers.append(message.get("status"))
    await RequestGuard(app, Rules(rules), "sk-master", lambda path: False, closed=True)({**scope, "query_string": b"", "headers": []}, receive, send)
    return answers[0]

print(json.dumps([asyncio.run(ask(scope)) for scope in scopes]))
`;

interface Scope {
  type?: string;
  method?: string;
  path?: string;
  root_path?: string;
  server?: [string, number] | null;
}

async function ask(scopes: Scope[], routes = clientRoutes(ROUTE_GROUPS)): Promise<unknown[]> {
  const defaults = { type: "http", method: "GET", path: "/", root_path: "", server: ["10.4.0.7", 4000] };
  const rules: unknown = JSON.parse(requestGuard({ routes, projectParameters: [] }).files["request_guard.json"] ?? "");
  const input = JSON.stringify([rules, scopes.map((scope) => ({ ...defaults, ...scope }))]);
  const python = join(await pythonEnvironment("litellm"), "bin", "python");
  return JSON.parse((await execa(python, ["-c", ASK, FOLDER], { input })).stdout) as unknown[];
}

it("the guard lets clients to their routes, with models of any name", async () => {
  const gets = clientRoutes(ROUTE_GROUPS).filter(({ family }) => family === undefined);
  const scopes = gets.map(({ method, path }) => ({ method, path: path.replace("{model}", "gemini/flash-2.0") }));
  expect(await ask(scopes)).toEqual(scopes.map(() => "let in"));
});

it("the guard lets clients to a group that is open, and not to one that isn't", async () => {
  const scopes = ["/rerank", "/moderations"].map((path) => ({ method: "POST", path }));
  expect(await ask(scopes, clientRoutes(["rerank"]))).toEqual(["let in", 404]);
});

it("the guard lets clients nowhere else, whatever they call it", async () => {
  // As servers hand it on: decoded, without a query.
  const decoded = (path: string) =>
    path.replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  const scopes = [...HOSTILE, ...HOSTILE.map(decoded)].flatMap((path) =>
    ["GET", "POST", "PUT", "DELETE"].map((method) => ({ method, path })),
  );
  const answers = await ask(scopes, clientRoutes());
  expect(scopes.filter((_, index) => answers[index] !== 404)).toEqual([]);
});

it("the guard takes those whose address isn't known for clients, and those at the pod's own for administrators", async () => {
  expect(await ask([{ path: "/ui/", server: null }])).toEqual([404]);
  const own = [
    { server: ["127.0.0.1", 4000] as [string, number], path: "/ui/" },
    { server: ["::1", 4000] as [string, number], path: "/v2/login", method: "POST" },
  ];
  expect(await ask(own)).toEqual(["let in", "let in"]);
});
