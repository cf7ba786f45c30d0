import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";

import { clientRoutes, ROUTE_GROUPS } from "../../config/routes.ts";
import { findPython } from "../../toolchain/python/interpreter.ts";
import { HOSTILE } from "../security/hostile-paths.ts";

const FOLDER = new URL("../../components/kubernetes", import.meta.url).pathname;

/** Asks the door of requests by what a server tells of them, and prints for each whether LiteLLM sees it, or what is sent. */
const ASK = `
import asyncio, json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from front_door import FrontDoor

routes, scopes = json.load(sys.stdin)

async def ask(scope):
    answer = []
    async def app(scope, receive, send):
        answer.append("let in")
    async def send(message):
        answer.append({**message, "headers": None, "body": message.get("body", b"").decode()})
    await FrontDoor(app, routes)(scope, None, send)
    return answer

print(json.dumps([asyncio.run(ask(scope)) for scope in scopes]))
`;

interface Scope {
  type?: string;
  method?: string;
  path?: string;
  root_path?: string;
  server?: [string, number] | null;
}

type Answer = string | { type: string; status?: number; code?: number; body: string };

async function ask(scopes: Scope[], routes = clientRoutes()): Promise<Answer[][]> {
  const defaults = { type: "http", method: "GET", path: "/", root_path: "", server: ["10.4.0.7", 4000] };
  const input = JSON.stringify([routes, scopes.map((scope) => ({ ...defaults, ...scope }))]);
  const { path: python } = await findPython();
  const { stdout } = await execa(python, ["-ISc", ASK, FOLDER], { input });
  return JSON.parse(stdout) as Answer[][];
}

const LET_IN = ["let in"];

describe("clients", () => {
  it("get to their routes, with models of any name", async () => {
    const routes = clientRoutes(ROUTE_GROUPS);
    const scopes = routes.map(({ method, path }) => ({ method, path: path.replace("{model}", "gemini/flash-2.0") }));
    expect(await ask(scopes, routes)).toEqual(scopes.map(() => LET_IN));
  });

  it("get to a group that is open, and not to one that isn't", async () => {
    const scopes = [
      { method: "POST", path: "/rerank" },
      { method: "POST", path: "/moderations" },
    ];
    expect((await ask(scopes, clientRoutes(["rerank"]))).map((answer) => answer[0] === "let in")).toEqual([
      true,
      false,
    ]);
  });

  it("get nowhere else, whatever they call it", async () => {
    // As servers hand it on: decoded, without a query.
    const decoded = (path: string) =>
      path.replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
    const scopes = [...HOSTILE, ...HOSTILE.map(decoded)].flatMap((path) =>
      ["GET", "POST"].map((method) => ({ method, path })),
    );
    const answers = await ask(scopes);
    expect(scopes.filter((_, index) => answers[index]?.[0] === "let in")).toEqual([]);
  });

  it("get nowhere else by a method that isn't theirs, but may ask with OPTIONS as browsers do", async () => {
    const methods = ["POST", "HEAD", "PUT", "DELETE", "get", "OPTIONS"];
    const answers = await ask(methods.map((method) => ({ method, path: "/v1/models" })));
    expect(methods.filter((_, index) => answers[index]?.[0] === "let in")).toEqual(["OPTIONS"]);
  });

  it("are told so in a form that OpenAI's and Anthropic's clients read", async () => {
    const [answer] = await ask([{ method: "POST", path: "/v2/login" }]);
    expect(answer).toMatchObject([{ type: "http.response.start", status: 404 }, { type: "http.response.body" }]);
    const [, { body }] = answer as [unknown, { body: string }];
    expect(JSON.parse(body)).toEqual({
      type: "error",
      error: {
        type: "not_found_error",
        message: "POST /v2/login is not open to clients of this gateway.",
        param: null,
        code: "404",
      },
    });
  });

  it("open no websocket, not even where a route is theirs", async () => {
    expect(await ask([{ type: "websocket", path: "/v1/responses" }])).toMatchObject([
      [{ type: "websocket.close", code: 1008 }],
    ]);
  });

  it("are those whose address isn't known, too", async () => {
    expect(await ask([{ path: "/ui/", server: null }])).toMatchObject([[{ status: 404 }, {}]]);
    expect(await ask([{ path: "/v1/models", root_path: "/ui" }])).toMatchObject([[{ status: 404 }, {}]]);
  });
});

describe("administrators, who come to the pod's own address by a port-forward,", () => {
  let answers: Answer[][];

  beforeAll(async () => {
    const servers: [string, number][] = [
      ["127.0.0.1", 4000],
      ["::1", 4000],
    ];
    answers = await ask(
      servers.flatMap((server) => [
        { server, path: "/ui/" },
        { server, path: "/v2/login", method: "POST" },
        { server, path: "/key/delete", method: "POST" },
        { server, path: "/v1/responses", type: "websocket" },
      ]),
    );
  });

  it("get everywhere", () => {
    expect(answers).toEqual(answers.map(() => LET_IN));
  });
});

it("what starts and ends LiteLLM gets through", async () => {
  expect(await ask([{ type: "lifespan" }])).toEqual([LET_IN]);
});
