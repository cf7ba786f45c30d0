import * as yaml from "yaml";

import { isMapping } from "../problems/mapping.ts";
import { NAMESPACE } from "../problems/problems.ts";

/** Options under which Pulumi reads YAML: with merge keys. */
export const READING = { merge: true } as const;

/**
 * What a stack file holds, with what merge keys bring and all settings under their full names, as Pulumi reads it.
 * Nothing for a text that isn't YAML: Pulumi itself says so.
 */
export function stackFileData(text: string): unknown {
  try {
    return readStackFile(text);
  } catch {
    return undefined;
  }
}

/** As {@link stackFileData}. @throws for a text that isn't YAML. */
export function readStackFile(text: string): unknown {
  const data: unknown = yaml.parse(text, READING);
  if (!isMapping(data) || !isMapping(data["config"])) return data;
  const settings = Object.entries(data["config"]).map(([name, value]) => [fullName(name), value] as const);
  return { ...data, config: Object.fromEntries(settings) };
}

/** `llm-gateway:protect` for `protect`. */
export function fullName(setting: string): string {
  return setting.includes(":") ? setting : `${NAMESPACE}:${setting}`;
}
