import { access, constants, rename } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import { execa } from "execa";

import { cached, cacheFolder } from "../cache.ts";
import { notice } from "../progress.ts";
import { UserError } from "../user-error.ts";
import { canDownload } from "./downloads.ts";
import { offlineDistribution, project } from "./offline-distribution.ts";

/** The version that is brought where there is none: that of the SDK, of the official installer and of `go/go.mod`. */
export const BROUGHT = sdkVersion;

/** The oldest version that runs the project. */
const OLDEST = "3.255.0";

const INSTALLER = "https://get.pulumi.com/install.sh";
const GO_MODULE = join(import.meta.dirname, "go");

/** The Pulumi CLI. */
export interface PulumiCli {
  /** Absolute path of the executable. */
  path: string;
  /** Whether it is Pulumi's own build, with the Node.js language host next to it. */
  official: boolean;
}

let found: Promise<PulumiCli> | undefined;

/**
 * Absolute path of a Pulumi CLI that runs this project: the one on PATH if it is 3.255.0 or newer, else the official
 * one, else one built from Go modules. What was once brought is kept in the cache, so that later calls touch no network.
 *
 * @throws UserError when there is none by any of these ways; it says what failed in each.
 */
export async function pulumiCli(): Promise<string> {
  return (await findPulumiCli()).path;
}

/** Like {@link pulumiCli}, and says what kind it is. */
export function findPulumiCli(): Promise<PulumiCli> {
  found ??= find();
  return found;
}

async function find(): Promise<PulumiCli> {
  const reasons: string[] = [];
  const own = await onPath(reasons);
  if (own) return { path: own, official: true };

  const official = join(cacheFolder, `pulumi-${BROUGHT}`, "bin", "pulumi");
  const built = join(cacheFolder, `pulumi-${BROUGHT}-go`, "pulumi");
  if (await isExecutable(official)) return { path: official, official: true };
  if (!(await isExecutable(built)) && (await attempt("official installer", install, reasons))) {
    return { path: official, official: true };
  }
  if ((await isExecutable(built)) || (await attempt("build from Go modules", build, reasons))) {
    notice(`Pulumi CLI ${BROUGHT} built from Go modules, with the Node.js language host of this project`);
    return { path: await offlineDistribution(built, BROUGHT), official: false };
  }
  throw new UserError(
    [
      "There is no Pulumi CLI, and none could be brought:",
      ...reasons.map((reason) => `  - ${reason}`),
      `Install the Pulumi CLI ${OLDEST} or newer (https://www.pulumi.com/docs/install/), or Go 1.26 or newer, and try again.`,
    ].join("\n"),
  );
}

async function onPath(reasons: string[]): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, "pulumi");
    if (folder === "" || folder.startsWith(project) || !(await isExecutable(path))) continue;
    const { stdout } = await execa(path, ["version"], { reject: false, env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
    if (isNewEnough(stdout)) return path;
    reasons.push(`on PATH: ${path} is version ${stdout.trim() || "unknown"}, older than ${OLDEST}`);
  }
  if (reasons.length === 0) reasons.push("on PATH: no pulumi");
  return undefined;
}

/** Whether the output of `pulumi version` names a version that runs the project. */
export function isNewEnough(version: string): boolean {
  const numbers = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim())?.slice(1).map(Number);
  if (!numbers) return false;
  const [major = 0, minor = 0] = numbers;
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST.split(".").map(Number);
  return major === oldestMajor && minor >= oldestMinor;
}

async function attempt(way: string, bring: () => Promise<unknown>, reasons: string[]): Promise<boolean> {
  try {
    await bring();
    return true;
  } catch (error) {
    reasons.push(`${way}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function install(): Promise<void> {
  await canDownload(INSTALLER);
  await cached(`pulumi-${BROUGHT}`, `Installing the Pulumi CLI ${BROUGHT}`, async (folder) => {
    // The SDK's automation API takes half a second to load, which only this way needs.
    const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
    const download = join(folder, "download");
    await PulumiCommand.install({ root: download });
    await rename(join(download, "bin"), join(folder, "bin"));
  });
}

async function build(): Promise<void> {
  const go = await execa("go", ["version"], { reject: false });
  if (go.failed) throw new Error("there is no go on PATH");
  const title = `Building the Pulumi CLI ${BROUGHT} from Go modules (about 4 minutes, once)`;
  await cached(`pulumi-${BROUGHT}-go`, title, async (folder) => {
    const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${BROUGHT}`;
    const unfinished = join(folder, "pulumi.unfinished");
    const args = ["-mod=readonly", "-ldflags", `-s -w ${version}`, "-o", unfinished];
    const { failed, stderr } = await execa("go", ["build", ...args, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"], {
      cwd: GO_MODULE,
      env: { GOWORK: "off", GOFLAGS: "" },
      reject: false,
    });
    if (failed) throw new Error(`${go.stdout} failed:\n${stderr.split("\n").slice(-5).join("\n")}`);
    await rename(unfinished, join(folder, "pulumi"));
  });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
