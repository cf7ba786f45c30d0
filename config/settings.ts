import * as pulumi from "@pulumi/pulumi";

import { asMeant } from "./as-meant.ts";
import { sized } from "./capacity.ts";
import { DEFAULT_MAX_CONNECTIONS, maxConnections } from "./connections.ts";
import { wellFormed } from "./draft.ts";
import { gcpInputProblems } from "./gcp-input.ts";
import { issueMessage, issueProblems } from "./issues.ts";
import { settingsJsonSchema } from "./json-schema.ts";
import type { Mapping } from "./mapping.ts";
import { apiKeyVariable, resolveDeployment } from "./models.ts";
import type { Deployment } from "./models.ts";
import { resolvePool } from "./pools.ts";
import type { Pool } from "./pools.ts";
import { lostNames } from "./lost-names.ts";
import { otherNamespaces } from "./other-namespaces.ts";
import { NAMESPACE, SECRET, settingsError } from "./problems.ts";
import type { SettingsProblem } from "./problems.ts";
import { resolveProject } from "./projects.ts";
import type { Project } from "./projects.ts";
import { references } from "./references.ts";
import type { Routing } from "./routing.ts";
import { rules, sectionsElsewhere } from "./rules.ts";
import type { SettingsDraft } from "./rules.ts";
import { settingsSchema } from "./schema.ts";
import type { ParsedSettings } from "./schema.ts";
import { maySaySecrets, misplacedSecrets, plainTextSecrets, secretsWithLineEnd } from "./secrets.ts";
import { unkeepableTexts } from "./unkeepable-texts.ts";

/** The settings of a stack, checked, with every default and everything that follows from them. */
export interface Settings {
  platform: ParsedSettings["platform"];
  /** Whether Pulumi refuses to delete what can't be made again. */
  protect: boolean;
  models: Deployment[];
  routing: Routing;
  /** The providers' API keys by the environment variable that LiteLLM reads them from. */
  apiKeys: Record<string, pulumi.Output<string>>;
  projects: Project[];
  pools: Pool[];
  litellm: ParsedSettings["litellm"];
  sagewai: ParsedSettings["sagewai"];
  /** The secrets that were set with a line end at their end, which was left out: by path. */
  lineEnds: string[][];
  postgres: { maxConnections: number };
  /** Platforms kubernetes and gcp alone read these. */
  kubernetes: ParsedSettings["kubernetes"];
  /** Platform gcp alone reads these, and always has them. */
  gcp?: ParsedSettings["gcp"];
}

/** A check that needs more than the settings, such as whether a port is free on this machine. */
export type SettingsCheck = (settings: SettingsDraft) => Promise<SettingsProblem[]>;

/**
 * The settings of the stack that this program runs for.
 *
 * @param checks Checks whose problems are reported along with those of the settings themselves.
 * @throws pulumi.RunError that lists every problem.
 */
export async function readSettings(...checks: SettingsCheck[]): Promise<Settings> {
  const raw = pulumi.runtime.allConfig();
  const { settings, draft, problems } = inspect(raw, Object.keys(raw).filter(isConfigSecret));
  const found = await Promise.all(checks.map((check) => check(draft)));
  return settingsOrError(settings, [...problems, ...found.flat()]);
}

/**
 * Settings from the texts that Pulumi hands to a program.
 *
 * @param raw Values by full key: `{"llm-gateway:litellm": '{"port":4000}'}`.
 * @param secretKeys The full keys with a secret somewhere in their value.
 * @throws pulumi.RunError that lists every problem.
 */
export function parseSettings(raw: Record<string, string>, secretKeys: readonly string[] = []): Settings {
  const { settings, problems } = inspect(raw, secretKeys);
  return settingsOrError(settings, problems);
}

function settingsOrError(settings: Settings | undefined, problems: SettingsProblem[]): Settings {
  if (!settings || problems.length > 0) throw settingsError(problems);
  return settings;
}

function inspect(raw: Record<string, string>, secretKeys: readonly string[]) {
  const own = Object.entries(raw).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
  const said = Object.fromEntries(own.map(([key, text]) => [key.slice(NAMESPACE.length + 1), value(text)]));
  const input = asMeant(said, settingsJsonSchema) as Mapping;
  const encrypted = secretKeys.map((key) => key.slice(NAMESPACE.length + 1));
  const isHidden = (path: PropertyKey[]) => encrypted.includes(String(path[0])) || maySaySecrets(path);

  const result = settingsSchema.safeParse(sized(input), { error: issueMessage });
  const draft = wellFormed(settingsSchema, sized(input));

  const problems = [
    ...(result.error?.issues.flatMap((issue) => issueProblems(issue, said)) ?? []),
    ...rules.flatMap((rule) => rule(draft)),
    ...references(input),
    ...lostNames(input),
    ...unkeepableTexts(input),
    ...otherNamespaces(Object.keys(raw)),
    ...sectionsElsewhere(input),
    ...gcpInputProblems(input),
    ...plainTextSecrets(input, encrypted),
    ...misplacedSecrets(encrypted),
  ].map((problem) => (problem.seen !== undefined && isHidden(problem.path) ? { ...problem, seen: SECRET } : problem));
  const settings = result.success ? { ...resolve(result.data), lineEnds: secretsWithLineEnd(input) } : undefined;
  return { settings, draft, problems };
}

/** Pulumi passes mappings and lists as JSON, anything else as it stands in the stack file. */
function value(text: string): unknown {
  try {
    return /^[[{]/.test(text) ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

function resolve(parsed: ParsedSettings): Omit<Settings, "lineEnds"> {
  const { models, providers, projects, pools, ...settings } = parsed;
  return {
    ...settings,
    protect: settings.protect ?? settings.platform !== "local",
    postgres: { maxConnections: maxConnections(parsed) ?? DEFAULT_MAX_CONNECTIONS },
    kubernetes: { ...settings.kubernetes, metrics: metrics(parsed) },
    models: models.map((deployment) => resolveDeployment(deployment, providers)),
    apiKeys: Object.fromEntries(
      Object.entries(providers).flatMap(([name, { apiKey }]) => (apiKey ? [[apiKeyVariable(name), apiKey]] : [])),
    ),
    projects: Object.entries(projects).map(([name, project]) => resolveProject(name, project)),
    pools: Object.entries(pools).map(([name, pool]) => resolvePool(name, pool)),
  };
}

/** LiteLLM's metrics, which platform gcp always collects, besides those who read them otherwise. */
function metrics({ platform, kubernetes }: ParsedSettings): ParsedSettings["kubernetes"]["metrics"] {
  const googleAlone = { scrapers: { cidrs: [], namespaces: [] } };
  return kubernetes.metrics ?? (platform === "gcp" ? googleAlone : undefined);
}

/** Which keys hold secrets is known to the SDK alone: its runtime has this function, its types hide it. */
function isConfigSecret(key: string): boolean {
  return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
