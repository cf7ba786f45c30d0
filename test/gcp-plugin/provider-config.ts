import { z } from "zod";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { isUnknown } from "../../toolchain/plugins/properties.ts";
import type { Failure } from "../../toolchain/plugins/resource-type.ts";
import type { ProviderConfig } from "./cloud-type.ts";

/** The SDK sends everything but text as JSON. */
const json = z.string().transform((text): unknown => JSON.parse(text));

/** The properties of a `gcp.Provider` that mean something here; no credentials, which no test needs. */
const schema = z.strictObject({
  project: z.string().min(6).optional(),
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+[0-9]$/, "it must be a region, such as europe-west1")
    .optional(),
  zone: z.string().optional(),
  defaultLabels: json.pipe(z.record(z.string(), z.string())).default({}),
  addPulumiAttributionLabel: z.stringbool().default(true),
  // The official plugin takes no notice of it as text.
  skipRegionValidation: z.boolean().default(false),
  userProjectOverride: z.stringbool().optional(),
  billingProject: z.string().optional(),
});

/** What is wrong with the properties of a provider resource. */
export function configFailures(properties: Values): Failure[] {
  const { error } = schema.safeParse(known(properties));
  return (error?.issues ?? []).flatMap((issue) => {
    const names = issue.code === "unrecognized_keys" ? issue.keys : [String(issue.path[0])];
    return names.map((property) => ({ property, reason: issue.message }));
  });
}

/** Reads the properties of a provider resource. */
export function providerConfig(properties: Values): ProviderConfig {
  const { project, region, defaultLabels, addPulumiAttributionLabel, ...rest } = schema.parse(known(properties));
  return {
    ...(project !== undefined && { project }),
    ...(region !== undefined && { region }),
    defaultLabels,
    attribution: addPulumiAttributionLabel,
    listsRegions: !rest.skipRegionValidation && project !== undefined && region !== undefined,
  };
}

/** The properties without the engine's own, and without those that are not known yet. */
function known(properties: Values): Values {
  const ours = Object.entries(properties).filter(([name]) => !["version", "pluginDownloadURL"].includes(name));
  return Object.fromEntries(ours.filter(([, value]) => !isUnknown(value)));
}
