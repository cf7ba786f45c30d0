import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { expect, it, vi } from "vitest";

import { project } from "../../toolchain/pulumi/offline-distribution.ts";
import { pluginEnvironment } from "../../toolchain/pulumi/plugins.ts";
import { VERSION } from "./gcp-plugin.ts";
import { gcpPlugin } from "./plugin-environment.ts";

it("the tests' plugin gcp does not start without the variable that tests set", async () => {
  const executable = join(import.meta.dirname, "pulumi-resource-gcp");
  const env = { ...process.env, GCP_STAND_IN_FOLDER: "" };
  const { exitCode, stderr } = await execa(executable, ["127.0.0.1:1"], { env, reject: false });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("only starts with GCP_STAND_IN_FOLDER, which tests set");
});

it("the tests' plugin gcp is found beside the other plugins, and never where deployments look", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cloud-"));
  vi.stubEnv("LLM_GATEWAY_OFFLINE", "1");
  const environment = await gcpPlugin({ folder });
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await expect(pluginEnvironment(["gcp", "kubernetes", "random", "postgresql"])).resolves.toEqual({});
  const plugin = join("plugins", `resource-gcp-v${VERSION}`, "pulumi-resource-gcp");
  await access(join(environment["PULUMI_HOME"] ?? "", plugin));
  const ofDeployments = join(project, "node_modules", ".cache", "pulumi", "home");
  await expect(access(join(ofDeployments, plugin))).rejects.toThrow("ENOENT");
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});
