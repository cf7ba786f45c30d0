// A run of the engine would have a process of Node.js for each offline plugin, with 85 MB and 0.2 s of a processor. So the
// language host, which the engine starts before any of them, offers to serve their providers as well: it listens on ports, and
// says so in files `<provider>.<port>` that the plugins' launchers look for (offered.sh). A launcher removes the file that it
// takes, so each port serves one provider of the engine, and then only lives as long as the engine wants the plugin to. Where
// nothing is offered, as where the host is Pulumi's own, more is wanted than that, or a host was killed, it starts a process.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";

import grpc from "@grpc/grpc-js";

import { OFFLINE_PROVIDERS } from "./offline-providers.ts";
import { grpcServer } from "./plugin-process.ts";

/** Where the offers are: one folder `<engine>-<host>-<start of host>` for each host that serves. */
const OFFERS = join(import.meta.dirname, "../../node_modules/.cache/pulumi/offers");

/** How many providers of each kind are offered to the engine, which wants two where a provider's configuration changes. */
const EACH = 2;

/**
 * Offers the offline providers to the engine that started this process.
 *
 * @returns Withdraws what nobody has taken.
 */
export async function offerProviders(): Promise<() => void> {
  const start = startOf(process.pid);
  // Nothing tells the launchers there whether a host still lives.
  if (start === undefined) return () => undefined;
  const folder = join(OFFERS, `${process.ppid}-${process.pid}-${start}`);
  const names = Object.keys(OFFLINE_PROVIDERS).flatMap((name) => Array.from({ length: EACH }, () => name));
  const ports = await Promise.all(names.map(offer));
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [index, name] of names.entries()) writeFileSync(join(folder, `${name}.${ports[index] ?? 0}`), "");
  } catch {
    // A checkout that its user may not write to: each plugin gets a process.
  }
  sweep();
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Listens for the engine, and loads the provider when it connects. @returns The port. */
async function offer(name: string): Promise<number> {
  let provider: Promise<grpc.ConnectionInjector> | undefined;
  const server = createServer((connection) => {
    provider ??= providerServer(name);
    provider.then(
      (injector) => {
        injector.injectConnection(connection);
      },
      (error: unknown) => connection.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function providerServer(name: string): Promise<grpc.ConnectionInjector> {
  const { default: services } = await import("@pulumi/pulumi/proto/provider_grpc_pb.js");
  const { providerMethods } = await import("./provider-server.ts");
  const provider = await OFFLINE_PROVIDERS[name]?.();
  if (!provider) throw new Error(`there is no offline plugin ${name}`);
  const server = grpcServer(services.ResourceProviderService, providerMethods(provider));
  return server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
}

/** Removes what hosts that were killed have left. */
function sweep(): void {
  for (const name of readdirSync(OFFERS)) {
    const [, host = "", start] = name.split("-");
    if (startOf(Number(host)) !== start) rmSync(join(OFFERS, name), { recursive: true, force: true });
  }
}

/** When a process began, in clock ticks since the machine's start, which tells it from another one with its number; Linux only. */
function startOf(pid: number): string | undefined {
  try {
    // The command comes before in parentheses, and may hold spaces and parentheses itself.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
  } catch {
    return undefined;
  }
}
