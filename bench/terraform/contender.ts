import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { BUDGETS, hardBudget, KEYS, type Contender } from "../contender.ts";
import type { Proxy } from "../proxy.ts";
import { timed } from "../timed-command.ts";
import { type ProviderName, providerFolder, PROVIDERS, terraform } from "./programs.ts";

/** As many operations at once as this package makes calls. */
const PARALLELISM = "-parallelism=16";

/** Pulumi reads no resource that it isn't told to read; Terraform does, unless it is told not to. */
const UNREAD = "-refresh=false";

/** A plan that shows a change where there is none is no success. */
const FAIL_ON_CHANGE = "-detailed-exitcode";

/**
 * A Terraform provider of LiteLLM's keys, with its state in a file.
 *
 * @param folder Where its configuration and its state are kept; made if it isn't there.
 * @throws {Error} if Terraform or the provider can't be had.
 */
export async function terraformContender(name: ProviderName, proxy: Proxy, folder: string): Promise<Contender> {
  const program = await terraform();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "main.tf"), configuration(name));
  const settings = join(folder, "terraform.rc");
  const provider = providerFolder(name);
  await writeFile(settings, provider === undefined ? "" : overrides(name, provider));

  const env = {
    TF_CLI_CONFIG_FILE: settings,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    TF_VAR_api_base: proxy.url,
    TF_VAR_api_key: proxy.masterKey,
  };
  // A provider of one's own is used as it is; any other has to be fetched first.
  if (provider === undefined) await execa(program, ["init", "-input=false", "-no-color"], { cwd: folder, env });
  const run = (command: string, keys: number, budget: number, ...options: string[]) => {
    const variables = ["-var", `keys=${keys}`, "-var", `budget=${hardBudget(budget)}`];
    return timed(program, [command, "-no-color", "-input=false", PARALLELISM, ...variables, ...options], {
      cwd: folder,
      env,
    });
  };
  const yes = "-auto-approve";
  return {
    name,
    alias: (index) => `${name}-${index}`,
    operations: {
      create: (keys) => run("apply", keys, BUDGETS.before, yes),
      preview: (keys) => run("plan", keys, BUDGETS.before, UNREAD, FAIL_ON_CHANGE),
      previewRefresh: (keys) => run("plan", keys, BUDGETS.before, FAIL_ON_CHANGE),
      raise: (keys) => run("apply", keys, BUDGETS.after, yes, UNREAD),
      refresh: (keys) => run("apply", keys, BUDGETS.after, yes, "-refresh-only"),
      destroy: (keys) => run("destroy", keys, BUDGETS.after, yes, UNREAD),
    },
    // There is no state before the first key.
    state: () => readFile(join(folder, "terraform.tfstate"), "utf8").catch(() => ""),
  };
}

function overrides(name: ProviderName, folder: string): string {
  return `provider_installation {\n  dev_overrides {\n    "${PROVIDERS[name].source}" = "${folder}"\n  }\n}\n`;
}

function configuration(name: ProviderName): string {
  const { source, version } = PROVIDERS[name];
  return `terraform {
  required_providers {
    litellm = { source = "${source}", version = "${version}" }
  }
}

variable "api_base" {}
variable "api_key" { sensitive = true }
variable "keys" { type = number }
variable "budget" { type = number }

provider "litellm" {
  api_base = var.api_base
  api_key  = var.api_key
}

resource "litellm_key" "bench" {
  count           = var.keys
  key_alias       = "${name}-\${count.index}"
  models          = ${JSON.stringify(KEYS.models)}
  max_budget      = var.budget
  budget_duration = "${KEYS.budgetDuration}"
  metadata        = { project = "${name}-\${count.index}" }
}
`;
}
