import { isDeepStrictEqual } from "node:util";

import type { SagewaiClient } from "./client.ts";
import { SagewaiError } from "./client.ts";
import { FIRST_RECORD, providerId, type Scope } from "./project-wire.ts";

type Fields = Record<string, unknown>;

/** What Sagewai has under one project. */
export interface Found {
  record?: Fields | undefined;
  provider?: (Fields & { config: Fields }) | undefined;
  limit?: Fields | undefined;
}

/** The projects of a Sagewai admin, each with its provider and its limit. Each method may be repeated, and ends the same. */
export class ProjectStore {
  readonly #client: SagewaiClient;

  constructor(client: SagewaiClient) {
    this.#client = client;
  }

  /** All that Sagewai has, with three calls however much it is. */
  async list(): Promise<(scope: string) => Found> {
    const [records, providers, limits] = await Promise.all([
      this.#client.call<Fields[]>("GET", "/projects"),
      this.#client.call<(Fields & { config: Fields })[]>("GET", "/providers"),
      this.#client.call<Fields[]>("GET", "/budget/limits"),
    ]);
    const bySlug = new Map(records.map((record) => [record["slug"], record]));
    const vllm = providers.filter(({ provider_name: name }) => name === "vllm");
    const byProject = new Map(vllm.map((provider) => [provider["project_id"], provider]));
    const all = limits.filter(({ agent_name: agent }) => agent === "*");
    const limitOf = new Map(all.map((limit) => [limit["project_id"], limit]));
    return (scope) => ({
      record: bySlug.get(scope),
      provider: byProject.get(scope),
      limit: limitOf.get(scope),
    });
  }

  /**
   * Makes what Sagewai has under a project what is wanted. What goes, goes before the project, which would leave it behind;
   * what comes, comes after it.
   *
   * @param last What is there; nothing for what is new.
   * @param wanted What is to be there; nothing if all of it goes.
   * @param key The key of the wanted provider.
   */
  async apply(scope: string, last: Scope | undefined, wanted: Partial<Scope>, key = ""): Promise<void> {
    if (last?.limit && !wanted.limit) await this.#deleteLimit(scope);
    if (last?.provider && !wanted.provider) await this.#deleteProvider(scope);
    if (last?.record && !wanted.record) await this.#deleteRecord(scope);
    if (wanted.record) await this.#putRecord(scope, wanted.record, { isNew: !last?.record });
    if (wanted.provider) await this.#putProvider(scope, wanted.provider, key);
    if (wanted.limit) await this.#client.call("POST", "/budget/limits", wanted.limit, scope);
  }

  async #putRecord(slug: string, record: NonNullable<Scope["record"]>, { isNew }: { isNew: boolean }): Promise<void> {
    const { name, environment } = record;
    const create = () =>
      // One that is there already, of a call whose answer was lost or by hand, is taken over.
      ignoring(409, () => this.#client.call("POST", "/projects", { name, slug, environment }));
    const patch = () => this.#client.call("PATCH", `/projects/${slug}`, record);
    if (isNew) await create();
    try {
      // A new project gets its default model only so.
      await patch();
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
      await create();
      await patch();
    }
  }

  /** The whole record is replaced, its key with it. Nothing is said of the key's hash: Sagewai's admin works it out. */
  async #putProvider(scope: string, { config, ...provider }: NonNullable<Scope["provider"]>, key: string) {
    const { base_url, model } = config;
    await this.#client.call("POST", "/providers", { ...provider, config: { base_url, model, api_key: key } }, scope);
  }

  async #deleteRecord(slug: string): Promise<void> {
    try {
      await ignoring(404, () => this.#client.call("DELETE", `/projects/${slug}`));
    } catch (error) {
      // Sagewai keeps its own first project.
      if (!isStatus(error, 409)) throw error;
      await this.#client.call("PATCH", `/projects/${slug}`, FIRST_RECORD);
    }
  }

  async #deleteProvider(scope: string): Promise<void> {
    await ignoring(404, () => this.#client.call("DELETE", `/providers/${providerId(scope)}`));
  }

  /** Without the project, it would be the limits of all projects. */
  async #deleteLimit(scope: string): Promise<void> {
    await this.#client.call("DELETE", "/budget/limits/*", undefined, scope);
  }
}

async function ignoring(status: number, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isStatus(error, status)) throw error;
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof SagewaiError && error.status === status;
}

/** The fields of what is wanted that differ in what was found, by their names: `provider.config.base_url`. */
export function differencesOf(wanted: Scope, found: Found): string[] {
  return (["record", "provider", "limit"] as const).flatMap((part) => {
    const [fields, stored] = [wanted[part], found[part]];
    return fields && stored ? differingFields(part, fields, stored) : [];
  });
}

function differingFields(path: string, wanted: object, found: Fields): string[] {
  return Object.entries(wanted).flatMap(([name, value]: [string, unknown]) => {
    const stored = found[name];
    if (isDeepStrictEqual(value, stored)) return [];
    if (isFields(value) && isFields(stored)) return differingFields(`${path}.${name}`, value, stored);
    return [`${path}.${name}`];
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
