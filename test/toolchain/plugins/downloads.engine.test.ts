import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, expect, it } from "vitest";

import { TestStack } from "./stack.ts";

// The language host says that a program needs the plugin of every installed package, as Pulumi's own does. The engine may
// download here, from a server that has nothing and notes what it is asked for.

const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.writeHead(404).end();
});
let stack: TestStack;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  stack = await TestStack.create({
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
    PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `.*=http://127.0.0.1:${port}`,
  });
  await stack.program('new random.RandomId("id", { byteLength: 4 });');
});

afterAll(async () => {
  await rm(stack.folder, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

it("the plugin environment lets the engine look for no plugin that the program doesn't use", async () => {
  expect(await stack.plan()).toMatchObject({ id: "create" });
  await stack.up();
  await stack.succeeds("refresh", "--yes", "--skip-preview");
  await stack.succeeds("destroy", "--yes", "--skip-preview");
  expect(asked).toEqual([]);
});

it("the plugin environment lets the engine look for a plugin that a program uses and that isn't there", async () => {
  await stack.program('new pulumi.ProviderResource("gcp", "google", {}, { version: "9.37.0" });');
  await stack.fails("preview");
  expect(asked).toEqual([expect.stringMatching(/pulumi-resource-gcp-v9\.37\.0-/)]);
});
