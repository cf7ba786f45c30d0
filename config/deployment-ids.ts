import { createHash } from "node:crypto";

import type { Deployment } from "./schema/models.ts";

/**
 * An id for each deployment, under which LiteLLM keeps its price, its failures and what it has answered. Without one,
 * LiteLLM makes it of everything that a deployment says, its key included: a new price or key would be another
 * deployment, and two that differ in nothing but their price would be one.
 */
export function deploymentIds(
  models: readonly Pick<Deployment, "name" | "model" | "provider" | "apiBase" | "apiVersion" | "region" | "location">[],
): string[] {
  const seen = new Map<string, number>();
  return models.map(({ name, model, provider, apiBase, apiVersion, region, location }) => {
    const place = { apiVersion, region, location };
    const isPlaced = Object.values(place).some((part) => part !== undefined);
    const whatItIs = JSON.stringify([name, model, provider, apiBase, ...(isPlaced ? [place] : [])]);
    const before = seen.get(whatItIs) ?? 0;
    seen.set(whatItIs, before + 1);
    return createHash("sha256")
      .update(JSON.stringify([whatItIs, before]))
      .digest("hex");
  });
}
