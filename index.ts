import "./config/problems/plain-stack-traces.ts";
import "./config/problems/stopped-engine.ts";

import * as pulumi from "@pulumi/pulumi";

import { refuseUnacknowledged } from "./components/unacknowledged-acts.ts";
import { platformChecks } from "./components/platform-checks.ts";
import { Foundations } from "./components/foundations.ts";
import { modelInventory, projectInventory, teamInventory } from "./components/inventory.ts";
import { lastResources, outputsOf } from "./components/last-state.ts";
import { LiteLLM } from "./components/litellm.ts";
import { platformOf } from "./components/platforms.ts";
import { SagewaiAdmin } from "./components/sagewai-admin.ts";
import { storedMasterKey } from "./components/sagewai-master-key.ts";
import { SagewaiProjects } from "./components/sagewai-projects.ts";
import { Team } from "./components/teams.ts";
import { keysByAlias, VirtualKeys } from "./components/virtual-keys.ts";
import { workerPool } from "./components/worker-pool.ts";
import { guardedRequests } from "./config/guarded-requests.ts";
import { adminKeyArgs, keyArgs } from "./config/schema/keys.ts";
import { PROJECT_KEYS } from "./config/litellm/key-names.ts";
import { litellmConfig } from "./config/litellm-config.ts";
import { hasAzureIdentity, hasMocks, modelNames } from "./config/schema/models.ts";
import { teamArgs } from "./config/schema/teams.ts";
import { readSettings } from "./config/settings.ts";
import { warnings } from "./config/warnings.ts";
import { isAdopted } from "./providers/litellm/key-value.ts";

const stack = pulumi.getStack();
const last = await lastResources();
const before = outputsOf(last);
const settings = await readSettings(...platformChecks(stack, before));
for (const warning of warnings(settings)) void pulumi.log.warn(warning);

refuseUnacknowledged(settings, stack, last);
const platform = await platformOf(settings, stack, before);
const databases = platform.databases("databases");
new Foundations("foundations", settings, stack, databases.litellm.resource);

const litellm = new LiteLLM("litellm", {
  ...settings.litellm,
  platform,
  protect: settings.protect,
  database: databases.litellm,
  config: litellmConfig(settings),
  hasMocks: hasMocks(settings.models),
  hasAzureIdentity: hasAzureIdentity(settings.models),
  guard: guardedRequests(settings),
  providerSecrets: settings.providerSecrets,
  secrets: settings.secrets,
  secretFiles: settings.secretFiles,
  redisPassword: settings.kubernetes.redis?.password,
});

const projectKeys = new VirtualKeys(PROJECT_KEYS, {
  gateway: litellm,
  teams: settings.teams.map(
    (team) => new Team(`team-${team.name}`, team.name, { gateway: litellm, ...teamArgs(team) }),
  ),
  keys: Object.fromEntries(settings.projects.map((project) => [project.name, keyArgs(project)])),
});
// Nobody knows the value of a key that was taken over.
for (const { name, accessors } of settings.projects.filter((project) => !isAdopted(project))) {
  platform.vault?.keep(name, projectKeys.get(name).key, accessors);
}

const adminKeys = new VirtualKeys("sagewai-admin", {
  gateway: litellm,
  keys: { "sagewai-admin": adminKeyArgs(settings.sagewai, modelNames(settings.models), settings.budgetMargin) },
});
const storedKey = storedMasterKey(before, "sagewai-admin-master-key");
const sagewai = new SagewaiAdmin("sagewai-admin", {
  ...settings.sagewai,
  storedKey,
  platform,
  protect: settings.protect,
  database: databases.sagewai,
  gatewayUrl: litellm.url,
  gatewayKey: adminKeys.get("sagewai-admin").key,
  pools: settings.pools,
});

const { version, generation } = settings.sagewai;
new SagewaiProjects("sagewai-projects", {
  ...{ sagewai, gatewayUrl: litellm.url, projects: settings.projects, keys: projectKeys },
  adminKey: { keys: adminKeys, models: modelNames(settings.models), generation },
});

const workers = settings.pools.map((pool) =>
  workerPool(pool, { platform, gateway: litellm, sagewai, version, before }),
);

export const gateway = { url: litellm.url, logs: litellm.logs, clients: litellm.clients, dashboard: litellm.dashboard };
export const admin = { url: sagewai.url, email: sagewai.adminEmail, logs: sagewai.logs };
// By name, so that what is added or removed shows as that.
export const models = modelInventory(settings.models);
export const teams = teamInventory(settings.teams, settings.projects);
export const projects = projectKeys.facts.apply((facts) =>
  Object.fromEntries(settings.projects.map((project) => [project.name, projectInventory(project, facts)])),
);
export const pools = Object.fromEntries(workers.map(({ name, entry }) => [name, entry]));

// Pulumi warns of an output that is undefined.
export const cloud = platform.details ?? {};

export const access = { gateway: litellm.access, admin: sagewai.access };
export const masterKey = litellm.masterKey;
export const adminToken = sagewai.apiToken;
export const adminPassword = sagewai.adminPassword;
export const keys = keysByAlias([projectKeys, ...workers.map((worker) => worker.keys)]);
