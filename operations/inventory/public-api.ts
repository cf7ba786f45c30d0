import { join } from "node:path";

import { execa } from "execa";

import { type Clients, pythonEnvironment } from "../../toolchain/python/environment.ts";

/** Where the public APIs' names are kept. The request guard of LiteLLM lets through these, and no others. */
export const publicApiFile = new URL("../../components/litellm/public_api.json", import.meta.url);

/** The names that a route family has in public. */
export interface Family {
  /** The SDKs and methods that send them. */
  source: string;
  /** At the top of the body. */
  parameters: string[];
  query: string[];
}

export interface PublicApi {
  families: Record<string, Family>;
  /** All headers that an SDK sends, with the SDKs. */
  headers: Record<string, string>;
}

/** What `public_api.py` prints. */
interface Recorded {
  families: Record<string, { sources: string[]; parameters: string[]; query: string[] }>;
  headers: Record<string, string[]>;
}

/** Headers of clients that are not written in Python, read from their packages and seen in a request of Claude Code. */
const SEEN_ELSEWHERE: Record<string, string[]> = {
  "@anthropic-ai/claude-code 2.1.332": [
    ...["anthropic-dangerous-direct-browser-access", "x-anthropic-additional-protection", "x-app", "x-client-app"],
    ...["x-claude-code-agent-id", "x-claude-code-parent-agent-id", "x-claude-code-session-id"],
    ...["x-claude-remote-container-id", "x-claude-remote-session-id"],
  ],
  "npm openai 7.59.0": ["idempotency-key", "x-client-request-id"],
};

const GENERATIONS: Clients[] = ["clients", "former-clients"];

/** The public APIs' names, as the official SDKs of both generations send them, ready to be written. */
export async function publicApiDocument(): Promise<string> {
  const recorded = await Promise.all(GENERATIONS.map(record));
  const api: PublicApi = {
    families: mapped(merged(recorded.map((one) => one.families)), (generations) => ({
      source: distinct(generations.flatMap((one) => one.sources)).join("; "),
      parameters: distinct(generations.flatMap((one) => one.parameters)),
      query: distinct(generations.flatMap((one) => one.query)),
    })),
    headers: mapped(merged([...recorded.map((one) => one.headers), seenElsewhere()]), (clients) =>
      distinct(clients.flat()).join(", "),
    ),
  };
  return `${JSON.stringify(api, undefined, 2)}\n`;
}

async function record(software: Clients): Promise<Recorded> {
  const venv = await pythonEnvironment(software);
  const { stdout } = await execa(join(venv, "bin", "python"), [join(import.meta.dirname, "public_api.py")]);
  return JSON.parse(stdout) as Recorded;
}

function seenElsewhere(): Recorded["headers"] {
  const seen = Object.entries(SEEN_ELSEWHERE).flatMap(([client, names]) => names.map((name) => [name, [client]]));
  return Object.fromEntries(seen) as Recorded["headers"];
}

/** What several records have under each name, in the order of the names. */
function merged<T>(records: Record<string, T>[]): Record<string, T[]> {
  const all: Record<string, T[]> = {};
  for (const name of distinct(records.flatMap((record) => Object.keys(record)))) {
    all[name] = records.flatMap((record) => record[name] ?? []);
  }
  return all;
}

function mapped<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function distinct(texts: string[]): string[] {
  return [...new Set(texts)].sort();
}
