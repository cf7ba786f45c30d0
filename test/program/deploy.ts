import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";

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
  outputs: Record<string, unknown>;
}

/**
 * Runs the whole program for a stack file under Pulumi's mocks: no engine, no plugin, nothing provisioned. It proves what
 * the program asks for; not what is secret, what an update replaces, or what a server accepts.
 *
 * @param secrets Sections, by full key, that only a person can add to the stack file, because they are secret.
 */
export async function deploy(stack: string, secrets: Record<string, unknown> = {}): Promise<Deployed> {
  const file = await readFile(join(import.meta.dirname, "../..", `Pulumi.${stack}.yaml`), "utf8");
  const { config } = yaml.parse(file) as { config: Record<string, unknown> };
  const entries = Object.entries({ ...config, ...secrets });
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])),
    Object.keys(secrets),
  );
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        resources.push({ type, name, inputs: plain(inputs) as Record<string, unknown> });
        return { id: `${name}-id`, state: { ...(inputs as object), ...computed(type, name, inputs as object) } };
      },
      call({ token }) {
        throw new Error(`unexpected invoke of ${token}`);
      },
    },
    "llm-gateway",
    stack,
  );
  const outputs = (await import("../../index.ts")) as Record<string, unknown>;
  await pulumi.runtime.disconnect();
  const order = resources.map(({ type, name }) => `${type} ${name}`);
  resources.sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
  return { resources, order, outputs };
}

/** What the real resources would compute. */
function computed(type: string, name: string, inputs: { metadata?: object }): Record<string, unknown> {
  if (type.startsWith("kubernetes:")) return { metadata: { name: `${name}-{hash}`, ...inputs.metadata } };
  if (type.startsWith("random:")) return { result: `{${name}}`, base64: `{${name}}`, b64Url: `{${name}}` };
  if (type.endsWith("local:Postgres")) return { port: 54321 };
  return {};
}

/**
 * The same value with secrets masked, keys in order, and without the provider's code, what is not set, and the text of
 * programs, which their own files show better.
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (SECRET in value) return "[secret]";
  const entries = Object.entries(value).filter(([key, item]) => key !== "__provider" && item !== undefined);
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, key.endsWith(".py") ? "[program]" : plain(item)]),
  );
}
