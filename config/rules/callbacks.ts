import { KNOWN_NAMES } from "../litellm/known-names.ts";
import { hasLicence, LICENSED, needsLicence } from "../litellm/licensed-names.ts";
import { didYouMean } from "../problems/did-you-mean.ts";
import { isMapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { Rule, SettingsDraft } from "./rule.ts";

/** Every rule of what LiteLLM calls before, after and besides a model. */
export const callbackRules: Rule[] = [
  callbacksAreKnown,
  callbackSettingsAreKnown,
  alertsAreKnown,
  guardrailsAreKnown,
  guardrailsAreUsed,
];

const OWN_CODE = "is code of yours, which LiteLLM's process doesn't have; write one that LiteLLM knows by name";

/** LiteLLM takes a name with a dot for Python code, and passes over one that it doesn't know. */
function callbacksAreKnown(settings: SettingsDraft): SettingsProblem[] {
  const { litellm = {} } = settings;
  const lists = [
    ...["callbacks", "success_callback", "failure_callback"].map((name) => ({ name, known: KNOWN_NAMES.callbacks })),
    { name: "service_callback", known: KNOWN_NAMES.serviceCallbacks },
  ];
  return lists.flatMap(({ name, known }) =>
    inList(litellm.settings?.[name], ["litellm", "settings", name], "callbacks", (callback) => {
      if (!known.includes(callback)) {
        if (callback.includes(".")) return OWN_CODE;
        return `is not a callback that LiteLLM knows by name${didYouMean(callback, known)}`;
      }
      return hasLicence(settings.secrets) || !needsLicence("callbacks", callback) ? undefined : LICENSED;
    }),
  );
}

function callbackSettingsAreKnown({ litellm = {} }: SettingsDraft): SettingsProblem[] {
  const known = KNOWN_NAMES.callbacks;
  return Object.keys(litellm.callbackSettings ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: ["litellm", "callbackSettings", name],
      message: `is not a callback that LiteLLM knows by name${didYouMean(name, known)}`,
    }));
}

/** Where LiteLLM sends alerts: `ProxyLogging` and `SlackAlerting`. */
const ALERTING = ["email", "ms_teams", "sentry", "slack", "webhook"];

function alertsAreKnown({ litellm = {} }: SettingsDraft): SettingsProblem[] {
  const lists = [
    { name: "alerting", known: ALERTING, what: "a place that LiteLLM sends alerts to" },
    { name: "alert_types", known: KNOWN_NAMES.alertTypes, what: "a kind of alert that LiteLLM knows" },
  ];
  return lists.flatMap(({ name, known, what }) => {
    const value = litellm.general?.[name];
    // That it must be a list is said by its type.
    if (!Array.isArray(value)) return [];
    return inList(value, ["litellm", "general", name], "texts", (one) =>
      known.includes(one) ? undefined : `is not ${what}${didYouMean(one, known)}`,
    );
  });
}

/** What is wrong with a list of names, by what is wrong with each. */
function inList(
  value: unknown,
  path: PropertyKey[],
  what: string,
  whyNot: (name: string) => string | undefined,
): SettingsProblem[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [{ path, seen: value, message: `must be a list of ${what}` }];
  return value.flatMap((seen: unknown, index) => {
    const message = typeof seen === "string" ? whyNot(seen) : "must be text";
    return message === undefined ? [] : [{ path: [...path, index], seen, message }];
  });
}

const CODE = "custom_code";

function guardrailsAreKnown({ litellm = {} }: SettingsDraft): SettingsProblem[] {
  const known = KNOWN_NAMES.guardrails.filter((name) => name !== CODE);
  return (litellm.guardrails ?? []).flatMap((guardrail, index) => {
    const path = ["litellm", "guardrails", index];
    const { guardrail_name: name, litellm_params: params } = guardrail ?? {};
    if (typeof name !== "string") return [{ path: [...path, "guardrail_name"], message: "is missing; write a name" }];
    if (!isMapping(params)) return [{ path: [...path, "litellm_params"], message: "is missing; write a mapping" }];
    const seen = params["guardrail"];
    const at = [...path, "litellm_params", "guardrail"];
    if (typeof seen !== "string") return [{ path: at, message: "is missing; write one that LiteLLM knows by name" }];
    if (known.includes(seen)) return [];
    const isCode = seen === CODE || seen.includes(".");
    const message = isCode ? OWN_CODE : `is not a guardrail that LiteLLM knows by name${didYouMean(seen, known)}`;
    return [{ path: at, seen, message }];
  });
}

/** No request can ask for a guardrail: the request guard refuses that, since it could ask for others than it should. */
function guardrailsAreUsed({ models = [], litellm = {} }: SettingsDraft): SettingsProblem[] {
  const guardrails = litellm.guardrails ?? [];
  const names = guardrails.flatMap((guardrail) => {
    const name = guardrail?.["guardrail_name"];
    return typeof name === "string" ? [name] : [];
  });
  const asked = models.flatMap((deployment, index) => {
    const value = deployment?.params?.["guardrails"];
    const path = ["models", index, "params", "guardrails"];
    return Array.isArray(value) ? value.map((seen: unknown, place) => ({ seen, path: [...path, place] })) : [];
  });
  const unknown = asked
    .filter(({ seen }) => !names.includes(String(seen)))
    .map((one) => ({
      ...one,
      message: `is not a guardrail of this stack; add it to litellm.guardrails${didYouMean(String(one.seen), names)}`,
    }));
  const idle = guardrails.flatMap((guardrail, index) => {
    const { guardrail_name: name, litellm_params: params } = guardrail ?? {};
    if (!isMapping(params) || params["default_on"] === true || asked.some(({ seen }) => seen === name)) return [];
    const message =
      "counts for no request, since none can ask for it; write default_on: true among its litellm_params, or its name in params.guardrails of models";
    return [{ path: ["litellm", "guardrails", index], message }];
  });
  return [...unknown, ...idle];
}
