import { createHash } from "node:crypto";
import { copyFile, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import { cached } from "../cache.ts";
import { findPython } from "./interpreter.ts";
import type { Interpreter } from "./interpreter.ts";
import { CLIENT_MODULE, generatePrismaClient } from "./prisma-client.ts";
import { run } from "./run.ts";

/** The published software that runs in a Python environment of its own. */
export type Software = "litellm" | "sagewai";

/** What the tests and `npm run inventory` need in addition: the official SDKs, the newest and those of the generation before. */
export type Clients = "clients" | "former-clients";

/**
 * What else has an environment: the SDKs, a release of LiteLLM before the one that runs, for the tests of upgrades, and what
 * `npm run check` reads workflows with.
 */
type Requirements = Software | Clients | "former-litellm" | "linters";

const TITLES: Record<Requirements, string> = {
  litellm: "LiteLLM",
  "former-litellm": "a former LiteLLM,",
  sagewai: "Sagewai",
  clients: "the official SDKs, openai",
  "former-clients": "the former official SDKs, openai",
  linters: "linters of workflows, zizmor",
};

/** The package whose version names an environment. */
const NAMED_BY: Record<Requirements, string> = {
  litellm: "litellm",
  "former-litellm": "litellm",
  sagewai: "sagewai",
  clients: "openai",
  "former-clients": "openai",
  linters: "zizmor",
};

const { resolve } = createRequire(import.meta.url);

/**
 * What Python runs by itself at its start. LiteLLM makes millions of objects while it is loaded, over which Python's garbage
 * collector would go again and again: a fifth of the processor time of a start, and no memory is saved.
 */
const FEWER_COLLECTIONS = join(import.meta.dirname, "fewer_collections.pth");

const LITELLM_INPUTS = [
  FEWER_COLLECTIONS,
  join(import.meta.dirname, "prisma-client.ts"),
  join(import.meta.dirname, "relation-types.ts"),
  CLIENT_MODULE,
  resolve("prisma/package.json"),
];

/** What makes a new environment when it changes, next to the locked packages. */
const INPUTS: Record<Requirements, string[]> = {
  litellm: LITELLM_INPUTS,
  "former-litellm": LITELLM_INPUTS,
  sagewai: [],
  clients: [],
  "former-clients": [],
  linters: [],
};

/** What a process finds once, for all environments that it asks for. */
let interpreter: Promise<Interpreter> | undefined;

/**
 * The folder of a virtual environment with the software in it, ready to run; made first if the cache lacks it, which
 * takes about half a minute.
 *
 * @throws {UserError} If the machine lacks a Python that it runs on, or does not reach PyPI.
 */
export async function pythonEnvironment(software: Requirements): Promise<string> {
  const python = await (interpreter ??= findPython());
  const lock = join(import.meta.dirname, "requirements", `${software}.txt`);
  const inputs = await Promise.all([lock, ...INPUTS[software]].map((path) => readFile(path)));
  const version = lockedVersion(inputs[0]?.toString() ?? "", NAMED_BY[software]);
  const key = hashOf([python.path, ...inputs]);

  return cached(
    `${software}-${version}-python-${python.version}-${key}`,
    `Installing ${TITLES[software]} ${version} from PyPI`,
    (folder) => build(software, python, lock, folder),
  );
}

/** The version of a package that a lock file pins: 1.106.2. */
export function lockedVersion(lock: string, name: string): string {
  const line = lock.split("\n").find((one) => new RegExp(`^${name}(\\[|==)`).test(one));
  const [, version] = /==([^\s;]+)/.exec(line ?? "") ?? [];
  if (!version) throw new Error(`The lock file does not pin \`${name}\`.`);
  return version;
}

async function build(software: Requirements, python: Interpreter, lock: string, folder: string): Promise<void> {
  // Nearly every run finds it built, and does without loading what builds it.
  const { findUv } = await import("./uv.ts");
  const uv = await findUv(python);
  const purpose = `Installing ${TITLES[software]}`;
  const own = join(folder, "bin", "python");
  const env = { UV_PYTHON_DOWNLOADS: "never", UV_NO_PROGRESS: "1", ...index() };
  await run(purpose, uv, ["venv", "--no-project", "--allow-existing", "--python", python.path, folder], env);
  await run(
    purpose,
    uv,
    ["pip", "install", "--python", own, "--require-hashes", "--compile-bytecode", "-r", lock],
    env,
  );
  if (NAMED_BY[software] !== "litellm") return;
  const packages = sitePackages(folder, python);
  await copyFile(FEWER_COLLECTIONS, join(packages, "fewer_collections.pth"));
  await generatePrismaClient(own, packages);
}

function sitePackages(folder: string, { version }: Interpreter): string {
  const [major = "", minor = ""] = version.split(".");
  return join(folder, "lib", `python${major}.${minor}`, "site-packages");
}

/** uv does not read pip's settings, but who has set a mirror for pip means it for uv as well. */
function index(): Record<string, string> {
  const mirror = process.env["PIP_INDEX_URL"];
  const isSet = process.env["UV_DEFAULT_INDEX"] ?? process.env["UV_INDEX_URL"];
  return mirror && !isSet ? { UV_DEFAULT_INDEX: mirror } : {};
}

function hashOf(parts: (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 12);
}
