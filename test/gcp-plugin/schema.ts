import type { z } from "zod";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { isUnknown } from "../../toolchain/plugins/properties.ts";
import type { Failure } from "../../toolchain/plugins/resource-type.ts";
import { isMap, written } from "../kubernetes-plugin/property-path.ts";
import type { CloudType } from "./cloud-type.ts";
import { changedAt } from "./property-paths.ts";

/** What is wrong with the inputs of a program. Values that are not known yet pass. */
export function failures(type: CloudType, inputs: Values): Failure[] {
  const { error, data } = type.inputs.safeParse(inputs);
  const found = (error?.issues ?? []).flatMap((issue) => {
    if (leadsToUnknown(inputs, issue.path)) return [];
    const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
    if (issue.code !== "unrecognized_keys") return [{ property: written(path), reason: explain(issue) }];
    return issue.keys.map((key) => ({ property: written([...path, key]), reason: "there is no such property here" }));
  });
  if (found.length > 0 || data === undefined || isUnknown(inputs)) return found;
  return type.problems?.(data) ?? [];
}

/** The inputs with the provider's defaults in the place of what is not set. */
export function withDefaults(type: CloudType, inputs: Values): Values {
  return Object.entries(type.defaults ?? {}).reduce<Values>(
    (values, [path, value]) => changedAt(values, path, (before) => before ?? value) as Values,
    inputs,
  );
}

/** Whether a value on the way to `path` is not known yet. */
function leadsToUnknown(inputs: Values, path: readonly PropertyKey[]): boolean {
  let value: unknown = inputs;
  for (const key of path) {
    if (typeof value === "string" && isUnknown(value)) return true;
    if (Array.isArray(value)) value = (value as unknown[])[Number(key)];
    else value = isMap(value) ? value[String(key)] : undefined;
  }
  return typeof value === "string" && isUnknown(value);
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => message).join("; ");
  const isMissing = issue.code === "invalid_type" && issue.input === undefined;
  return isMissing && issue.message.includes("undefined") ? "it is required" : issue.message;
}
