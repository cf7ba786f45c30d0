import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { ListedKey, Proxy } from "../../bench/proxy.ts";

const MASTER_KEY = "sk-of-the-stub";

/** As much of LiteLLM as the benchmark asks of it: lists keys page by page, and changes budgets. */
export class ProxyStub implements AsyncDisposable {
  /** What it lists. */
  keys: ListedKey[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const url = new URL(request.url ?? "/", this.proxy.url);
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(this.#answer(url, body)));
      });
    });
  }

  static async start(): Promise<ProxyStub> {
    const stub = new ProxyStub();
    await new Promise<void>((resolve) => stub.#server.listen(0, "127.0.0.1", resolve));
    return stub;
  }

  get proxy(): Proxy {
    const { port } = this.#server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, masterKey: MASTER_KEY };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ pathname, searchParams }: URL, body: string): object {
    if (pathname === "/key/update") {
      const { key, max_budget } = JSON.parse(body) as { key: string; max_budget: number };
      this.keys = this.keys.map((one) => (one.token === key ? { ...one, budget: max_budget } : one));
      return {};
    }
    const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("size"))];
    const keys = this.keys.slice((page - 1) * size, page * size);
    return {
      keys: keys.map(({ alias, token, budget }) => ({ key_alias: alias, token, max_budget: budget })),
      total_pages: Math.ceil(this.keys.length / size),
    };
  }
}
