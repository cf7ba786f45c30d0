import type { RequestOptions } from "node:https";
import { Agent, request } from "node:https";

import type { KubeConfig } from "@kubernetes/client-node";

/** A Kubernetes object as the API server writes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

/** What the API server knows every object by. */
export interface Metadata {
  name: string;
  namespace?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  [field: string]: unknown;
}

/** What names one object. */
export type Reference = Pick<Manifest, "apiVersion" | "kind"> & { metadata: Pick<Metadata, "name" | "namespace"> };

/** A kind of object as discovery shows it. */
interface Kind {
  kind: string;
  /** Its name in paths: `deployments`. */
  name: string;
  namespaced: boolean;
}

interface Call {
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
}

/** The API server's refusal. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The API server of a kubeconfig's current context, with objects as plain data: `@kubernetes/client-node`'s own object
 * API knows neither `fieldValidation` nor fields newer than itself.
 */
export class ApiServer {
  readonly #config: KubeConfig;
  readonly #kinds = new Map<string, Promise<Kind[]>>();
  /** Keeps connections: controllers look again and again, and each connection costs both ends a handshake. */
  #agent: Agent | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  /** Applies an object server-side, strictly: an unknown field is an error. */
  async apply(manifest: Manifest, { manager = "tests", dryRun = false, force = false } = {}): Promise<Manifest> {
    const query = { fieldManager: manager, fieldValidation: "Strict", force: String(force) };
    return (await this.call("PATCH", await this.#path(manifest), {
      query: dryRun ? { ...query, dryRun: "All" } : query,
      body: manifest,
      contentType: "application/apply-patch+yaml",
    })) as Manifest;
  }

  /** The object as it is now; undefined when there is none. */
  async get(reference: Reference): Promise<Manifest | undefined> {
    return unlessMissing(async () => (await this.call("GET", await this.#path(reference))) as Manifest);
  }

  /** The objects of a kind in a namespace that have all of the labels. */
  async list(apiVersion: string, kind: string, namespace: string, labels: Record<string, string> = {}) {
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join();
    const path = await this.#path({ apiVersion, kind, metadata: { name: "", namespace } });
    const { items } = (await this.call("GET", path.replace(/\/$/, ""), { query: { labelSelector } })) as {
      items: Omit<Manifest, "apiVersion" | "kind">[];
    };
    return items;
  }

  /** Asks for an object's deletion; it can take a while until it is gone. */
  async delete(reference: Reference, propagationPolicy = "Background"): Promise<void> {
    await unlessMissing(async () => {
      await this.call("DELETE", await this.#path(reference), { query: { propagationPolicy } });
    });
  }

  /**
   * Whether objects of this kind live in namespaces.
   *
   * @throws ApiError with status 404 when the API server does not know the kind.
   */
  async isNamespaced(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.#kind(apiVersion, kind)).namespaced;
  }

  /** Any other request. @throws ApiError with the API server's message. */
  async call(method: string, path: string, { query = {}, body, contentType }: Call = {}): Promise<unknown> {
    const server = this.#config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error("the kubeconfig has no current context with a cluster");
    const url = new URL(path, server);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const options: RequestOptions = {
      method,
      headers: { Accept: "application/json", "Content-Type": contentType ?? "application/json" },
    };
    await this.#config.applyToHTTPSOptions(options);
    if (options.agent instanceof Agent) {
      options.agent = this.#agent ??= new Agent({ ...options.agent.options, keepAlive: true });
    }
    const { status, text } = await send(url, options, body === undefined ? undefined : JSON.stringify(body));
    if (status >= 300) throw new ApiError(status, messageOf(text));
    return parsed(text);
  }

  async #path({ apiVersion, kind, metadata: { name, namespace } }: Reference): Promise<string> {
    const { name: plural, namespaced } = await this.#kind(apiVersion, kind);
    const scope = namespaced ? `/namespaces/${namespace ?? "default"}` : "";
    return `${groupPath(apiVersion)}${scope}/${plural}/${name}`;
  }

  async #kind(apiVersion: string, kind: string): Promise<Kind> {
    const known = await this.#kinds.get(apiVersion);
    const found = known?.find((candidate) => candidate.kind === kind) ?? (await this.#discover(apiVersion, kind));
    if (found) return found;
    throw new ApiError(404, `the API server has no kind ${kind} in ${apiVersion}`);
  }

  /** Asks again each time for a kind that is not known: its definition may have come since. */
  async #discover(apiVersion: string, kind: string): Promise<Kind | undefined> {
    const kinds = unlessMissing(async () => {
      const { resources } = (await this.call("GET", groupPath(apiVersion))) as { resources: Kind[] };
      // A subresource: `deployments/scale`.
      return resources.filter(({ name }) => !name.includes("/"));
    }).then((found) => found ?? []);
    this.#kinds.set(apiVersion, kinds);
    return (await kinds).find((candidate) => candidate.kind === kind);
  }
}

/** Sends a request, on another connection if the one that was kept has been closed meanwhile. */
async function send(url: URL, options: RequestOptions, body?: string): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const sent = request(url, options, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.once("error", reject);
    response.once("end", () => {
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
  });
  sent.once("error", (error: NodeJS.ErrnoException) => {
    if (sent.reusedSocket && error.code === "ECONNRESET") resolve(send(url, options, body));
    else reject(error);
  });
  sent.end(body);
  return promise;
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(text: string): string {
  const answer = parsed(text);
  const { message } = (typeof answer === "object" ? answer : {}) as { message?: string };
  return message ?? text.slice(0, 1000);
}
