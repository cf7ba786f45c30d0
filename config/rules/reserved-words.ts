import { aliasOfReplaced } from "../litellm/key-names.ts";
import { aliasesOf } from "./aliases.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { SettingsDraft } from "./rule.ts";

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
  return aliasesOf(settings)
    .filter(({ alias }) => ACCOUNT_NAMES.has(alias) || alias.startsWith("cli-session-"))
    .map(({ owner, alias }) => ({ path: [...owner, "alias"], seen: alias, message }));
}

/** A key that is replaced stays for a while under an alias made of its own, which LiteLLM gives to one key only. */
export function aliasesOfReplacedKeysAreFree(settings: SettingsDraft): SettingsProblem[] {
  const all = aliasesOf(settings);
  return all.flatMap(({ owner, alias }) => {
    const replaced = all.find((other) => other.alias === aliasOfReplaced(alias));
    if (replaced === undefined) return [];
    const message = `is the alias that the key of ${replaced.owner.join(".")} gets when it is replaced; write another alias`;
    return [{ path: [...owner, "alias"], seen: alias, message }];
  });
}
