import { aliasOfReplaced } from "../providers/litellm/alias.ts";
import type { SettingsProblem } from "./problems.ts";
import { poolAlias } from "./pools.ts";
import { projectAlias } from "./projects.ts";
import type { SettingsDraft } from "./rules.ts";

/** Names that open more than a model of that name, wherever LiteLLM reads which models a key may use. */
export const MODEL_WORDS: ReadonlySet<string> = new Set(["all-proxy-models", "all-team-models", "no-default-models"]);

/** What LiteLLM calls itself in its spend log: another key of that name would hide behind it. */
export const ACCOUNT_NAMES: ReadonlySet<string> = new Set([
  ...["default_user_id", "litellm-cli", "litellm-internal-health-check", "litellm_internal_jobs"],
  "litellm_proxy_master_key",
]);

/** A model of a reserved name would give each key that names it every model. */
export function modelNamesAreFree({ models = [] }: SettingsDraft): SettingsProblem[] {
  const message = "is a word with which LiteLLM opens more than one model; write another name";
  return models.flatMap((deployment, index) => {
    const seen = deployment?.name;
    if (seen === undefined || !MODEL_WORDS.has(seen.toLowerCase())) return [];
    return [{ path: ["models", index, "name"], seen, message }];
  });
}

export function aliasesAreFree(settings: SettingsDraft): SettingsProblem[] {
  const message = "is what LiteLLM calls itself in its spend log; write another alias";
  return aliases(settings)
    .filter(({ alias }) => ACCOUNT_NAMES.has(alias) || alias.startsWith("cli-session-"))
    .map(({ at, alias }) => ({ path: [...at, "alias"], seen: alias, message }));
}

/** A key that is replaced stays for a while under an alias made of its own, which LiteLLM gives to one key only. */
export function aliasesOfReplacedKeysAreFree(settings: SettingsDraft): SettingsProblem[] {
  const all = aliases(settings);
  return all.flatMap(({ at, alias }) => {
    const owner = all.find((other) => other.alias === aliasOfReplaced(alias));
    if (owner === undefined) return [];
    const message = `is the alias that the key of ${owner.at.join(".")} gets when it is replaced; write another alias`;
    return [{ path: [...at, "alias"], seen: alias, message }];
  });
}

function aliases({ projects = {}, pools = {} }: SettingsDraft): { at: [string, string]; alias: string }[] {
  return [
    ...Object.entries(projects).map(([name, project]) => ({
      at: ["projects", name] as [string, string],
      alias: projectAlias(name, project ?? {}),
    })),
    ...Object.entries(pools).map(([name, pool]) => ({
      at: ["pools", name] as [string, string],
      alias: poolAlias(name, pool ?? {}),
    })),
  ];
}
