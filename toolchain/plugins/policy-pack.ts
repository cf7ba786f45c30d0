import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";

import { grpcServer, unary } from "./plugin-process.ts";

/** A call from the engine that is answered with what a program writes, until it ends. */
export type PluginCall = grpc.ServerWritableStream<RunPluginRequest, RunPluginResponse>;

const asItIs = (bytes: Buffer) => bytes;

/**
 * Runs a policy pack of Node.js as Pulumi's own language host does. The library of packs reads the stack's name and settings
 * from variables, which the engine tells only once it talks to the pack: so the engine first talks to a server here, which
 * starts the pack when it knows them, and passes everything else on, unread: the inputs of a whole stack come by.
 */
export async function runPolicyPack(call: PluginCall, running: Set<ChildProcess>): Promise<void> {
  let client: Promise<grpc.Client> | undefined;
  const started = (stack?: Buffer) => (client ??= start(call, running, stack));
  const { handshake, configureStack, ...others } = services.AnalyzerService;
  const unread = { requestDeserialize: asItIs, responseSerialize: asItIs };
  const server = grpcServer(
    Object.fromEntries(
      Object.entries({ handshake, configureStack, ...others }).map(([name, method]) => [
        name,
        { ...method, ...unread } as unknown as grpc.MethodDefinition<Buffer, Buffer>,
      ]),
    ),
    {
      ...Object.fromEntries(
        Object.entries(others).map(([name, { path }]) => [
          name,
          unary(async (request: Buffer) => passOn(await started(), path, request)),
        ]),
      ),
      handshake: unary(async () => Buffer.from(new messages.AnalyzerHandshakeResponse().serializeBinary())),
      configureStack: unary(async (stack: Buffer) => passOn(await started(stack), configureStack.path, stack)),
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  call.on("cancelled", () => {
    server.forceShutdown();
  });
  call.write(new language.RunPluginResponse().setStdout(Buffer.from(`${port}\n`)));
}

async function passOn(client: grpc.Client, path: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, asItIs, asItIs, request, (error, response) => {
      if (error) reject(new Error(error.details));
      else resolve(response ?? Buffer.of());
    });
  });
}

/** Starts the pack, and returns the way to it once it serves. */
async function start(call: PluginCall, running: Set<ChildProcess>, stack: Buffer | undefined): Promise<grpc.Client> {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, ...request.getArgsList(), folder], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Object.fromEntries(request.getEnvList().map(variable)), ...variablesOf(stack) },
  });
  running.add(child);
  call.on("cancelled", () => child.kill());
  child.stderr.on("data", (text: Buffer) => call.write(new language.RunPluginResponse().setStderr(text)));
  const ended = once(child, "exit").then(([code]) => {
    running.delete(child);
    call.write(new language.RunPluginResponse().setExitcode((code as number | null) ?? 1));
    call.end();
    return undefined;
  });
  const lines = createInterface(child.stdout);
  // The first line says where the pack serves; the engine shows the others.
  const first = once(lines, "line") as Promise<[string]>;
  first.then(
    () => lines.on("line", (line) => call.write(new language.RunPluginResponse().setStdout(Buffer.from(`${line}\n`)))),
    () => undefined,
  );
  const port = (await Promise.race([first, ended]))?.[0];
  if (port === undefined) throw new Error("the policy pack ended before it served anything");
  return new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
}

function variable(text: string): [string, string] {
  const end = text.indexOf("=");
  return [text.slice(0, end), text.slice(end + 1)];
}

/** What the pack's library and Pulumi's SDK read of the stack. */
function variablesOf(bytes: Buffer | undefined): Record<string, string> {
  if (bytes === undefined) return {};
  const stack = messages.AnalyzerStackConfigureRequest.deserializeBinary(bytes);
  return {
    PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
    PULUMI_NODEJS_PROJECT: stack.getProject(),
    PULUMI_NODEJS_STACK: stack.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(stack.getConfigMap().entries())),
  };
}
