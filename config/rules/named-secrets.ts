import { KNOWN_NAMES } from "../litellm/known-names.ts";
import { LICENSE } from "../litellm/licensed-names.ts";
import { isMapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { isRefused } from "./passed-names.ts";
import { command } from "./secrets.ts";
import { textsIn } from "./texts.ts";

/**
 * Settings in which a text may stand for a secret, by the beginnings of their paths; a star is any name or place. Not the info of
 * models, which clients see.
 */
const PLACES = [
  ["models", "*", "params"],
  ...["settings", "general", "router", "guardrails", "callbackSettings"].map((part) => ["litellm", part]),
];

const REFERENCE = /^os\.environ\/(.*)$/s;

/** What callbacks read, and LiteLLM's server too, without opening anything by it. */
const HARMLESS = [
  "GCS_BUCKET_NAME",
  "GCS_PATH_SERVICE_ACCOUNT",
  "LANGFUSE_HOST",
  "OTEL_ENVIRONMENT_NAME",
  "SENTRY_DSN",
];

/** Variables of the system, of Python and its libraries, of this program and of clouds' own libraries, by their beginnings. */
const OTHERS = [
  ...[
    "ANTHROPIC_",
    "AWS_",
    "AZURE_",
    "BOTO_",
    "CLOUDSDK_",
    "CURL_",
    "DATABASE_",
    "GCE_",
    "GOOGLE_",
    "GRPC_",
    "GUNICORN_",
  ],
  ...["HF_", "KUBERNETES_", "LC_", "LD_", "LITELLM_", "MALLOC_", "MODEL_", "NODE_", "OPENAI_", "OPENSSL_", "PIP_"],
  ...["PRISMA_", "PROMETHEUS_MULTIPROC", "PYTHON", "REDIS_", "REQUESTS_", "SSL", "UVICORN_", "UV_", "VERTEX", "XDG_"],
];

/** The same by their whole names, or their ends. */
const OTHER_NAMES =
  /^(BASH_ENV|ENV|HOME|HOSTNAME|IFS|LANG|LANGUAGE|NETRC|PATH|PORT|PWD|REPLICA_NAME|SHELL|TMPDIR|USER|WEB_CONCURRENCY)$|_PROXY$/;

/**
 * Secrets by name, and what refers to them: each name is one that only callbacks read, or nobody; each reference has its secret,
 * and each secret somebody who reads it.
 *
 * @param input The settings as a stack file says them, secrets included.
 */
export function namedSecretProblems(input: Record<string, unknown>): SettingsProblem[] {
  const sections = ["secrets", "secretFiles"].map((section) => [section] as const);
  const variables = [...sections, ["litellm", "environment"] as const].map((path) => ({
    path,
    names: Object.keys(mappingAt(input, path)),
  }));
  const known = variables.flatMap(({ names }) => names);
  const references = referencesIn(input);
  return [
    ...variables.flatMap(({ path, names }) =>
      names.flatMap((name) => {
        const message = whyNotVariable(name) ?? twice(name, known);
        return message === undefined ? [] : [{ path: [...path, name], message }];
      }),
    ),
    ...references
      .filter(({ path, name }) => !known.includes(name) && !isRefused(path))
      .map(({ path, name }) => ({ path, seen: `os.environ/${name}`, message: whyUnknown(name) })),
    ...variables
      .filter(({ path }) => path.length === 1)
      .flatMap(({ path, names }) =>
        names
          .filter((name) => whyNotVariable(name) === undefined && !isReadByCallbacks(name))
          .filter((name) => !references.some((one) => one.name === name))
          .map((name) => ({
            path: [...path, name],
            message: `is a secret that nothing reads; write os.environ/${name} where LiteLLM shall find it, or remove it`,
          })),
      ),
    ...plainSecrets(input),
  ];
}

/** What is wrong with a reference whose secret isn't there; LiteLLM's own files often name what it reads by itself. */
function whyUnknown(name: string): string {
  const message = "refers to no secret of this stack";
  if (whyNotVariable(name) === undefined) return `${message}; set it with \`${command(["secrets", name])}\``;
  const other = `MY_${name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}`;
  return `${message}, and no secret can have this name; refer to another one, such as os.environ/${other}, and set it with \`${command(["secrets", other])}\``;
}

/** The texts of a stack file that stand for a variable, and may do so. */
export function referencesIn(input: unknown): { path: PropertyKey[]; name: string }[] {
  return textsIn(input).flatMap(({ text, path, isName }) => {
    const name = REFERENCE.exec(text)?.[1];
    return name === undefined || isName || !mayRefer(path) ? [] : [{ path, name }];
  });
}

/** Whether a text at this place may stand for a variable: of what is in a list, LiteLLM reads it as it stands. */
export function mayRefer(path: readonly PropertyKey[]): boolean {
  return typeof path.at(-1) === "string" && isPassed(path);
}

/** Whether this place is passed through to LiteLLM. */
function isPassed(path: readonly PropertyKey[]): boolean {
  return PLACES.some((place) => place.every((part, index) => part === "*" || part === path[index]));
}

/** Why a variable of LiteLLM's process can't have this name, reading on from it. */
function whyNotVariable(name: string): string | undefined {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return "is not a variable; write capital letters, digits and _";
  if (isReadByCallbacks(name)) return undefined;
  const isProviders = Object.values(KNOWN_NAMES.providers).some((variables) => variables.includes(name));
  if (isProviders) return "is what LiteLLM calls a provider with, past models and budgets; set it under providers";
  const isOther = OTHERS.some((beginning) => name.startsWith(beginning)) || OTHER_NAMES.test(name);
  if (!KNOWN_NAMES.environment.process.includes(name) && !isOther) return undefined;
  return "is a variable that steers LiteLLM or its machine; choose another name, and refer to that";
}

function isReadByCallbacks(name: string): boolean {
  return KNOWN_NAMES.environment.callbacks.includes(name) || HARMLESS.includes(name) || name === LICENSE;
}

function twice(name: string, known: readonly string[]): string | undefined {
  const count = known.filter((one) => one === name).length;
  return count > 1 ? "is there more than once among secrets, secretFiles and litellm.environment" : undefined;
}

/** Names of what is secret: `langfuse_secret_key`. Not `max_tokens`. */
const SECRET_NAME = /(^|_|-)(?<!cache_)(key|api_?key|secret|password|token|authorization|credentials|access_key|dsn)$/i;

/** What providers' and others' keys begin with. */
const SECRET_TEXT =
  /^(sk-|sk_|pk-lf-|AKIA|ASIA|AIza|gh[pousr]_|xox[abp]-|hf_|gsk_|glpat-|Bearer |Basic )\S{8,}|^https:\/\/hooks\.slack\.com\//;

/** Variables with headers, among which one signs in: `OTEL_HEADERS`. */
const HEADERS = /(^|_)HEADERS$/;

const LEAKED = "If it was one, it is in Git and in Pulumi's history by now: revoke it";

/** What looks like a secret and stands in plain text, where a reference may stand, or among variables for everybody to see. */
function plainSecrets(input: unknown): SettingsProblem[] {
  return textsIn(input).flatMap(({ text, path, isName }) => {
    if (isName || REFERENCE.test(text) || !looksSecret(text, path)) return [];
    const [section, part, name] = path;
    if (section === "litellm" && part === "environment") {
      const instead = command(["secrets", String(name)]);
      return [{ path, message: `looks like a secret in plain text; set it with \`${instead}\` instead. ${LEAKED}` }];
    }
    if (!isPassed(path) && !isInfo(path)) return [];
    const remedy =
      isRefused(path) || isInfo(path) ? "" : "; set it as one of secrets, and write os.environ/ and its name here";
    return [{ path, message: `looks like a secret in plain text${remedy}. ${LEAKED}` }];
  });
}

function isInfo([section, , part]: readonly PropertyKey[]): boolean {
  return section === "models" && part === "info";
}

function looksSecret(text: string, path: readonly PropertyKey[]): boolean {
  const name = String(path.filter((part) => typeof part === "string").at(-1));
  return SECRET_TEXT.test(text) || ((SECRET_NAME.test(name) || HEADERS.test(name)) && text.length > 0);
}

function mappingAt(input: unknown, path: readonly string[]): Record<string, unknown> {
  const found = path.reduce<unknown>((part, name) => (isMapping(part) ? part[name] : undefined), input);
  return isMapping(found) ? found : {};
}
