import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { type PublicApi, publicApiFile } from "./public-api.ts";

/**
 * Where the names are kept that LiteLLM reads from a request and that no public API has. The request guard refuses
 * them, as it does all that is not public; here they are known, so that a release of LiteLLM which reads another one
 * fails a test by that name.
 */
export const steeringFile = new URL("../../components/litellm/steering.json", import.meta.url);

/** A part of a request that has names. */
export type Part = "body" | "headers" | "metadata" | "query";

/** The names of each part, sorted, and the release of LiteLLM that reads them. */
export type Steering = Record<Part, string[]> & { version: string };

/** What an installed LiteLLM reads, public or not: `steering.py` says how it is found. */
export async function readByLitellm(python: string, env: Record<string, string> = {}): Promise<Steering> {
  const { stdout } = await execa(python, [join(import.meta.dirname, "steering.py")], { env });
  return JSON.parse(stdout) as Steering;
}

/** What the pinned LiteLLM reads and no public API has, ready to be written. */
export async function steeringDocument(): Promise<string> {
  const read = await readByLitellm(join(await pythonEnvironment("litellm"), "bin", "python"));
  const publicApi = JSON.parse(await readFile(publicApiFile, "utf8")) as PublicApi;
  return `${JSON.stringify(withoutPublic(read, publicApi), undefined, 0).replaceAll(/(?<=[,[{])(?=")|(?=])/g, "\n")}\n`;
}

/** Metadata has no public names: its own are what a client pleases. */
export function withoutPublic({ version, ...parts }: Steering, { families, headers }: PublicApi): Steering {
  const every = (key: "parameters" | "query") => new Set(Object.values(families).flatMap((family) => family[key]));
  const known = { body: every("parameters"), query: every("query"), headers: new Set(Object.keys(headers)) };
  const others = (part: keyof typeof known) => parts[part].filter((name) => !known[part].has(name));
  return {
    version,
    headers: others("headers"),
    query: others("query"),
    metadata: parts.metadata,
    body: others("body"),
  };
}
