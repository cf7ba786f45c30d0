import { join } from "node:path";

import { execa } from "execa";

import { type Clients, pythonEnvironment } from "../../toolchain/python/environment.ts";

/** Where the public APIs' names are kept. The request guard of LiteLLM lets through these, and no others. */
export const publicApiFile = new URL("../../components/litellm/public_api.json", import.meta.url);

/** The names that a route family has in public. */
interface Family {
  /** The SDKs and methods that send them. */
  source: string;
  /** At the top of the body. */
  parameters: string[];
  query: string[];
}

interface PublicApi {
  families: Record<string, Family>;
  /** All headers that an SDK sends, with the SDKs. */
  headers: Record<string, string>;
}

/** What the program prints that is run in each environment. */
interface Recorded {
  families: Record<string, { sources: string[]; parameters: string[]; query: string[] }>;
  headers: Record<string, string[]>;
}

const GENERATIONS: Clients[] = ["clients", "former-clients"];

/** The public APIs' names, as the official SDKs of both generations send them, ready to be written. */
export async function publicApiDocument(): Promise<string> {
  const recorded = await Promise.all(GENERATIONS.map(record));
  const families = merged(recorded.map((one) => one.families)).map(([name, ofGenerations]) => {
    const all = (key: keyof Recorded["families"][string]) => ofGenerations.flatMap((family) => family[key]);
    return [name, { source: distinct(all("sources")).join("; "), ...lists(all) }];
  });
  const headers = merged(recorded.map((one) => one.headers)).map(([name, sdks]) => [
    name,
    distinct(sdks.flat()).join(", "),
  ]);
  const api = { families: Object.fromEntries(families), headers: Object.fromEntries(headers) } as PublicApi;
  return `${JSON.stringify(api, undefined, 2)}\n`;
}

function lists(all: (key: "parameters" | "query") => string[]): Pick<Family, "parameters" | "query"> {
  return { parameters: distinct(all("parameters")), query: distinct(all("query")) };
}

async function record(software: Clients): Promise<Recorded> {
  const venv = await pythonEnvironment(software);
  const { stdout } = await execa(join(venv, "bin", "python"), [join(import.meta.dirname, "public_api.py")]);
  return JSON.parse(stdout) as Recorded;
}

/** What several records have under each name, by the sorted names. */
function merged<T>(records: Record<string, T>[]): [string, T[]][] {
  const names = distinct(records.flatMap((record) => Object.keys(record)));
  return names.map((name) => [name, records.flatMap((record) => (name in record ? [record[name] as T] : []))]);
}

function distinct(texts: string[]): string[] {
  return [...new Set(texts)].sort();
}
