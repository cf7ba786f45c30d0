import { request } from "node:http";

import type { Answer } from "./attacked-gateway.ts";

export interface RawRequest {
  method?: string | undefined;
  /** Sent as it is, where `fetch` would tidy it: `/v1/../v1/files`, `//v1/files`. */
  path: string;
  headers?: Record<string, string>;
  body?: string | undefined;
}

/** One request over a connection of its own, which a server may break off without harm to the next one. */
export function rawRequest(
  url: string,
  { method = "GET", path, headers = {}, body }: RawRequest,
): Promise<Pick<Answer, "status" | "text">> {
  const { hostname, port } = new URL(url);
  const typed = body === undefined ? headers : { "content-type": "application/json", ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers: typed, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    // A server that lets a websocket in.
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, text: "" });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** What opens a websocket. */
export const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};
