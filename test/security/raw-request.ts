import { type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";

export interface RawRequest {
  host: string;
  port: number;
  method: string;
  /** Sent as it stands, which `fetch` doesn't do. */
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON, a text as it is. */
  body?: object | string;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Milliseconds until an answer is given up. */
const PATIENCE = 120_000;

/** One request on a connection of its own. */
export function send({ body, headers, ...where }: RawRequest): Promise<RawAnswer> {
  const written = typeof body === "object" ? JSON.stringify(body) : body;
  return new Promise((resolve, reject) => {
    const asked = request({
      ...where,
      agent: false,
      headers: { ...(written !== undefined && { "content-type": "application/json" }), ...headers },
      signal: AbortSignal.timeout(PATIENCE),
    });
    asked.on("error", (error) => {
      reject(new Error(`${where.method} ${where.path} has no answer`, { cause: error }));
    });
    asked.on("response", (answer) => {
      text(answer).then((said) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: said });
      }, reject);
    });
    // A server that lets a websocket in.
    asked.on("upgrade", (answer, socket) => {
      socket.destroy();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: "" });
    });
    asked.end(written);
  });
}

/** What opens a websocket. */
export const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};
