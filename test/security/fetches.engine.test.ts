import { afterAll, beforeAll, expect, it } from "vitest";

import { AttackedGateway } from "./attacked-gateway.ts";

let gateway: AttackedGateway;

beforeAll(async () => {
  gateway = await AttackedGateway.start();
});

afterAll(() => gateway.delete());

/** Where a request asks for something to be fetched, of an address that only the gateway's network has. */
const places = (url: string): Record<string, unknown>[] => [
  { type: "image_url", image_url: { url } },
  { type: "image_url", image_url: url },
  { type: "file", file: { file_id: url } },
  { type: "file", file: { file_data: url } },
  { type: "video_url", video_url: { url } },
  { type: "input_image", image_url: url },
  { type: "input_file", file_url: url },
  { type: "image", source: { type: "url", url } },
  { type: "document", source: { type: "url", url } },
];

it.for([
  ["research", "gpt-4o"],
  ["writers", "claude-sonnet"],
  ["support", "gemini-flash"],
] as const)("the proxy lets %s have nothing fetched inside the gateway's network for %s", async ([project, model]) => {
  const inside = `${gateway.provider.url}/inside/secret.png`;
  const { received } = await gateway.provider.during(() =>
    Promise.all(
      places(inside).flatMap((part) => {
        const content = [part];
        const messages = [{ role: "user", content }];
        return [
          gateway.send("/v1/chat/completions", { key: gateway.keys[project], body: { model, messages } }),
          gateway.send("/v1/messages", { key: gateway.keys[project], body: { model, messages, max_tokens: 5 } }),
          gateway.send("/v1/responses", {
            key: gateway.keys[project],
            body: { model, input: [{ role: "user", content }] },
          }),
        ];
      }),
    ),
  );
  expect(received.map(({ method, path }) => `${method} ${path}`).filter((call) => call.includes("inside"))).toEqual([]);
});
