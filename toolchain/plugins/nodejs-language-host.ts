import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import type * as wire from "@pulumi/pulumi/proto/language_pb.js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import type { PackageDependency } from "@pulumi/pulumi/proto/plugin_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { offerProviders } from "./offers.ts";
import { servePlugin, unary } from "./plugin-process.ts";
import { type PluginCall, runPolicyPack } from "./policy-pack.ts";

/** The exit code of a program that has shown its error to the user itself. */
const ALREADY_REPORTED = 32;

const [engineAddress = ""] = process.argv.slice(-1);
const running = new Set<ChildProcess>();
const withdrawOffers = await offerProviders();

/** Stands in for Pulumi's own `pulumi-language-nodejs`, which ships beside the official CLI: runs Node.js programs. */
await servePlugin(
  services.LanguageRuntimeService,
  {
    handshake: unary(async () => new messages.LanguageHandshakeResponse()),
    getPluginInfo: unary(async () => new plugins.PluginInfo().setVersion(`${sdkVersion}+offline`)),
    getRequiredPlugins: unary(async () => new messages.GetRequiredPluginsResponse()),
    getRequiredPackages: unary(getRequiredPackages),
    getProgramDependencies: unary(async () => new messages.GetProgramDependenciesResponse()),
    about: unary(async () => new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    run: unary(run),
    runPlugin,
    cancel: unary(async () => {
      stopPrograms();
      return new empty.Empty();
    }),
  },
  () => {
    withdrawOffers();
    stopPrograms();
  },
);

/** Every installed package of a provider, as Pulumi's own says, whether the program uses it or not. */
async function getRequiredPackages(
  request: wire.GetRequiredPackagesRequest,
): Promise<wire.GetRequiredPackagesResponse> {
  const scope = join(request.getInfo()?.getProgramDirectory() ?? "", "node_modules", "@pulumi");
  const names = await readdir(scope).catch(() => []);
  const packages = await Promise.all(names.map((name) => providerOf(join(scope, name, "package.json"))));
  return new messages.GetRequiredPackagesResponse().setPackagesList(packages.flat());
}

/** The plugin that a package says it needs. */
async function providerOf(manifest: string): Promise<PackageDependency[]> {
  const { name, pulumi } = JSON.parse(await readFile(manifest, "utf8").catch(() => "{}")) as {
    name?: string;
    pulumi?: { resource?: boolean; name?: string; version?: string };
  };
  if (name === undefined || pulumi?.resource !== true) return [];
  const dependency = new plugins.PackageDependency().setKind("resource").setVersion(pulumi.version ?? "");
  return [dependency.setName(pulumi.name ?? name.replace("@pulumi/", ""))];
}

async function run(request: wire.RunRequest): Promise<wire.RunResponse> {
  const info = request.getInfo();
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as { nodeargs?: string; typescript?: boolean };
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const entry = info?.getEntryPoint() ?? ".";
  const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const args = [
    ...(options.nodeargs?.split(" ").filter(Boolean) ?? []),
    runner,
    ...["--monitor", request.getMonitorAddress(), "--engine", engineAddress],
    ...["--project", request.getProject(), "--stack", request.getStack()],
    ...["--root-directory", info?.getRootDirectory() ?? folder, "--pwd", request.getPwd()],
    ...["--parallel", String(request.getParallel())],
    ...(request.getOrganization() === "" ? [] : ["--organization", request.getOrganization()]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    entry === "." ? folder : join(folder, entry),
  ];
  const child = spawn(process.execPath, args, {
    cwd: request.getPwd(),
    // The engine shows what this process writes, so what the program writes as well.
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      ...(options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    },
  });
  running.add(child);
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  running.delete(child);

  const response = new messages.RunResponse();
  if (code === ALREADY_REPORTED) return response.setBail(true);
  if (code === 0) return response;
  return response.setError(`the program ended with ${signal ?? `exit code ${String(code)}`}`);
}

/** Of what the engine can start through a language host, this project has a policy pack only. */
function runPlugin(call: PluginCall): void {
  const kind = call.request.getKind();
  const run =
    kind === "analyzer" ? runPolicyPack(call, running) : Promise.reject(new Error(`no plugin of kind ${kind}`));
  run.catch((error: unknown) => call.destroy(error as Error));
}

function stopPrograms(): void {
  for (const child of running) child.kill();
}
