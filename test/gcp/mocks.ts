import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "../../components/gcp/place.ts";
import type { Registered } from "../program/deploy.ts";
import { takeHooks } from "../program/mocked-hooks.ts";

/** What Pulumi puts in place of a secret's value, in messages between its parts. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** A resource as a program registers it, with those of its options that say what may become of it. */
export interface RegisteredWithOptions extends Registered {
  protect: boolean;
  /** As `type name`: what is made before it, and deleted after it. */
  dependsOn: string[];
  /** As `type name`: what takes it along. */
  deletedWith?: string;
  ignoreChanges: string[];
  /** The properties that it is recreated for, whatever its plugin says. */
  replaceOnChanges: string[];
  /** Whether Pulumi forgets it where it would delete it. */
  retainOnDelete: boolean;
  /** What it is recreated for, when that changes. */
  replacementTrigger?: unknown;
  /** How long it may take, as durations; empty ones are the plugin's own. */
  timeouts: { create: string; update: string; delete: string };
}

/**
 * What `make` registers under Pulumi's mocks, each after what it depends on: secrets as `[secret]`, an id as `{id of
 * <name>}`, any other computed property that somebody may read as `{<property> of <name>}`.
 *
 * @param computed Computed properties that have to look real, by resource.
 * @param invoked What a function of a provider returns, by its token.
 */
export async function registered(
  make: () => unknown,
  computed: (resource: Registered) => Record<string, unknown> = () => ({}),
  invoked: (token: string, inputs: object) => Record<string, unknown> | undefined = () => undefined,
): Promise<RegisteredWithOptions[]> {
  const inputs = new Map<string, Record<string, unknown>>();
  const resources: RegisteredWithOptions[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs: given }) {
        const resource = { type, name, inputs: plain(given) as Record<string, unknown> };
        inputs.set(`${type} ${name}`, resource.inputs);
        const defaults = Object.fromEntries(
          ["name", "selfLink", "address", "email", "uniqueId", "member", "result"].map((key) => [
            key,
            `{${key} of ${name}}`,
          ]),
        );
        return { id: `{id of ${name}}`, state: { ...defaults, ...(given as object), ...computed(resource) } };
      },
      call({ token, inputs: given }) {
        const result = invoked(token, given as object);
        if (result) return result;
        throw new Error(`unexpected invoke of ${token}`);
      },
    },
    "llm-gateway",
    "test",
  );
  takeHooks();
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor) throw new Error("Pulumi's mocks have no monitor");
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = ((...args: Parameters<typeof registerResource>) => {
    const [request] = args;
    const timeouts = request.getCustomtimeouts();
    const options = {
      protect: request.getProtect() ?? false,
      dependsOn: request.getDependenciesList().map(typeAndName),
      ...(request.getDeletedwith() && { deletedWith: typeAndName(request.getDeletedwith()) }),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      retainOnDelete: request.getRetainondelete() ?? false,
      ...(request.hasReplacementTrigger() && {
        replacementTrigger: request.getReplacementTrigger()?.toJavaScript() as unknown,
      }),
      timeouts: {
        create: timeouts?.getCreate() ?? "",
        update: timeouts?.getUpdate() ?? "",
        delete: timeouts?.getDelete() ?? "",
      },
    };
    const [type, name] = [request.getType(), request.getName()];
    const reply = registerResource(...args);
    // The mocks see each resource before this call returns.
    resources.push({ type, name, inputs: inputs.get(`${type} ${name}`) ?? {}, ...options });
    return reply;
  }) as typeof registerResource;
  await make();
  await pulumi.runtime.disconnect();
  return resources;
}

/** The only resource of a type whose name ends so. */
export function only<T extends Registered>(resources: T[], type: string, nameEnd = ""): T {
  const found = resources.filter((resource) => resource.type === type && resource.name.endsWith(nameEnd));
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`${found.length} of ${type} *${nameEnd}`);
  return first;
}

/** All that one resource waits for, as `type name`: what is made before it, and deleted after it. */
export function dependenciesOf(resources: RegisteredWithOptions[], { type, name }: Registered): Set<string> {
  const byName = new Map(resources.map((resource) => [`${resource.type} ${resource.name}`, resource]));
  const found = new Set<string>();
  const visit = (id: string) => {
    for (const dependency of byName.get(id)?.dependsOn ?? []) {
      if (found.has(dependency)) continue;
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(`${type} ${name}`);
  return found;
}

/** A place to make things in; must be called within `make`, as its outputs belong to the mocks. */
export function place(overrides: Partial<GcpPlace> = {}): GcpPlace {
  return {
    name: "llm-gateway-test",
    project: "my-project",
    projectNumber: pulumi.output("123456789012"),
    region: "europe-west1",
    protect: true,
    highAvailability: true,
    services: [],
    ...overrides,
  };
}

function typeAndName(urn: string): string {
  const [, , types = "", name = ""] = urn.slice("urn:pulumi:".length - 1).split("::");
  return `${types.split("$").at(-1) ?? ""} ${name}`;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (SECRET in value) return "[secret]";
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => key !== "__provider" && item !== undefined)
      .map(([key, item]) => [key, plain(item)]),
  );
}
