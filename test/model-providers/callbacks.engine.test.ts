import { afterAll, beforeAll, expect, it } from "vitest";

import { json } from "../security/answers/provider-answer.ts";
import { call } from "./calls.ts";
import { PROVIDERS } from "./provider-settings.ts";
import { providersGateway, type ProvidersGateway } from "./providers-gateway.ts";

/** Where traces go to: a collector of one's own, and Langfuse's cloud. */
const [COLLECTOR, LANGFUSE] = ["otel.monitoring.svc", "cloud.langfuse.com"];

const SECRETS = { LANGFUSE_PUBLIC_KEY: "pk-lf-of-the-organization", LANGFUSE_SECRET_KEY: "sk-lf-of-the-organization" };

let gateway: ProvidersGateway;

beforeAll(async () => {
  const accept = () => json({});
  gateway = await providersGateway(
    [{ name: "gpt", model: "openai/gpt-4o", provider: "openai" }],
    {
      providers: { openai: PROVIDERS.openai },
      secrets: SECRETS,
      litellm: {
        settings: { callbacks: ["otel"], success_callback: ["langfuse"] },
        environment: { OTEL_EXPORTER: "otlp_http", OTEL_ENDPOINT: `http://${COLLECTOR}:4318` },
      },
    },
    { [COLLECTOR]: accept, [LANGFUSE]: accept },
  );
}, 600_000);

afterAll(() => gateway.delete());

it.for([
  [COLLECTOR, /^\/v1\/traces$/],
  [LANGFUSE, /^\/api\/public\/otel\/v1\/traces$/],
] as const)("tells %s of calls", { timeout: 300_000 }, async ([host, path]) => {
  const { path: route, body } = call("chat", "gpt");
  expect((await gateway.gateway.send(route, { key: gateway.gateway.keys["team"], body })).status).toBe(200);

  const told = () => gateway.internet.received.filter((one) => one.host === host && path.test(one.path));
  await expect.poll(() => told().length, { timeout: 120_000, interval: 500 }).toBeGreaterThan(0);
});
