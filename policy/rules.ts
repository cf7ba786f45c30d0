import type { RuleName } from "../config/schema/policy-rules.ts";
import type { Rule } from "./rule.ts";
import { backups } from "./rules/backups.ts";
import { budgetCeiling } from "./rules/budget-ceiling.ts";
import { budgetMargin } from "./rules/budget-margin.ts";
import { imageDigests } from "./rules/image-digests.ts";
import { keyBudgets } from "./rules/key-budgets.ts";
import { keyExpiry } from "./rules/key-expiry.ts";
import { keyModels } from "./rules/key-models.ts";
import { keyRoutes } from "./rules/key-routes.ts";
import { labels } from "./rules/labels.ts";
import { networkPolicies } from "./rules/network-policies.ts";
import { postgresTls } from "./rules/postgres-tls.ts";
import { primitiveRoles } from "./rules/primitive-roles.ts";
import { projectWideSecrets } from "./rules/project-wide-secrets.ts";
import { protection } from "./rules/protection.ts";
import { publicAddresses } from "./rules/public-addresses.ts";
import { publicBuckets } from "./rules/public-buckets.ts";
import { publicLoadBalancers } from "./rules/public-load-balancers.ts";
import { publicMembers } from "./rules/public-members.ts";
import { redisTls } from "./rules/redis-tls.ts";
import { secretStorage } from "./rules/secret-storage.ts";

/** The rules of the pack, in the order of docs/policies.md. */
export const RULES: Record<RuleName, Rule> = {
  "public-addresses": publicAddresses,
  "public-load-balancers": publicLoadBalancers,
  "public-buckets": publicBuckets,
  "image-digests": imageDigests,
  "postgres-tls": postgresTls,
  "redis-tls": redisTls,
  "key-budgets": keyBudgets,
  "key-models": keyModels,
  "key-routes": keyRoutes,
  "key-expiry": keyExpiry,
  "budget-ceiling": budgetCeiling,
  "budget-margin": budgetMargin,
  "primitive-roles": primitiveRoles,
  "project-wide-secrets": projectWideSecrets,
  "public-members": publicMembers,
  labels,
  protection,
  backups,
  "network-policies": networkPolicies,
  "secret-storage": secretStorage,
};
