import { afterAll, beforeAll, expect, it } from "vitest";

import { modelInventory } from "../../../components/inventory.ts";
import type { Deployment } from "../../../operations/verify/deployment.ts";
import type { Row } from "../../../operations/verify/result-row.ts";
import { verify } from "../../../operations/verify/verify.ts";
import { FaultyProvider } from "../../routing/faulty-provider.ts";
import { type Group, PROVIDER_NAMES, routedGateway } from "../../routing/routed-gateway.ts";
import type { AttackedGateway } from "../../security/attacked-gateway.ts";
import { ScriptedServers } from "./scripted-servers.ts";

const PATIENCE = { seconds: 60, every: 1 };

/** At which one request costs more than a budget of a dollar. */
const DEAR = { input: 1_000_000, output: 1_000_000 };

let faulty: FaultyProvider;
let gateway: AttackedGateway;
let admin: ScriptedServers;

const groups: Group[] = [
  ...PROVIDER_NAMES.map((provider): Group => ({ name: `${provider}-refused`, provider, deployments: ["key-refused"] })),
  { name: "healed", provider: "openai", deployments: ["key-refused", "working"] },
  { name: "dear", provider: "openai", deployments: ["working"] },
];

beforeAll(async () => {
  faulty = await FaultyProvider.start();
  admin = await ScriptedServers.start();
  admin.replies["GET /api/v1/fleet/enrollment-keys"] = () => [200, { keys: [] }];
  gateway = await routedGateway(faulty, groups, {}, (settings) => ({
    ...settings,
    models: (settings["models"] as { name: string }[]).map((model) => ({ ...model, price: DEAR })),
    projects: Object.fromEntries([
      ...PROVIDER_NAMES.map((name) => [name, { models: [`${name}-refused`], budget: 1000 }]),
      ["healed", { models: ["healed"], budget: 1000 }],
      ["spent", { models: ["dear"], budget: 1, budgetDuration: "30d" }],
    ]),
  }));
});

afterAll(() => Promise.all([gateway.delete(), faulty.stop(), admin.stop()]));

/** What a stack's outputs would say. */
function deployment(projects: string[]): Deployment {
  const { settings, url, masterKey, keys } = gateway;
  return {
    models: Object.entries(modelInventory(settings.models)).map(([name, model]) => ({ name, ...model })),
    ...{ stack: "local", masterKey, keys, pools: [] },
    gateway: { url, logs: ".gateway/local/litellm-0/log" },
    admin: { ...admin.deployment.admin, logs: "" },
    adminToken: admin.deployment.adminToken,
    projects: settings.projects
      .filter(({ name }) => projects.includes(name))
      .map(({ name, alias, models, environment, defaultModel, budget, softAction }) => {
        return { name, alias, models, environment, defaultModel, budget, softAction };
      }),
  };
}

/** What fails but for the projects in Sagewai, of which the scripted admin knows nothing. */
const failed = (rows: Row[]) =>
  rows.filter(({ ok, check }) => !ok && !check.startsWith("project ")).map(({ check, detail }) => [check, detail]);
const untried = (rows: Row[]) => rows.filter((row) => row.untried).map(({ check, detail }) => [check, detail]);

it("npm run verify names the provider that refuses its key, for which deployments, and the setting, once", async () => {
  const rows = await verify(deployment([...PROVIDER_NAMES]), PATIENCE);
  const refusal = (provider: string, deployments: string) => [
    `provider ${provider} answers`,
    `It refuses its API key, with which ${deployments} called: "Incorrect API key provided: sk-w****ng." ` +
      `Set the right one with \`npm run pulumi -- config set --stack local --path --secret llm-gateway:providers.${provider}.apiKey\`, and bring the stack up again.`,
  ];
  expect(failed(rows)).toEqual([
    refusal("openai", "openai-refused (openai/gpt-0), healed (openai/gpt-0) are"),
    refusal("anthropic", "anthropic-refused (anthropic/claude-0) is"),
    refusal("google", "google-refused (gemini/gemini-0) is"),
  ]);
  expect(untried(rows)).toEqual(
    PROVIDER_NAMES.flatMap((name) => [
      [
        `key ${name} reaches a model`,
        `The proxy lets the key through, but ${name}-refused doesn't answer: see "provider ${name} answers".`,
      ],
      [`key ${name} is charged`, "No request of this key was answered, so there is nothing to charge."],
    ]),
  );
  for (const key of Object.values(gateway.keys)) expect(JSON.stringify(rows)).not.toContain(key);
});

it("npm run verify finds a refused key though another deployment takes the place of the one that it is for", async () => {
  const rows = await verify(deployment(["healed"]), PATIENCE);
  expect(rows.find(({ check }) => check === "key healed reaches a model")).toMatchObject({
    ok: true,
    detail: "healed",
  });
  expect(failed(rows).map(([check]) => check)).toContain("provider openai answers");
});

it("npm run verify says of a budget that is used up what was spent and when it starts again, and takes it for no failure", async () => {
  const body = { model: "dear", messages: [{ role: "user", content: "Hello" }] };
  const spend = () => gateway.send("/v1/chat/completions", { key: gateway.keys["spent"], body });
  await expect.poll(async () => (await spend()).status, { timeout: 60_000 }).toBe(429);
  const rows = await verify(deployment(["spent"]), PATIENCE);
  expect(failed(rows).filter(([check]) => !check?.startsWith("provider "))).toEqual([]);
  expect(untried(rows)).toEqual([
    [
      "key spent reaches a model",
      expect.stringMatching(
        /^The key's budget is used up: \$\d+\.\d\d of \$1\.25 for 30d; it starts again at \d{4}-\d\d-\d\dT00:00:00Z\.$/,
      ),
    ],
    ["key spent is charged", "No request of this key was answered, so there is nothing to charge."],
  ]);
});

it("npm run verify tells a key that the proxy doesn't know from a provider's", async () => {
  const { keys, ...rest } = deployment(["healed"]);
  const rows = await verify({ ...rest, keys: { ...keys, healed: "sk-0123456789abcdef" } }, PATIENCE);
  expect(rows.find(({ check }) => check === "key healed reaches a model")).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/ answered 401: .*\. The proxy does not know the key, or it is blocked/) as string,
  });
});
