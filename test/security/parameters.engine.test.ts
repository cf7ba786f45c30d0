import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";

import { whyNotAllowed } from "../../config/schema/parameters.ts";
import { type PublicApi, publicApiDocument, publicApiFile } from "../../operations/inventory/public-api.ts";
import {
  readByLitellm,
  readByRelease,
  type Reads,
  sortedOut,
  type Steering,
  steeringFile,
} from "../../operations/inventory/steering.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";

const publicApi = JSON.parse(await readFile(publicApiFile, "utf8")) as PublicApi;
const steering = JSON.parse(await readFile(steeringFile, "utf8")) as Steering;

const PARTS = ["body", "headers", "metadata", "query"] as const;
const publicNames = Object.values(publicApi.families).flatMap(({ parameters }) => parameters);

/** Both SDKs' environments may have to be installed first. */
const PATIENCE = 600_000;

it(
  "the list of parameters has the public APIs' names as the official SDKs send them; `npm run inventory` writes them",
  { timeout: PATIENCE },
  async () => {
    expect(JSON.parse(await publicApiDocument())).toEqual(publicApi);
  },
);

describe("each name that LiteLLM reads from a request", () => {
  let read: Reads;
  let found: Steering;
  let own: string[];
  let parameters: string[];

  beforeAll(async () => {
    const venv = await pythonEnvironment("litellm");
    read = await readByLitellm();
    found = sortedOut(read, publicApi);
    const program = join(import.meta.dirname, "litellm_says.py");
    const { stdout } = await execa("python", [program], { env: litellmRuntime(venv) });
    ({ own, parameters } = JSON.parse(stdout) as { own: string[]; parameters: string[] });
  }, PATIENCE);

  it.each(PARTS)("is public or in the inventory: %s", (part) => {
    expect(found[part].filter((name) => !steering[part].includes(name))).toEqual([]);
  });

  it.each(PARTS)("is in the inventory only while LiteLLM reads it: %s", (part) => {
    expect(steering[part].filter((name) => !found[part].includes(name))).toEqual([]);
  });

  it("is known to be read if it is public, so that what LiteLLM does with it has been looked at", () => {
    expect(found.public).toEqual(steering.public);
  });

  it("includes all that LiteLLM keeps for itself, and each parameter of its functions", () => {
    const said = [...own, ...parameters];

    expect(said.length).toBeGreaterThan(300);
    expect(said.filter((name) => ![...read.body, ...read.metadata].includes(name))).toEqual([]);
  });

  it("is not LiteLLM's own if it was reviewed, and may be let through by a setting", () => {
    expect(own.filter((name) => whyNotAllowed(name) === undefined)).toEqual([]);
  });
});

describe("a release that reads a new name", () => {
  it.each([
    ["by a key", "body", `def f(data):\n    return data.get("brand_new")`],
    [
      "by a key of what it took out of the request",
      "body",
      `def f(kwargs):\n    x = kwargs.copy()\n    x.pop("brand_new")`,
    ],
    [
      "by a constant",
      "body",
      `class Keys:\n    NEW = "brand_new"\n\ndef f(request_data):\n    return request_data[Keys.NEW]`,
    ],
    [
      "in a list",
      "body",
      `NAMES = ("other", "brand_new")\n\ndef f(body):\n    for name in NAMES:\n        body.pop(name)`,
    ],
    [
      "in a comparison",
      "body",
      `def f(params):\n    for k, v in params.items():\n        if k == "brand_new":\n            return v`,
    ],
    ["as a parameter", "body", `def call(brand_new=None, **kwargs): ...`],
    ["as a field", "body", `class P(BaseModel):\n    brand_new: str\n\ndef f(data):\n    return P(**data)`],
    ["as its own", "body", `@dataclass\nclass O:\n    brand_new: str\n\nNAMES = wire_names(O)`],
    ["in metadata", "metadata", `def f(data):\n    m = data.get("metadata") or {}\n    return m["brand_new"]`],
    ["in a header", "headers", `def f(request):\n    return request.headers.get("brand_new")`],
    ["as a query parameter", "query", `@router.get("/x")\ndef f(brand_new: str): ...`],
  ] as const)("fails by that name: %s", async (_, part, code) => {
    const folder = await mkdtemp(join(tmpdir(), "llm-gateway-release-"));
    await mkdir(join(folder, "litellm"));
    await writeFile(join(folder, "litellm", "__init__.py"), `${code}\n`);
    await mkdir(join(folder, "litellm-9.0.0.dist-info"));
    await writeFile(join(folder, "litellm-9.0.0.dist-info", "METADATA"), "Name: litellm\nVersion: 9.0.0\n");
    const release = sortedOut(await readByRelease(folder), publicApi);
    await rm(folder, { recursive: true });

    expect(release.version).toBe("9.0.0");
    expect(release[part].filter((name) => !steering[part].includes(name))).toContain("brand_new");
  });
});

it.each([
  ...["custom_llm_provider", "gigachat_auth_url", "deployment_id", "extra_headers", "num_retries", "api_base"],
  ...["mock_response", "input_cost_per_token", "litellm_metadata", "user_config", "no-log", "proxy_server_request"],
])("the list of parameters counts `%s`, with which requests have steered LiteLLM, as not public", (name) => {
  expect(steering.body).toContain(name);
  expect(publicNames).not.toContain(name);
});

it.each(["x-litellm-num-retries", "x-litellm-api-key", "x-litellm-tags", "x-litellm-timeout", "x-pass-", "x-mcp-"])(
  "the list of parameters counts the header `%s` as not public",
  (name) => {
    expect(steering.headers).toContain(name);
    expect(publicApi.headers).not.toHaveProperty(name);
  },
);
