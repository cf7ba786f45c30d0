import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { clusterPlugin } from "../kubernetes-plugin/plugin-environment.ts";
import { VERSION } from "./gcp-plugin.ts";
import type { CloudSettings } from "./test-cloud.ts";
import { CLOUD_FOLDER, TestCloud } from "./test-cloud.ts";

/**
 * The APIs of the made-up project before anything enables others: those of every new project, as far as they matter here
 * (https://cloud.google.com/service-usage/docs/enabled-service).
 */
const FROM_THE_START = [
  "cloudapis.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "servicemanagement.googleapis.com",
  "serviceusage.googleapis.com",
];

/** The folder of a cloud, and how it differs from an empty project. */
export type GcpPluginOptions = Partial<CloudSettings> & { folder: string };

/**
 * Variables with which the engine, and this project's own commands, find the stand-ins of the plugins `gcp` and
 * `kubernetes`, and what exists in the cloud ({@link TestCloud}), which is empty at first.
 */
export async function gcpPlugin({ folder, ...settings }: GcpPluginOptions): Promise<Record<string, string>> {
  TestCloud.create(folder, {
    project: "test-project",
    projectNumber: "123456789012",
    enabled: FROM_THE_START,
    ...settings,
  });
  const environment = await clusterPlugin();
  const plugin = join(environment["PULUMI_HOME"] ?? "", "plugins", `resource-gcp-v${VERSION}`);
  await mkdir(plugin, { recursive: true });
  const file = join(plugin, "pulumi-resource-gcp");
  const unfinished = `${file}.${process.pid}`;
  await rm(unfinished, { force: true });
  await symlink(join(import.meta.dirname, "pulumi-resource-gcp"), unfinished);
  await rename(unfinished, file);
  return { ...environment, [CLOUD_FOLDER]: folder };
}
