import { createHash } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { cached } from "../../toolchain/cache.ts";
import { UserError } from "../../toolchain/user-error.ts";

const MODULE = join(import.meta.dirname, "control-plane");

/** Where Go looks for modules and keeps what it compiled is its own business; everything else is fixed here. */
const GO = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local", GOWORK: "off" };

/** Go 1.26 is what Kubernetes 1.37 needs. */
const OLDEST_GO = [1, 26] as const;

/** What the Go module in `control-plane/` builds. */
export interface ControlPlane {
  /** The executable; its first argument names a component. */
  executable: string;
  /** kwok's rules for nodes and pods. */
  stages: string;
  /** The definition of kwok's ClusterPortForward. */
  portForwards: string;
}

/**
 * The control plane, built on first use: 7 to 12 minutes on two cores.
 *
 * @throws UserError where Go 1.26 or newer is missing, or the build fails.
 */
export async function controlPlane(): Promise<ControlPlane> {
  const sources = await Promise.all((await readdir(MODULE)).sort().map((name) => readFile(join(MODULE, name), "utf8")));
  const hash = createHash("sha256").update(sources.join("\0")).digest("hex").slice(0, 16);
  const title = "Building a Kubernetes control plane from Go modules (about 10 minutes, once)";
  const folder = await cached(`control-plane-${hash}`, title, build);
  return {
    executable: join(folder, "control-plane"),
    stages: join(folder, "stages.yaml"),
    portForwards: join(folder, "port-forwards.yaml"),
  };
}

async function build(folder: string): Promise<void> {
  await requireGo();
  const executable = join(folder, "control-plane");
  const unfinished = `${executable}.unfinished`;
  const args = ["build", "-p", "2", "-trimpath", "-buildvcs=false", "-ldflags", await linkerFlags(), "-o", unfinished];
  const { failed, stderr } = await execa("go", [...args, "."], { cwd: MODULE, env: GO, reject: false });
  if (failed) throw new UserError(`go build of ${MODULE} failed:\n${stderr.split("\n").slice(-10).join("\n")}`);
  await rename(unfinished, executable);
  const print = async (what: string) => (await execa(executable, [what])).stdout;
  await writeFile(join(folder, "stages.yaml"), await print("kwok-stages"));
  await writeFile(join(folder, "port-forwards.yaml"), await print("kwok-port-forwards"));
}

async function requireGo(): Promise<void> {
  const { stdout, failed } = await execa("go", ["env", "GOVERSION"], { env: GO, reject: false });
  const [major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  if (!failed && (major > OLDEST_GO[0] || (major === OLDEST_GO[0] && minor >= OLDEST_GO[1]))) return;
  const found = failed ? "there is no go on PATH" : `the go on PATH is ${stdout}`;
  const wanted = OLDEST_GO.join(".");
  throw new UserError(
    `The tests against a Kubernetes control plane build it with Go ${wanted} or newer, but ${found}. Install it from https://go.dev/dl/.`,
  );
}

/** The version is Kubernetes' own only if the linker is told: clients ask the API server for it. */
async function linkerFlags(): Promise<string> {
  const [, version, minor] =
    / k8s\.io\/kubernetes (v1\.(\d+)\.\d+)/.exec(await readFile(join(MODULE, "go.mod"), "utf8")) ?? [];
  if (version === undefined || minor === undefined) throw new Error(`${MODULE}/go.mod requires no k8s.io/kubernetes`);
  const values = { gitVersion: version, gitMajor: "1", gitMinor: minor };
  const flags = Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ["-s -w", ...flags].join(" ");
}
