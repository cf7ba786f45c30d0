import { access } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, expect, it, vi } from "vitest";

import { project } from "../../toolchain/pulumi/offline-distribution.ts";
import { pluginEnvironment } from "../../toolchain/pulumi/plugins.ts";
import { VERSION } from "./kubernetes-plugin.ts";
import { clusterPlugin } from "./plugin-environment.ts";

afterEach(() => vi.unstubAllEnvs());

it("the environment of the tests' plugin lets the product find the plugin installed, and never puts it where deployments look", async () => {
  const needs = ["kubernetes", "random", "postgresql"];
  vi.stubEnv("LLM_GATEWAY_OFFLINE", "1");
  const environment = await clusterPlugin();
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await expect(pluginEnvironment(needs)).resolves.toEqual({});

  const plugin = join("plugins", `resource-kubernetes-v${VERSION}`, "pulumi-resource-kubernetes");
  await access(join(environment["PULUMI_HOME"] ?? "", plugin));
  const ofDeployments = join(project, "node_modules", ".cache", "pulumi", "home");
  await expect(access(join(ofDeployments, plugin))).rejects.toThrow("ENOENT");
});
