import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { KeySet } from "../../../providers/litellm/key-set.ts";

/** One call that is expected next, and what is answered to it. */
export interface Exchange {
  /** Method and path: `POST /key/generate`. */
  call: string;
  status?: number;
  answer: unknown;
}

/** A stand-in for LiteLLM in unit tests: it answers what the script says, and remembers what it was asked. */
async function scriptedLiteLlm(...script: Exchange[]) {
  const bodies: unknown[] = [];
  const surprises: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call = `${request.method ?? ""} ${request.url ?? ""}`;
      const exchange = script.shift();
      if (exchange?.call !== call) surprises.push(call);
      const text = Buffer.concat(chunks).toString();
      bodies.push(text === "" ? undefined : JSON.parse(text));
      response.writeHead(exchange?.status ?? 200, { "content-type": "application/json" });
      response.end(typeof exchange?.answer === "string" ? exchange.answer : JSON.stringify(exchange?.answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    /** Closes the server; fails if it was asked anything but the script, or not all of it. */
    async end() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (surprises.length > 0) throw new Error(`unexpected: ${surprises.join(", ")}`);
      if (script.length > 0) throw new Error(`never called: ${script.map(({ call }) => call).join(", ")}`);
    },
  };
}

/** What the values of keys are derived from in unit tests. */
export const KEY_SEED = "of-the-test-only";

/** Runs `work` against a LiteLLM that answers what the script says, and nothing but it. It is given sets of keys there. */
export async function against<T>(script: Exchange[], work: (set: (keys: object) => KeySet) => Promise<T>) {
  const litellm = await scriptedLiteLlm(...script);
  const shared = { gatewayAccess: { url: litellm.url }, masterKey: "sk-master", keySeed: KEY_SEED };
  try {
    return { result: await work((keys) => ({ ...shared, ...keys })), bodies: litellm.bodies };
  } finally {
    await litellm.end();
  }
}
