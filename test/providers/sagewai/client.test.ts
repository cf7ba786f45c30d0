import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, expect, it } from "vitest";

import { SagewaiClient } from "../../../providers/sagewai/client.ts";

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A client of an admin that answers so in turn; a status without a text breaks the connection. */
async function clientOf(...answers: [status: number, text?: string][]): Promise<SagewaiClient> {
  const server = createServer((_request, response) => {
    const [status, text] = answers.shift() ?? [200, "no more answers"];
    if (text === undefined) response.destroy();
    else response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return new SagewaiClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, "sw_secret");
}

it("the client of Sagewai asks an admin again that is not there yet, or says so", async () => {
  const client = await clientOf([200], [503, "starting"], [200, '{"keys":[]}']);
  expect(await client.call("GET", "/fleet/enrollment-keys")).toEqual({ keys: [] });
});

it("the client of Sagewai goes on when something else is there for a moment, as a page of a proxy", async () => {
  const client = await clientOf([200, "<html>"], [200, "{}"]);
  expect(await client.call("GET", "/fleet/workers")).toEqual({});
});

it.each([
  [
    401,
    '{"detail":"Authentication required"}',
    "The Sagewai admin answered 401 to GET /api/v1/fleet/workers: it does not accept the API token. If the token was changed, run `pulumi up`, which gives the new one to all.",
  ],
  [
    403,
    '{"detail":"Requires \'admin\' scope"}',
    'The Sagewai admin answered 403 to GET /api/v1/fleet/workers: {"detail":"Requires \'admin\' scope"}',
  ],
])("the client of Sagewai does not ask again for what stays refused: %i", async (status, text, message) => {
  const client = await clientOf([status, text], [200, "{}"]);
  const failure = await client.call("GET", "/fleet/workers").catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({ message, status });
  expect(String((failure as Error).stack)).not.toContain("sw_secret");
});
