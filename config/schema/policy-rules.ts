/** What becomes of a stack that breaks a rule: nothing, a warning, or a preview and an update that fail. */
export const LEVELS = ["off", "warn", "refuse"] as const;

export type Level = (typeof LEVELS)[number];

/** What a stack is for, as far as rules care. */
export const ENVIRONMENTS = ["dev", "prod"] as const;

export type Environment = (typeof ENVIRONMENTS)[number];

/** The rules of the policy pack, each with its level where the settings name none. `policy/rules/` has what they say. */
export const POLICY_RULES = {
  "public-addresses": { dev: "refuse", prod: "refuse" },
  "public-load-balancers": { dev: "refuse", prod: "refuse" },
  "public-buckets": { dev: "refuse", prod: "refuse" },
  // The digests of images can be asked of their registry only, so that the package can't know them.
  "image-digests": { dev: "off", prod: "warn" },
  "postgres-tls": { dev: "warn", prod: "refuse" },
  "redis-tls": { dev: "warn", prod: "refuse" },
  "key-budgets": { dev: "refuse", prod: "refuse" },
  "key-models": { dev: "warn", prod: "refuse" },
  "key-routes": { dev: "refuse", prod: "refuse" },
  // A key that ends by itself is an outage unless somebody replaces it in time: a decision for each organization.
  "key-expiry": { dev: "off", prod: "off" },
  "budget-ceiling": { dev: "warn", prod: "refuse" },
  "budget-margin": { dev: "warn", prod: "refuse" },
  "primitive-roles": { dev: "refuse", prod: "refuse" },
  "project-wide-secrets": { dev: "refuse", prod: "refuse" },
  "public-members": { dev: "refuse", prod: "refuse" },
  labels: { dev: "warn", prod: "refuse" },
  // What is made to be thrown away has neither.
  protection: { dev: "off", prod: "refuse" },
  backups: { dev: "off", prod: "refuse" },
  "network-policies": { dev: "warn", prod: "refuse" },
  "secret-storage": { dev: "refuse", prod: "refuse" },
} as const satisfies Record<string, Record<Environment, Level>>;

export type RuleName = keyof typeof POLICY_RULES;

export const RULE_NAMES = Object.keys(POLICY_RULES) as RuleName[];

/** The environment of a stack whose settings name none: production, if its name says so. */
export function environmentOf(stack: string): Environment {
  return /(^|[^a-z])(prod|production)([^a-z]|$)/i.test(stack) ? "prod" : "dev";
}

/** The level of each rule. @param levels Those that the settings name. */
export function levelsOf(
  environment: Environment,
  levels: Partial<Record<RuleName, Level | undefined>> = {},
): Record<RuleName, Level> {
  return Object.fromEntries(
    RULE_NAMES.map((name) => [name, levels[name] ?? POLICY_RULES[name][environment]]),
  ) as Record<RuleName, Level>;
}
