import { type PassedPart, whyDecided } from "../litellm/decided-names.ts";
import { KNOWN_NAMES, type NameType } from "../litellm/known-names.ts";
import { hasLicence, LICENSED, needsLicence } from "../litellm/licensed-names.ts";
import { ofSection } from "../litellm/sections.ts";
import { didYouMean } from "../problems/did-you-mean.ts";
import { isMapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { SettingsDraft } from "./rule.ts";

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

/** A rule: what settings pass through to LiteLLM under its own names is what it knows, and may be told. */
export function namesArePassable(settings: SettingsDraft): SettingsProblem[] {
  const isLicensed = hasLicence(settings.secrets);
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

/** Whether the setting that a path leads into is refused whatever its value is. */
export function isRefused(path: readonly PropertyKey[]): boolean {
  const [section, ...rest] = path;
  const [part, name] = section === "models" ? rest.slice(1) : rest;
  const isPart = Object.keys(SECTIONS).includes(String(part));
  return isPart && name !== undefined && whyNotPassed(part as PassedPart, String(name), true) !== undefined;
}

/** Why a name can't stand in a part, reading on from it; undefined if it can. */
export function whyNotPassed(part: PassedPart, name: string, isLicensed: boolean): string | undefined {
  if (!Object.hasOwn(KNOWN_NAMES[part], name)) return unknown(part, name);
  const decided = whyDecided(part, name);
  if (decided !== undefined) return `can't be passed through: it ${decided}`;
  if (!isLicensed && part !== "info" && part !== "router" && needsLicence(part, name)) return LICENSED;
  return undefined;
}

/** The settings that LiteLLM's parts of its configuration are passed by. */
const SECTIONS: Record<PassedPart, string> = {
  ...{ params: "params of a model", info: "info of a model" },
  ...{ settings: "litellm.settings", general: "litellm.general", router: "litellm.router" },
};

/** What people write into LiteLLM's file, though it reads it nowhere. */
const NEVER_READ = [
  { part: "general", name: "salt_key", reason: "is made by this program, and its database with it" },
] satisfies { part: PassedPart; name: string; reason: string }[];

/** Why LiteLLM doesn't know a name in a part; another part may, or it is another part. */
function unknown(part: PassedPart, name: string): string {
  const knowing = (parts: readonly PassedPart[]) => parts.filter((one) => Object.hasOwn(KNOWN_NAMES[one], name));
  const [near, far] = OF_MODELS.includes(part) ? [OF_MODELS, OF_ALL] : [OF_ALL, OF_MODELS];
  const others = knowing(near).length > 0 ? knowing(near) : knowing(far);
  const reasons = others.flatMap((other) => whyDecided(other, name) ?? []);
  const never = NEVER_READ.find((one) => one.part === part && one.name === name);
  const reason = never?.reason ?? (reasons.length === others.length ? reasons[0] : undefined);
  if (reason !== undefined) return `can't be passed through: it ${reason}`;
  const section = ofSection(name);
  if (section !== undefined) return `is a section of LiteLLM's own file: ${section}`;
  const passable = others.filter((other) => whyDecided(other, name) === undefined);
  const hint =
    passable.length > 0
      ? `; it belongs to ${passable.map((other) => SECTIONS[other]).join(" or ")}`
      : didYouMean(name, Object.keys(KNOWN_NAMES[part]));
  return `is not a name that LiteLLM knows there${hint}`;
}

const OF_MODELS: readonly PassedPart[] = ["params", "info"];
const OF_ALL: readonly PassedPart[] = ["settings", "general", "router"];

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
