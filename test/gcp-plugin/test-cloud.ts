import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { merge } from "./property-paths.ts";
import type { Method, Rule } from "./rule.ts";

/** Variable that names the folder of a test's cloud; without it the plugin does not start. */
export const CLOUD_FOLDER = "GCP_STAND_IN_FOLDER";

/** Something that exists in the cloud. */
export interface CloudObject {
  /** As in the type token: `compute/Network`. */
  type: string;
  /** As Pulumi knows it: `projects/p/global/networks/n`. */
  id: string;
  /** Inputs and what the API made of them, as the provider's properties. */
  properties: Values;
}

/** A name that is gone and can't be used again for a while. */
export interface Tombstone {
  type: string;
  id: string;
  /** Until when it can't be used, in milliseconds since 1970; null: for ever. */
  until: number | null;
}

/** One request of the engine that reached the cloud. */
export interface Call {
  method: Method;
  type: string;
  /** Name of the resource in the program. */
  name: string;
  /** Empty until it is created. */
  id: string;
  /** The refusal, if there was one. */
  error?: string;
}

/** What is the same for the whole life of a cloud. */
export interface CloudSettings {
  project: string;
  projectNumber: string;
  /** The APIs that are enabled from the start. */
  enabled: string[];
  /** The API server that stands for every GKE cluster: `127.0.0.1:6443`. */
  clusterEndpoint?: string;
  /** The certificate, as PEM, of the authority behind every server of the cloud. */
  caCertificate?: string;
  /** Certificates, as PEM, of the authorities of PostgreSQL: the one that signs now first. Default: the one above. */
  postgresAuthorities?: string[];
}

/**
 * What exists in one made-up project of Google Cloud: a folder with a file for each object, so that no process ever
 * loses what another one writes. Everything is synchronous: nothing comes between a check and the write it allows.
 */
export class TestCloud {
  readonly folder: string;

  /** @param folder Made by {@link TestCloud.create}. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** An empty cloud. */
  static create(folder: string, settings: CloudSettings): TestCloud {
    for (const name of ["objects", "tombstones"]) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    const cloud = new TestCloud(folder);
    cloud.#write("settings.json", settings);
    return cloud;
  }

  get settings(): CloudSettings {
    return this.#read("settings.json") as CloudSettings;
  }

  /** Changes what is the same for all. */
  configure(changes: Partial<CloudSettings>): void {
    this.#write("settings.json", { ...this.settings, ...changes });
  }

  /** The objects of a type, or all. */
  list(type?: string): CloudObject[] {
    return (this.#files("objects", type) as CloudObject[]).sort(byId);
  }

  /** The object with this id, name, secretId or self-link; undefined when there is none. */
  read(type: string, name: string): CloudObject | undefined {
    const direct = this.#read(fileOf(type, name)) as CloudObject | undefined;
    return direct ?? this.list(type).find((object) => isNamed(object, name));
  }

  /** Makes an object, or writes it again. */
  put(object: CloudObject): void {
    this.#write(fileOf(object.type, object.id), object);
  }

  /** Changes properties behind the engine's back, deeply. @throws Error when there is no such object. */
  patch(type: string, name: string, changes: Values): void {
    const object = this.#existing(type, name);
    this.put({ ...object, properties: merge(object.properties, changes) });
  }

  /** Deletes behind the engine's back. @throws Error when there is no such object. */
  delete(type: string, name: string): void {
    this.remove(this.#existing(type, name));
  }

  /** Deletes an object. @param rest How long its name can't be used again, in milliseconds. */
  remove({ type, id }: CloudObject, rest = 0): void {
    if (rest > 0) {
      const tombstone: Tombstone = { type, id, until: Number.isFinite(rest) ? Date.now() + rest : null };
      this.#write(fileOf(type, id, "tombstones"), tombstone);
    }
    rmSync(join(this.folder, fileOf(type, id)), { force: true });
  }

  /** The names of a type that can't be used now. */
  tombstones(type: string): Tombstone[] {
    const all = this.#files("tombstones", type) as Tombstone[];
    return all.filter(({ until }) => until === null || until > Date.now());
  }

  /** All requests so far, in their order. */
  calls(): Call[] {
    return this.#lines("calls.jsonl") as Call[];
  }

  /** Notes a request. */
  log(call: Call): void {
    appendFileSync(join(this.folder, "calls.jsonl"), `${JSON.stringify(call)}\n`);
  }

  /** Forgets the requests so far. */
  forgetCalls(): void {
    rmSync(join(this.folder, "calls.jsonl"), { force: true });
  }

  /** Lets requests fail, or be slow, from now on. */
  inject(...rules: Rule[]): void {
    rmSync(join(this.folder, "hits.jsonl"), { force: true });
    this.#write("rules.json", rules);
  }

  /** The rules that still apply: those with `times` do so that often. */
  rules(): { rule: Rule; index: number }[] {
    const rules = ((this.#read("rules.json") ?? []) as Rule[]).map((rule, index) => ({ rule, index }));
    const hits = this.#lines("hits.jsonl") as number[];
    return rules.filter(({ rule, index }) => hits.filter((hit) => hit === index).length < (rule.times ?? Infinity));
  }

  /** Notes that a rule applied. */
  hit(index: number): void {
    appendFileSync(join(this.folder, "hits.jsonl"), `${index}\n`);
  }

  #existing(type: string, name: string): CloudObject {
    const object = this.read(type, name);
    if (object) return object;
    const others = this.list(type).map(({ id }) => id);
    throw new Error(`the test's cloud has no ${type} ${name}; it has ${others.join(", ") || "none"}`);
  }

  /** What is in the files of a type, or of all. */
  #files(kind: string, type?: string): unknown[] {
    const begin = type === undefined ? "" : encodeURIComponent(`${type} `);
    const all = readdirSync(join(this.folder, kind));
    const names = all.filter((name) => name.startsWith(begin) && name.endsWith(".json"));
    // Another process may delete one in between.
    return names.flatMap((name) => this.#read(join(kind, name)) ?? []);
  }

  #lines(name: string): unknown[] {
    const file = join(this.folder, name);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);
  }

  #read(name: string): unknown {
    const file = join(this.folder, name);
    try {
      return JSON.parse(readFileSync(file, "utf8")) as unknown;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  #write(name: string, value: unknown): void {
    const file = join(this.folder, name);
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(value, null, 2), { mode: 0o600 });
    renameSync(unfinished, file);
  }
}

/** Whether `name` means this object: APIs take ids, self-links and plain names. */
export function isNamed({ id, properties }: CloudObject, name: string): boolean {
  const names: unknown[] = [
    id,
    properties["selfLink"],
    properties["name"],
    properties["secretId"],
    properties["email"],
  ];
  if (typeof properties["address"] === "string") names.push(properties["address"]);
  return names.includes(name) || name.endsWith(`/${id}`);
}

function fileOf(type: string, id: string, kind = "objects"): string {
  const digest = createHash("sha256").update(`${type} ${id}`).digest("hex").slice(0, 16);
  // Begins with the type, by which a list is read. Ids can be longer than the names of files may be.
  return join(kind, `${encodeURIComponent(`${type} ${id}`).slice(0, 150)}.${digest}.json`);
}

function byId(a: CloudObject, b: CloudObject): number {
  return a.id < b.id ? -1 : 1;
}
