import { execa } from "execa";

import { litellmSchema } from "../config/schema/services.ts";
import { pulumiCli } from "../toolchain/pulumi/cli.ts";
import { PROVIDERS } from "./terraform/programs.ts";

/** The versions of everything that is compared. */
export async function versions(): Promise<Record<string, string>> {
  const pulumi = await execa(await pulumiCli(), ["version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
  return {
    LiteLLM: litellmSchema.parse({}).version,
    PostgreSQL: "16",
    Pulumi: pulumi.stdout.trim().replace(/^v/, ""),
    "Node.js": process.versions.node,
    ...(await terraformVersions()),
  };
}

/** Nothing where there is no Terraform. */
async function terraformVersions(): Promise<Record<string, string>> {
  const { failed, stdout } = await execa("terraform", ["version", "-json"], {
    reject: false,
    env: { CHECKPOINT_DISABLE: "1" },
  });
  if (failed) return {};
  const { terraform_version } = JSON.parse(stdout) as { terraform_version: string };
  const providers = Object.entries(PROVIDERS).map(([owner, { version }]) => [`${owner}'s provider`, version] as const);
  return { Terraform: terraform_version, ...Object.fromEntries(providers) };
}
