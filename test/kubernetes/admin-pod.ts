import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import type { TestCluster } from "../cluster/test-cluster.ts";
import { type Reply, ScriptedProjects } from "../providers/sagewai/scripted-projects.ts";

interface Key {
  id: string;
  name: string;
  revoked: boolean;
}

/** The port of the admin's pods. */
const PORT = 8000;

/**
 * What stands behind the pods of the Sagewai admin in a cluster whose nodes run no containers: a stand-in that takes enrollment
 * keys and projects, as the real one does (enrollment-keys.engine.test.ts and projects.engine.test.ts in test/sagewai), and
 * answers everything else with 503.
 */
export class AdminPod {
  readonly #server: Server;
  readonly #projects = new ScriptedProjects();
  #keys: Key[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#reply(request).then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  }

  /** Lets port-forwards to the pods of the namespace, those of now and later, end at a stand-in. */
  static async start(cluster: TestCluster, namespace: string): Promise<AdminPod> {
    const pod = new AdminPod();
    await new Promise<void>((resolve) => pod.#server.listen(0, "127.0.0.1", resolve));
    await cluster.forward(namespace, PORT, (pod.#server.address() as AddressInfo).port);
    return pod;
  }

  /** Names of the keys that somebody could use. */
  get keys(): string[] {
    return this.#keys.filter(({ revoked }) => !revoked).map(({ name }) => name);
  }

  /** Goes on with a new database. */
  forget(): void {
    this.#keys = [];
  }

  /** Slugs of the projects for which there is a provider. */
  get providers(): unknown[] {
    return this.#projects.providers.map(({ project_id: slug }) => slug);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    const { method = "", url = "", headers } = request;
    const [, path] = /^\/api\/v1\/((?:projects|providers|budget)(?:\/.*)?)$/.exec(url) ?? [];
    if (path !== undefined) {
      const body = method === "GET" || method === "DELETE" ? {} : await json(request);
      const slug = headers["x-project-id"]?.toString();
      return this.#projects.answer(method, path, body as Record<string, unknown>, slug);
    }
    const [, id] = /^\/api\/v1\/fleet\/enrollment-keys(?:\/(.+))?$/.exec(url) ?? [];
    if (!url.startsWith("/api/v1/fleet/enrollment-keys")) {
      return [503, { detail: "There is no admin behind this pod." }];
    }
    if (!headers.authorization?.startsWith("Bearer sw_")) return [401, { detail: "Authentication required" }];
    if (method === "GET") return [200, { keys: this.#keys }];
    if (method === "DELETE") {
      const key = this.#keys.find((other) => other.id === id);
      if (key) key.revoked = true;
      return key ? [200, { status: "ok" }] : [404, { detail: "Not found" }];
    }
    const { name } = (await json(request)) as { name: string };
    const known = this.#keys.find((key) => key.name === name);
    if (known?.revoked) return [409, { detail: "It was revoked." }];
    const key = known ?? { id: randomUUID(), name, revoked: false };
    if (!known) this.#keys.push(key);
    return [201, { ...key, key: "" }];
  }
}
