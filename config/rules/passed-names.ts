import { type PassedPart, whyDecided } from "../litellm/decided-names.ts";
import { KNOWN_NAMES, type NameType } from "../litellm/known-names.ts";
import { needsLicence } from "../litellm/licensed-names.ts";
import { didYouMean } from "../problems/did-you-mean.ts";
import { isMapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { LICENSE } from "./named-secrets.ts";
import type { Rule, SettingsDraft } from "./rule.ts";

/** Every rule of what settings pass through to LiteLLM under its own names. */
export const passedNamesRules: Rule[] = [namesArePassable, callbacksAreKnown, alertsAreKnown, guardrailsAreKnown];

/** What a stack file says of a part of LiteLLM's configuration. */
interface Passed {
  part: PassedPart;
  path: PropertyKey[];
  values: Record<string, unknown>;
}

function passed({ models = [], litellm = {} }: SettingsDraft): Passed[] {
  const ofModels = models.flatMap((deployment, index) =>
    (["params", "info"] as const).map((part) => ({ part, path: ["models", index, part], values: deployment?.[part] })),
  );
  const ofAll = (["settings", "general", "router"] as const).map((part) => ({
    ...{ part, path: ["litellm", part] },
    values: litellm[part],
  }));
  return [...ofModels, ...ofAll].flatMap(({ values, ...rest }) => (values ? [{ ...rest, values }] : []));
}

function namesArePassable(settings: SettingsDraft): SettingsProblem[] {
  const isLicensed = hasLicence(settings);
  return passed(settings).flatMap(({ part, path, values }) =>
    Object.entries(values).flatMap(([name, value]) => {
      const message = whyNotPassed(part, name, isLicensed);
      if (message !== undefined) return [{ path: [...path, name], message }];
      const wanted = KNOWN_NAMES[part][name] ?? "";
      if (isOfType(value, wanted)) return [];
      return [{ path: [...path, name], seen: value, message: `must be ${NOUNS[wanted]}` }];
    }),
  );
}

function hasLicence({ secrets = {} }: SettingsDraft): boolean {
  return LICENSE in secrets;
}

/** Why a name can't stand in a part, reading on from it; undefined if it can. */
export function whyNotPassed(part: PassedPart, name: string, isLicensed: boolean): string | undefined {
  if (!Object.hasOwn(KNOWN_NAMES[part], name)) {
    return `is not a name that LiteLLM knows there${elsewhere(part, name)}${didYouMean(name, Object.keys(KNOWN_NAMES[part]))}`;
  }
  const decided = whyDecided(part, name);
  if (decided !== undefined) return `can't be passed through: it ${decided}`;
  if (!isLicensed && part !== "info" && part !== "router" && needsLicence(part, name)) {
    return "needs LiteLLM's Enterprise licence; set it as secrets.LITELLM_LICENSE, or leave it out";
  }
  return undefined;
}

/** The settings that LiteLLM's parts of its configuration are passed by. */
const SECTIONS: Record<PassedPart, string> = {
  ...{ params: "params of a model", info: "info of a model" },
  ...{ settings: "litellm.settings", general: "litellm.general", router: "litellm.router" },
};

/** The same word may belong to another part of the file. */
function elsewhere(part: PassedPart, name: string): string {
  const others = (Object.keys(SECTIONS) as PassedPart[]).filter(
    (other) => other !== part && Object.hasOwn(KNOWN_NAMES[other], name),
  );
  return others.length > 0 ? `; it belongs to ${others.map((other) => SECTIONS[other]).join(" or ")}` : "";
}

const NOUNS: Record<NameType, string> = {
  ...{ "": "", array: "a list", boolean: "true or false, without quotes", integer: "a whole number" },
  ...{ number: "a number", object: "a mapping", string: "text" },
};

function isOfType(value: unknown, type: NameType): boolean {
  // What stands for a secret may become anything.
  if (typeof value === "string" && value.startsWith("os.environ/")) return true;
  switch (type) {
    case "":
      return true;
    case "array":
      return Array.isArray(value);
    case "object":
      return isMapping(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

const CALLBACKS = ["callbacks", "success_callback", "failure_callback"];

/** LiteLLM takes a name with a dot for Python code, and one that it doesn't know for nothing. */
function callbacksAreKnown(settings: SettingsDraft): SettingsProblem[] {
  const { litellm = {} } = settings;
  const lists = [
    ...CALLBACKS.map((name) => ({ name, known: KNOWN_NAMES.callbacks })),
    { name: "service_callback", known: KNOWN_NAMES.serviceCallbacks },
  ];
  return lists.flatMap(({ name, known }) => {
    const value = litellm.settings?.[name];
    if (value === undefined) return [];
    const path = ["litellm", "settings", name];
    if (!Array.isArray(value)) return [{ path, seen: value, message: "must be a list of callbacks" }];
    return value.flatMap((callback: unknown, index) => {
      const at = { path: [...path, index], seen: callback };
      if (typeof callback !== "string" || !known.includes(callback)) {
        const hint = typeof callback === "string" ? didYouMean(callback, known) : "";
        return [{ ...at, message: `is not a callback that LiteLLM knows by name${hint}` }];
      }
      if (hasLicence(settings) || !needsLicence("callbacks", callback)) return [];
      return [
        { ...at, message: "needs LiteLLM's Enterprise licence; set it as secrets.LITELLM_LICENSE, or leave it out" },
      ];
    });
  });
}

/** LiteLLM passes over kinds of alerts that it doesn't know. */
function alertsAreKnown({ litellm = {} }: SettingsDraft): SettingsProblem[] {
  const kinds = litellm.general?.["alert_types"];
  if (!Array.isArray(kinds)) return [];
  return kinds.flatMap((kind: unknown, index) => {
    if (typeof kind === "string" && KNOWN_NAMES.alertTypes.includes(kind)) return [];
    const hint = typeof kind === "string" ? didYouMean(kind, KNOWN_NAMES.alertTypes) : "";
    const path = ["litellm", "general", "alert_types", index];
    return [{ path, seen: kind, message: `is not a kind of alert that LiteLLM knows${hint}` }];
  });
}

function guardrailsAreKnown({ litellm = {} }: SettingsDraft): SettingsProblem[] {
  return (litellm.guardrails ?? []).flatMap((guardrail, index) => {
    const path = ["litellm", "guardrails", index];
    const { guardrail_name: name, litellm_params: params } = guardrail ?? {};
    if (typeof name !== "string") return [{ path: [...path, "guardrail_name"], message: "is missing; write a name" }];
    if (!isMapping(params)) return [{ path: [...path, "litellm_params"], message: "is missing; write a mapping" }];
    const kind = params["guardrail"];
    if (typeof kind === "string" && KNOWN_NAMES.guardrails.includes(kind) && kind !== "custom_code") return [];
    const hint = typeof kind === "string" ? didYouMean(kind, KNOWN_NAMES.guardrails) : "";
    return [
      {
        path: [...path, "litellm_params", "guardrail"],
        seen: kind,
        message: `is not a guardrail that LiteLLM knows by name${hint}`,
      },
    ];
  });
}
