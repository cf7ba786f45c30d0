import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
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

/** What an installed LiteLLM reads, public or not: `steering.py` says how it is found. */
export async function readByLitellm(python: string, env: Record<string, string> = {}): Promise<Reads> {
  const { stdout } = await execa(python, [join(import.meta.dirname, "steering.py")], { env });
  return JSON.parse(stdout) as Reads;
}

/** What the pinned LiteLLM reads, ready to be written: a name a line. */
export async function steeringDocument(): Promise<string> {
  const read = await readByLitellm(join(await pythonEnvironment("litellm"), "bin", "python"));
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
