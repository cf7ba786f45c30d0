import type { Output } from "@pulumi/pulumi";
import * as pulumiConfig from "@pulumi/pulumi/runtime/config.js";

import { asMeant } from "./schema/as-meant.ts";
import { sized } from "./schema/capacity.ts";
import { maxConnections } from "./rules/connections.ts";
import { DEFAULT_MAX_CONNECTIONS } from "./schema/connections.ts";
import { wellFormed } from "./problems/draft.ts";
import { gcpInputProblems } from "./rules/gcp-input-checks.ts";
import { issueMessage, issueProblems } from "./problems/zod-issues.ts";
import { settingNames, settingsJsonSchema } from "./schema/json-schema.ts";
import type { Mapping } from "./problems/mapping.ts";
import { type Deployment, resolveModels } from "./schema/models.ts";
import { resolvePool } from "./schema/pools.ts";
import type { Pool } from "./schema/pools.ts";
import { lostNames } from "./rules/lost-names.ts";
import { namedByLiteLLM } from "./rules/named-by-litellm.ts";
import { namedSecretProblems } from "./rules/named-secrets.ts";
import { otherNamespaces } from "./rules/other-namespaces.ts";
import { NAMESPACE, SECRET, settingsError } from "./problems/problems.ts";
import type { SettingsProblem } from "./problems/problems.ts";
import { resolveProject } from "./schema/projects.ts";
import type { Project } from "./schema/projects.ts";
import { withTeams } from "./schema/team-projects.ts";
import { resolveTeam, type Team } from "./schema/teams.ts";
import { copiedSecrets } from "./rules/copied-secrets.ts";
import { references } from "./rules/references.ts";
import type { Routing } from "./schema/routing.ts";
import { rules, sectionsElsewhere } from "./rules/rules.ts";
import type { SettingsCheck } from "./rules/rule.ts";
import { settingsSchema } from "./schema/schema.ts";
import type { ParsedSettings } from "./schema/schema.ts";
import { maySaySecrets, misplacedSecrets, plainTextSecrets, secretsWithLineEnd } from "./rules/secrets.ts";
import { unkeepableTexts } from "./rules/unkeepable-texts.ts";

/** The settings of a stack, checked, with every default and everything that follows from them. */
export interface Settings {
  platform: ParsedSettings["platform"];
  /** Whether Pulumi refuses to delete what can't be recreated. */
  protect: boolean;
  /** What an update may destroy, with the last day on which that counts: `2026-12-31`. */
  acknowledge: Record<string, string>;
  /** Read only by the policy pack, which the engine hands the stack's settings itself. */
  policies: ParsedSettings["policies"];
  models: Deployment[];
  routing: Routing;
  /** What LiteLLM signs in to the models' providers with, by the environment variable that it reads. */
  providerSecrets: Record<string, Output<string>>;
  /** What LiteLLM's settings refer to, and its callbacks read, by the variable of its process. */
  secrets: Record<string, Output<string>>;
  /** The same as files. */
  secretFiles: Record<string, Output<string>>;
  /** Percent of each hard budget that is margin, where projects and pools don't say one. */
  budgetMargin: number;
  teams: Team[];
  projects: Project[];
  pools: Pool[];
  litellm: ParsedSettings["litellm"];
  sagewai: ParsedSettings["sagewai"];
  /** The secrets that were set with a line end at their end, which was left out: by path. */
  lineEnds: string[][];
  postgres: { maxConnections: number };
  /** Read only by platforms kubernetes and gcp. */
  kubernetes: ParsedSettings["kubernetes"];
  /** Read only by platform gcp, which always has them. */
  gcp?: ParsedSettings["gcp"];
}

/**
 * The settings of the stack that this program runs for.
 *
 * @param checks Checks whose problems are reported along with those of the settings themselves.
 * @throws pulumi.RunError that lists every problem.
 */
export async function readSettings(...checks: SettingsCheck[]): Promise<Settings> {
  const raw = pulumiConfig.allConfig();
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

/**
 * What {@link parseSettings} reads, for commands that work on settings with problems: the well-formed parts, and what is wrong.
 *
 * @returns `settings` only where each part by itself is right, whatever rules across them find.
 */
export function inspect(raw: Record<string, string>, secretKeys: readonly string[]) {
  const own = Object.entries(raw).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
  const said = Object.fromEntries(own.map(([key, text]) => [key.slice(NAMESPACE.length + 1), value(text)]));
  const input = asMeant(said, settingsJsonSchema) as Mapping;
  const encrypted = secretKeys.map((key) => key.slice(NAMESPACE.length + 1));
  const isHidden = (path: PropertyKey[]) => encrypted.includes(String(path[0])) || maySaySecrets(path);

  const { settings: whole, isInherited } = withTeams(sized(input));
  const result = settingsSchema.safeParse(whole, { error: issueMessage });
  const draft = wellFormed(settingsSchema, whole);

  const problems = [
    ...(result.error?.issues.flatMap((issue) => issueProblems(issue, said, settingNames, namedByLiteLLM)) ?? []),
    ...rules.flatMap((rule) => rule(draft)),
    ...references(input),
    ...namedSecretProblems(input),
    ...lostNames(input),
    ...unkeepableTexts(input),
    ...otherNamespaces(Object.keys(raw)),
    ...sectionsElsewhere(input),
    ...gcpInputProblems(input),
    ...plainTextSecrets(input, encrypted),
    ...misplacedSecrets(encrypted),
    ...copiedSecrets(input),
  ]
    .filter(({ path }) => !isInherited(path))
    .map((problem) => (problem.seen !== undefined && isHidden(problem.path) ? { ...problem, seen: SECRET } : problem));
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
  const { models, providers, teams, projects, pools, ...settings } = parsed;
  const { models: deployments, secrets: providerSecrets } = resolveModels(
    models,
    providers,
    settings.platform !== "local",
  );
  return {
    ...settings,
    protect: settings.protect ?? settings.platform !== "local",
    postgres: { maxConnections: maxConnections(parsed) ?? DEFAULT_MAX_CONNECTIONS },
    kubernetes: { ...settings.kubernetes, metrics: metrics(parsed) },
    models: deployments,
    providerSecrets,
    teams: Object.entries(teams).map(([name, team]) => resolveTeam(name, team, settings.budgetMargin)),
    projects: Object.entries(projects).map(([name, project]) => resolveProject(name, project, settings.budgetMargin)),
    pools: Object.entries(pools).map(([name, pool]) => resolvePool(name, pool, settings.budgetMargin)),
  };
}

/** Who reads LiteLLM's metrics: on platform gcp Google always does, and those whom the settings name. */
function metrics({ platform, kubernetes }: ParsedSettings): ParsedSettings["kubernetes"]["metrics"] {
  const onlyGoogle = { scrapers: { cidrs: [], namespaces: [] } };
  return kubernetes.metrics ?? (platform === "gcp" ? onlyGoogle : undefined);
}

/** Only the SDK knows which keys hold secrets: its runtime has this function, its types hide it. */
function isConfigSecret(key: string): boolean {
  return (pulumiConfig as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
