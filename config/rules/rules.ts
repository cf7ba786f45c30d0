import { RESERVED_NAMES } from "../litellm/key-names.ts";
import { aliasesOf } from "./aliases.ts";
import { cachingRules } from "./caching.ts";
import { callbackRules } from "./callbacks.ts";
import { connectionsSuffice } from "./connections.ts";
import { defaultModelsAreUsable } from "./default-models.ts";
import { didYouMean } from "../problems/did-you-mean.ts";
import { gcpRules } from "./gcp.ts";
import { kubernetesRules } from "./kubernetes.ts";
import { ADMIN_ALIAS } from "../schema/keys.ts";
import { isEmpty, isMapping } from "../problems/mapping.ts";
import { namesArePassable } from "./passed-names.ts";
import { providerRules } from "./providers.ts";
import { pricesAgree } from "./prices.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { aliasesAreFree, aliasesOfReplacedKeysAreFree, modelNamesAreFree } from "./reserved-words.ts";
import { namesOf, offeredBy, routingRules } from "./routing.ts";
import type { Rule, SettingsDraft } from "./rule.ts";
import { fallbacksAreUsable } from "./soft-budgets.ts";
import { teamRules } from "./teams.ts";

/** Sections that only some platforms read. */
const SECTION_PLATFORMS = { kubernetes: ["kubernetes", "gcp"], gcp: ["gcp"] };

/** Every rule across settings. */
export const rules: Rule[] = [
  namesAreDnsLabels,
  namesAreNoProperties,
  ...providerRules,
  ...routingRules,
  namesArePassable,
  ...callbackRules,
  ...cachingRules,
  pricesAgree,
  modelNamesAreFree,
  aliasesAreFree,
  aliasesOfReplacedKeysAreFree,
  allowedModelsExist,
  poolProjectsExist,
  ...teamRules,
  fallbacksAreUsable,
  defaultModelsAreUsable,
  aliasesDiffer,
  portsDiffer,
  connectionsSuffice,
  capacityIsShared,
  ...kubernetesRules,
  ...gcpRules,
];

/** What is said of a name that isn't one. */
export const NOT_A_NAME = "is not a name; write up to 63 lower-case letters, digits and hyphens, a letter first";

/** Whether a provider, team, project or pool may be called so: names become part of resource names, slugs and variables. */
export function isName(name: string): boolean {
  return /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

function namesAreDnsLabels({
  providers = {},
  teams = {},
  projects = {},
  pools = {},
}: SettingsDraft): SettingsProblem[] {
  return Object.entries({ providers, teams, projects, pools }).flatMap(([section, entries]) =>
    Object.keys(entries)
      .filter((name) => !isName(name))
      .map((name) => ({ path: [section, name], message: NOT_A_NAME })),
  );
}

/** Keys are properties of one resource, which has some already. */
function namesAreNoProperties({ projects = {}, pools = {} }: SettingsDraft): SettingsProblem[] {
  const message = "is a name that Pulumi uses itself; write another one";
  return Object.entries({ projects, pools }).flatMap(([section, entries]) =>
    Object.keys(entries)
      .filter((name) => RESERVED_NAMES.has(name))
      .map((name) => ({ path: [section, name], message })),
  );
}

function allowedModelsExist(settings: SettingsDraft): SettingsProblem[] {
  const { teams = {}, projects = {}, pools = {} } = settings;
  const isOffered = offeredBy(settings);
  const names = namesOf(settings);
  const sections: Record<string, Record<string, { models?: (string | undefined)[] | undefined } | undefined>> = {
    teams,
    projects,
    pools,
  };
  return Object.entries(sections).flatMap(([section, owners]) =>
    Object.entries(owners).flatMap(([owner, holder]) =>
      (holder?.models ?? []).flatMap((model, index) => {
        if (model === undefined || isOffered(model)) return [];
        const message = `is not a model of this gateway; write one of ${names.join(", ")}${didYouMean(model, names)}`;
        return [{ path: [section, owner, "models", index], seen: model, message }];
      }),
    ),
  );
}

function poolProjectsExist({ projects = {}, pools = {} }: SettingsDraft): SettingsProblem[] {
  const names = Object.keys(projects);
  return Object.entries(pools).flatMap(([pool, settings]) => {
    const project = settings?.project;
    if (project === undefined || names.includes(project)) return [];
    const message = `is not a project of this gateway; write one of those under projects${didYouMean(project, names)}`;
    return [{ path: ["pools", pool, "project"], seen: project, message }];
  });
}

function aliasesDiffer(settings: SettingsDraft): SettingsProblem[] {
  // The admin's own key, which no setting names, comes before them.
  const all = [{ owner: ["sagewai"], alias: ADMIN_ALIAS }, ...aliasesOf(settings)];
  return all.flatMap(({ owner, alias }, index) => {
    const first = all.slice(0, index).find((other) => other.alias === alias);
    if (!first) return [];
    const message = `is the alias of ${first.owner.join(".")} already; give each key an alias of its own`;
    return [{ path: [...owner, "alias"], seen: alias, message }];
  });
}

function capacityIsShared({ platform, capacity }: SettingsDraft): SettingsProblem[] {
  if (platform !== "local" || !capacity) return [];
  const message = "is for gateways of many pods; leave it out on platform local, or set litellm.workers";
  return [{ path: ["capacity"], message }];
}

function portsDiffer({ litellm, sagewai }: SettingsDraft): SettingsProblem[] {
  const services = Object.entries({ litellm, sagewai });
  return services.flatMap(([name, service], index) => {
    const first = services.slice(0, index).find(([, other]) => other?.port === service?.port);
    if (!first || service?.port === undefined) return [];
    const message = `is the port of ${first[0]} already; give each service a port of its own`;
    return [{ path: [name, "port"], seen: service.port, message }];
  });
}

/** Sections of a stack file that its platform does not read. */
export function sectionsElsewhere(input: Record<string, unknown>): SettingsProblem[] {
  const { platform = "local" } = input;
  return Object.entries(SECTION_PLATFORMS).flatMap(([section, platforms]) => {
    const isSet = isMapping(input[section]) && !isEmpty(input[section]);
    if (platforms.some((name) => name === platform) || !isSet) return [];
    const names = `platform${platforms.length > 1 ? "s" : ""} ${platforms.join(" and ")}`;
    const lines = platforms.map((name) => `"platform: ${name}"`).join(" or ");
    return [{ path: [section], message: `is only for ${names}; write ${lines}, or leave it out` }];
  });
}
