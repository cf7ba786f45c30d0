import { didYouMean } from "../problems/did-you-mean.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { offers } from "../schema/models.ts";
import type { Rule, SettingsDraft } from "./rule.ts";

/** Every rule of what is tried in place of a model. */
export const routingRules: Rule[] = [substitutesExist, aliasesAreNew, tagsAreRead, optionsFitTheStrategy];

const FALLBACKS = ["fallbacks", "contextWindowFallbacks", "contentPolicyFallbacks"] as const;

/** LiteLLM starts with names that no model has, and then fails requests with them. */
function substitutesExist(settings: SettingsDraft): SettingsProblem[] {
  const { routing = {} } = settings;
  const isOffered = offeredBy(settings);
  const names = namesOf(settings);
  const missing = (path: PropertyKey[], name: string | undefined, isName = false): SettingsProblem[] => {
    if (name === undefined || isOffered(name)) return [];
    const message = `is not a model of this gateway; write one of ${names.join(", ")}${didYouMean(name, names)}`;
    return [{ path: ["routing", ...path], ...(!isName && { seen: name }), message }];
  };
  return [
    ...FALLBACKS.flatMap((section) =>
      Object.entries(routing[section] ?? {}).flatMap(([name, models]) => [
        ...missing([section, name], name, true),
        ...(models ?? []).flatMap((model, index) => [
          ...missing([section, name, index], model),
          ...(model === name
            ? [
                {
                  path: ["routing", section, name, index],
                  seen: model,
                  message: "is the model that failed; write others",
                },
              ]
            : []),
        ]),
      ]),
    ),
    ...(routing.defaultFallbacks ?? []).flatMap((model, index) => missing(["defaultFallbacks", index], model)),
    ...Object.entries(routing.aliases ?? {}).flatMap(([alias, model]) => missing(["aliases", alias], model)),
  ];
}

/** A model of an alias's name could never be asked for. */
function aliasesAreNew({ models = [], routing }: SettingsDraft): SettingsProblem[] {
  const names = new Set(models.flatMap((deployment) => deployment?.name ?? []));
  return Object.keys(routing?.aliases ?? {})
    .filter((alias) => names.has(alias))
    .map((alias) => ({ path: ["routing", "aliases", alias], message: "is the name of a model; write another alias" }));
}

function tagsAreRead({ models = [], projects = {}, pools = {}, routing }: SettingsDraft): SettingsProblem[] {
  if (routing === undefined || routing.tagFiltering === true) return [];
  const message = "changes nothing, because routing.tagFiltering is off; set it to true, or leave the tags out";
  return [
    ...models.map((deployment, index) => ({ entry: deployment, path: ["models", index] })),
    ...Object.entries(projects).map(([name, entry]) => ({ entry, path: ["projects", name] })),
    ...Object.entries(pools).map(([name, entry]) => ({ entry, path: ["pools", name] })),
  ].flatMap(({ entry, path }) => (entry && "tags" in entry ? [{ path: [...path, "tags"], message }] : []));
}

/** LiteLLM reads options of two strategies, and passes over those of others. */
function optionsFitTheStrategy({ routing }: SettingsDraft): SettingsProblem[] {
  const { strategy, strategyOptions } = routing ?? {};
  const withOptions = ["latency-based-routing", "usage-based-routing-v2", "cost-based-routing"];
  if (strategyOptions === undefined || strategy === undefined || withOptions.includes(strategy)) return [];
  return [{ path: ["routing", "strategyOptions"], message: `changes nothing with ${strategy}, which has no options` }];
}

/** Whether clients may ask for a name: a model's, one that a name with `*` allows, or an alias. */
export function offeredBy(settings: SettingsDraft): (name: string) => boolean {
  const models = (settings.models ?? []).flatMap((deployment) => deployment ?? []);
  const aliases = settings.routing?.aliases ?? {};
  return (name) => offers(models, name) || Object.hasOwn(aliases, name);
}

/** The names that clients may ask for, for messages. */
export function namesOf({ models = [], routing }: SettingsDraft): string[] {
  const names = models.flatMap((deployment) => deployment?.name ?? []);
  return [...new Set([...names, ...Object.keys(routing?.aliases ?? {})])];
}
