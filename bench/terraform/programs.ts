import { existsSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";

/** The Terraform providers that are compared: their names in Terraform's registry, and the versions that were measured. */
export const PROVIDERS = {
  BerriAI: { source: "berriai/litellm", version: "0.4.0" },
  ncecere: { source: "ncecere/litellm", version: "2.0.1" },
} as const;

export type ProviderName = keyof typeof PROVIDERS;

/**
 * The Terraform on the PATH.
 *
 * @throws {Error} if there is none.
 */
export async function terraform(): Promise<string> {
  const { failed } = await execa("terraform", ["version"], { reject: false, env: { CHECKPOINT_DISABLE: "1" } });
  if (failed) throw new Error("there is no terraform on the PATH");
  return "terraform";
}

/**
 * The folder of a provider's binary where LLM_GATEWAY_BENCH_PROVIDERS names a folder that holds one for each owner;
 * nothing where Terraform is to fetch it from its registry.
 */
export function providerFolder(name: ProviderName): string | undefined {
  const folder = join(process.env["LLM_GATEWAY_BENCH_PROVIDERS"] ?? "", name);
  return existsSync(join(folder, "terraform-provider-litellm")) ? folder : undefined;
}
