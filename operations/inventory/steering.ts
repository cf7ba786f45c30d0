import { readFile } from "node:fs/promises";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { find, foundInLitellm } from "./found-in-litellm.ts";
import { type PublicApi, publicApiFile } from "./public-api.ts";

/**
 * Where the names are kept that LiteLLM reads from a request. Those that no public API has are refused by the request
 * guard, as all is that is not public. Here they are known, so that a release of LiteLLM which reads another name fails a
 * test by it, and so does one that takes a public name for something of its own.
 */
export const steeringFile = new URL("../../config/litellm/steering.json", import.meta.url);

/** A part of a request that has names. */
export type Part = "body" | "headers" | "metadata" | "query";

/** Names by part, sorted. */
type Names = Record<Part, string[]>;

/** What an installed LiteLLM reads. */
export type Reads = Names & { version: string };

/** What it reads that no public API has, and what it reads that one has. */
export type Steering = Names & { version: string; public: Names };

/** The program that says how it is found. */
const PROGRAM = "steering.py";

/** What the pinned LiteLLM reads, public or not. */
export async function readByLitellm(): Promise<Reads> {
  return JSON.parse(await foundInLitellm(PROGRAM)) as Reads;
}

/**
 * What another release reads.
 *
 * @param folder Where its packages are.
 */
export async function readByRelease(folder: string): Promise<Reads> {
  // An environment without a LiteLLM of its own.
  const venv = await pythonEnvironment("clients");
  return JSON.parse(await find(PROGRAM, venv, { PYTHONPATH: folder })) as Reads;
}

/** What the pinned LiteLLM reads, ready to be written: a name a line. */
export async function steeringDocument(): Promise<string> {
  const read = await readByLitellm();
  const publicApi = JSON.parse(await readFile(publicApiFile, "utf8")) as PublicApi;
  const text = JSON.stringify(sortedOut(read, publicApi));
  return `${text.replaceAll(/(?<=[,[{])(?=")|(?=])/g, "\n")}\n`;
}

/** Metadata has no public names: its own are what a client pleases. */
export function sortedOut({ version, ...read }: Reads, { families, headers }: PublicApi): Steering {
  const every = (key: "parameters" | "query") => new Set(Object.values(families).flatMap((family) => family[key]));
  const known: Record<Part, Set<string>> = {
    body: every("parameters"),
    headers: new Set(Object.keys(headers)),
    metadata: new Set(),
    query: every("query"),
  };
  const only = (isPublic: boolean): Names => {
    const names = (part: Part) => read[part].filter((name) => known[part].has(name) === isPublic);
    return { headers: names("headers"), query: names("query"), metadata: names("metadata"), body: names("body") };
  };
  return { version, public: only(true), ...only(false) };
}
