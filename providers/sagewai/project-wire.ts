/** Marks what is ours. Sagewai keeps it, and components/sagewai reads it. */
export const OWNER = "llm-gateway";

/**
 * Where Sagewai has the provider for runs without a project, which take the first of all projects' providers. It is a project's
 * name that no setting can have, so that every project keeps its own, also one that is called `default`.
 */
export const UNSCOPED = "no.project";

/** The project that each Sagewai has from its beginning, and doesn't let go. */
export const DEFAULT_PROJECT = "default";

/** Which key calls models, and which model by default. */
export interface Caller {
  /** Default: none. */
  defaultModel?: string | undefined;
  /** Which value of the key is in force. Default: 1. */
  generation?: number | undefined;
  /** Not set in code: SHA-256 of the key, so that a preview shows a replaced one. */
  keySha256?: string;
  /** Not set in code: what a refresh found to differ, where no other property shows it. */
  differs?: string[];
}

/** A project as the program asks for it; budgets in US dollars. */
export interface ProjectArgs extends Caller {
  environment: string;
  /** The soft budget for one `budgetDuration`, which Sagewai shows and nothing there enforces. */
  budget: number;
  budgetDuration: string;
  /** Set for a key that was taken over: nobody knows its value, so that Sagewai can't have it. */
  adopted?: true | undefined;
}

/** What Sagewai has under one project, as bodies of its API; a part is undefined where there is to be none. */
export interface Scope {
  record?: ProjectRecord;
  /** Without its key. */
  provider?: Provider & { config: { key_sha256: string } };
  limit?: Limit;
  /** What a refresh found to differ. */
  differs?: string[] | undefined;
  /** Where all of it is stored, and what it is encrypted with. */
  identity: string;
}

interface ProjectRecord {
  name: string;
  environment: string;
  default_model: string | null;
  status: "active";
}

interface Provider {
  provider_name: "vllm";
  id: string;
  default: true;
  managed_by: string;
  created_at: string;
  config: { base_url: string; model?: string };
}

interface Limit {
  agent_name: "*";
  monthly_limit_usd: number;
  budget_duration: string;
  managed_by: string;
}

/** The record that Sagewai's own project begins with. */
export const FIRST_RECORD: ProjectRecord = {
  name: "Default",
  environment: "production",
  default_model: null,
  status: "active",
};

/**
 * Sagewai takes the oldest provider of all projects for a run without a project, and one without an age for older than any.
 * That has to be the admin's own; between those without an age, it is the one that was there first.
 */
const FIRST = "";
const LATER = "2000-01-01T00:00:00+00:00";

/** The ID of our provider in a project. Sagewai's own ones are alike for a project `global` and what belongs to none. */
export function providerId(scope: string): string {
  return `${OWNER}-${scope}`;
}

/** What is to be in Sagewai under a project's name; of the admin's own key only a provider. */
export function bodiesOf(
  scope: string,
  { environment, defaultModel, budget, budgetDuration, keySha256, differs }: Caller & Partial<ProjectArgs>,
  { gatewayUrl, identity }: { gatewayUrl: string; identity: string },
): Scope {
  const model = defaultModel === undefined ? {} : { model: modelOf(defaultModel) };
  const bodies: Scope = { identity, ...(differs && { differs }) };
  if (environment !== undefined) {
    bodies.record = { name: scope, environment, default_model: defaultModel ?? null, status: "active" };
  }
  if (keySha256 !== undefined) {
    bodies.provider = {
      ...{ provider_name: "vllm", id: providerId(scope), default: true, managed_by: OWNER },
      created_at: scope === UNSCOPED ? FIRST : LATER,
      config: { base_url: `${gatewayUrl}/v1`, ...model, key_sha256: keySha256 },
    };
  }
  if (budget !== undefined && budgetDuration !== undefined) {
    const amount = { monthly_limit_usd: budget, budget_duration: budgetDuration };
    bodies.limit = { agent_name: "*", ...amount, managed_by: OWNER };
  }
  return bodies;
}

/** Sagewai puts `openai/` before a name without a slash, and takes what stands before a slash for the provider. */
function modelOf(name: string): string {
  return name.includes("/") ? `openai/${name}` : name;
}
