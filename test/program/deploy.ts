import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { vi } from "vitest";
import * as yaml from "yaml";

import { yours } from "../config/stack.ts";
import { takeHooks } from "./mocked-hooks.ts";

/** What Pulumi puts in place of a secret's value, in messages between its parts. */
const SECRET = "4dabf18193072939515e22adb298388d";

export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

export interface Deployed {
  /** Everything that the program registers, by type and name. */
  resources: Registered[];
  /** The same as `type name`, each after what it depends on. */
  order: string[];
  /** The provider that each is made by, by `type name`; empty for one that Pulumi starts by itself. */
  providers: Record<string, string>;
  /** Those that Pulumi refuses to delete, as `type name`. */
  kept: Set<string>;
  outputs: Record<string, unknown>;
}

/**
 * Runs the whole program for a stack file under Pulumi's mocks: no engine, no plugin, nothing provisioned. It proves what
 * the program asks for; not what is secret, what an update replaces, or what a server accepts.
 *
 * @param secrets Sections, by full key, in place of the stack file's: above all those that only a person can add, because
 *   they are secret.
 * @param options.preview Whether it runs as in a preview. Default: as in an update.
 * @param options.name The stack's name. Default: that of its file.
 */
export async function deploy(
  stack: string,
  secrets: Record<string, unknown> = {},
  { preview = false, name = stack }: { preview?: boolean; name?: string } = {},
): Promise<Deployed> {
  const file = await readFile(join(import.meta.dirname, "../..", `Pulumi.${stack}.yaml`), "utf8");
  const { config } = yaml.parse(yours(file)) as { config: Record<string, unknown> };
  const entries = Object.entries({ ...config, ...secrets });
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])),
    // In the others, nothing may be secret.
    Object.keys(secrets).filter((key) => /:(providers|kubernetes|gcp)$/.test(key)),
  );
  const resources: Registered[] = [];
  const providers: Record<string, string> = {};
  const kept = new Set<string>();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, provider }) {
        providers[`${type} ${name}`] = provider ?? "";
        resources.push({ type, name, inputs: plain(inputs) as Record<string, unknown> });
        return { id: `${name}-id`, state: { ...(inputs as object), ...computed(type, name, inputs as object) } };
      },
      call({ token }) {
        if (token === "gcp:organizations/getProject:getProject") return { number: "123456789012" };
        if (token === "pulumi:pulumi:readStackResourceOutputs") return { outputs: {} };
        if (token === "gcp:sql/getCaCerts:getCaCerts") return { certs: [authorityOf("PostgreSQL")] };
        throw new Error(`unexpected invoke of ${token}`);
      },
    },
    "llm-gateway",
    name,
    preview,
    "organization",
  );
  takeHooks();
  noteProtected(kept);
  // What a machine needs to reach a cluster of Google's, and doesn't here: nothing is reached.
  vi.doMock("../../components/gcp/auth-plugin.ts", () => ({ gkeAuthPluginIsThere: () => Promise.resolve([]) }));
  vi.doMock("../../components/kubernetes/tunnel.ts", () => ({
    tunnel: ({ port }: { port: number }) => pulumi.output(port),
    localPort: () => 23_456,
  }));
  const outputs = (await import("../../index.ts")) as Record<string, unknown>;
  await pulumi.runtime.disconnect();
  const order = resources.map(({ type, name }) => `${type} ${name}`);
  resources.sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
  return { resources, order, providers, kept, outputs };
}

/** Notes what the program asks Pulumi to protect, of which mocks aren't told. */
function noteProtected(kept: Set<string>): void {
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor) throw new Error("Pulumi's mocks have no monitor");
  const register = monitor.registerResource.bind(monitor) as (
    request: RegisterResourceRequest,
    done: unknown,
  ) => unknown;
  monitor.registerResource = ((request: RegisterResourceRequest, done: unknown) => {
    if (request.getProtect()) kept.add(`${request.getType()} ${request.getName()}`);
    return register(request, done);
  }) as typeof monitor.registerResource;
}

/** What the real resources would compute. */
function computed(type: string, name: string, inputs: { metadata?: object }): Record<string, unknown> {
  if (type.startsWith("kubernetes:")) return { metadata: { name: `${name}-{hash}`, ...inputs.metadata } };
  if (type.startsWith("random:")) return { result: `{${name}}` };
  if (type.endsWith("sagewai:MasterKey")) return { keys: `{${name}}` };
  if (type.endsWith("local:Postgres")) return { port: 54321 };
  if (type.startsWith("gcp:")) return gcpComputed(type, name);
  return {};
}

/** What Google Cloud would compute, as far as something else is made of it. */
function gcpComputed(type: string, name: string): Record<string, unknown> {
  const common = ["name", "selfLink", "address", "email", "member"];
  const text = Object.fromEntries(common.map((property) => [property, `{${property} of ${name}}`]));
  switch (type) {
    case "gcp:container/cluster:Cluster":
      return { ...text, controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: "{endpoint}" } } };
    case "gcp:sql/databaseInstance:DatabaseInstance":
      return {
        ...text,
        pscServiceAttachmentLink: "{attachment}",
        connectionName: `{connection name of ${name}}`,
        dnsName: "{hostname of PostgreSQL}.",
        serverCaCerts: [authorityOf("PostgreSQL")],
      };
    case "gcp:memorystore/instance:Instance":
      return {
        ...text,
        endpoints: [
          {
            connections: [
              { pscAutoConnection: { connectionType: "CONNECTION_TYPE_PRIMARY", ipAddress: "{address of valkey}" } },
            ],
          },
        ],
        managedServerCas: [{ caCerts: [{ certificates: ["{certificate of valkey's authority}"] }] }],
      };
    case "gcp:certificateauthority/authority:Authority":
      return { ...text, pemCaCertificates: ["{certificate of the authority}"] };
    case "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig":
      return { ...text, uptimeCheckId: "{id of the uptime check}" };
    default:
      return text;
  }
}

function authorityOf(server: string): Record<string, string> {
  return { cert: `{certificate of the authority of ${server}}`, createTime: "2026-01-01T00:00:00Z" };
}

/**
 * The same value with secrets masked, keys in order, and without the provider's code, what is not set, and the text of
 * programs and of the request guard's rules, which their own files show better.
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (SECRET in value) return "[secret]";
  const entries = Object.entries(value).filter(([key, item]) => key !== "__provider" && item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, elsewhere(key) ?? plain(item)]),
  );
}

function elsewhere(file: string): string | undefined {
  if (file === "request_guard.json") return "[rules]";
  return file.endsWith(".py") ? "[program]" : undefined;
}
