import * as z from "zod";

import { UserError } from "../toolchain/user-error.ts";
import type { Stack } from "./stack.ts";
import type { LoadBalanced } from "./verify/deployment.ts";

const holder = z.object({
  /** Alias of its virtual key. */
  alias: z.string(),
  models: z.array(z.string()),
  /** USD in one `budgetDuration`: Sagewai's budget, and LiteLLM's. */
  budget: z.number(),
  /** What Sagewai's agents do once `budget` is spent. */
  softAction: z.string(),
  hardBudget: z.number(),
  budgetDuration: z.string(),
  /** The beginning of its key's SHA-256. */
  hash: z.string(),
  generation: z.number(),
  /** When its key expires, as ISO 8601. */
  expires: z.string().optional(),
});

/** Entries by name, as a list of entries with their names. */
function byName<Entry extends z.ZodType<object>>(entry: Entry) {
  return z
    .record(z.string(), entry)
    .transform((entries) => Object.entries(entries).map(([name, value]) => ({ name, ...value })));
}

const outputs = z.object({
  /** `clients`: the way in for clients outside the cluster, and for administrators if they have one. */
  gateway: z.object({
    url: z.string(),
    logs: z.string(),
    clients: z.object({ url: z.string(), adminUrl: z.string().optional() }).optional(),
  }),
  admin: z.object({ url: z.string(), email: z.string(), logs: z.string() }),
  /** `mocked`: LiteLLM answers itself, because the key of a deployment's provider is not set. */
  models: byName(
    z.object({
      mocked: z.boolean(),
      /** Each with the id that it has in LiteLLM. */
      deployments: z.array(z.object({ id: z.string(), model: z.string(), provider: z.string(), mocked: z.boolean() })),
    }),
  ),
  /** None in a stack that was brought up before there were teams. */
  teams: byName(
    z.object({
      models: z.array(z.string()),
      /** USD in one `budgetDuration` of all its projects together. Default: no limit. */
      budget: z.number().optional(),
      hardBudget: z.number().optional(),
      budgetDuration: z.string(),
      tpmLimit: z.number().optional(),
      rpmLimit: z.number().optional(),
      /** The names of its projects. */
      projects: z.array(z.string()),
    }),
  ).prefault({}),
  projects: byName(
    holder.extend({
      team: z.string().optional(),
      /** What Sagewai notes as its environment. */
      environment: z.string(),
      /** The model of its agents in Sagewai that name none; nothing where its models are patterns. */
      defaultModel: z.string().optional(),
    }),
  ),
  pools: byName(
    holder.extend({
      /** Slug of the Sagewai project whose tasks its workers take. */
      project: z.string().optional(),
      replicas: z.number(),
      labels: z.record(z.string(), z.string()),
      logs: z.string(),
    }),
  ),
  /** What platform gcp says of itself; empty on the others. */
  cloud: z.object({ cluster: z.string().optional() }).default({}),
});

const access = z.union([
  z.object({ url: z.string() }),
  z.object({
    kubeconfig: z.string().optional(),
    context: z.string().optional(),
    namespace: z.string(),
    service: z.string(),
    port: z.number(),
  }),
]);

const secrets = z.object({
  /** The ways from this machine to the services: secret where they hold credentials. */
  access: z.object({ gateway: access, admin: access }),
  masterKey: z.string(),
  adminToken: z.string(),
  adminPassword: z.string(),
  /** Virtual keys by alias. */
  keys: z.record(z.string(), z.string()),
});

/** What the program exports for people and for this project's commands. */
export type StackOutputs = z.output<typeof outputs>;
export type SecretStackOutputs = StackOutputs & z.output<typeof secrets>;

/** @throws {UserError} if the stack is not up. */
export async function readOutputs(stack: Stack): Promise<StackOutputs> {
  return parse(outputs, stack, await read(stack));
}

/** All outputs, with the secrets in plain text. @throws {UserError} if the stack is not up. */
export async function readSecretOutputs(stack: Stack): Promise<SecretStackOutputs> {
  return parse(outputs.extend(secrets.shape), stack, await read(stack, "--show-secrets"));
}

/** The Services behind a load balancer of platform gcp, by who calls them; undefined where there is none. */
export function loadBalancedServices({ cloud, gateway, access }: SecretStackOutputs): LoadBalanced | undefined {
  if (cloud.cluster === undefined || !gateway.clients || !("namespace" in access.gateway)) return undefined;
  const clients = access.gateway;
  const administrators = { ...clients, service: `${clients.service}-admin` };
  return { clients, ...(gateway.clients.adminUrl !== undefined && { administrators }) };
}

function parse<T>(schema: z.ZodType<T>, { name }: Stack, values: unknown): T {
  const { success, data } = schema.safeParse(values);
  if (success) return data;
  throw new UserError(
    `The stack ${name} is only partly up, or was brought up by another version of this project: bring it up again, with \`npm start\` or \`npm run pulumi -- up --stack ${name}\`.`,
  );
}

async function read(stack: Stack, ...options: string[]): Promise<unknown> {
  const text = await stack.capture("stack", "output", "--json", "--stack", stack.name, ...options);
  const values = JSON.parse(text) as object;
  if (Object.keys(values).length === 0) {
    throw new UserError(
      `The stack ${stack.name} is not up; run \`npm start\`, or \`npm run pulumi -- up --stack ${stack.name}\`.`,
    );
  }
  return values;
}
