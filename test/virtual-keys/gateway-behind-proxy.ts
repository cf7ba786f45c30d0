import { afterAll } from "vitest";

import { FaultyProxy } from "./faulty-proxy.ts";
import { TestGateway } from "./gateway.ts";

/** A real LiteLLM for the tests of a file, with a proxy before it that lets calls go wrong. Both end with the tests. */
export async function gatewayBehindProxy(): Promise<{ gateway: TestGateway; proxy: FaultyProxy }> {
  const gateway = await TestGateway.start();
  const proxy = await FaultyProxy.start(gateway.url);
  afterAll(async () => {
    await proxy.end();
    await gateway.delete();
  });
  return { gateway, proxy };
}
