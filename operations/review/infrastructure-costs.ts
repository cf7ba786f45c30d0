import * as z from "zod";

import { dollars, signedDollars } from "./dollars.ts";
import type { Section } from "./document.ts";
import type { ResourceChange } from "./preview.ts";

/** When the prices were read: docs/gcp.md says where, and what isn't known of them. */
const PRICES_OF = "2026-11-24";

/** Hours that Google reckons a month with. */
const MONTH = 730;

/** US dollars an hour, in us-central1, without discounts. */
const HOUR = {
  cluster: 0.1,
  podCpu: 0.0445,
  podGib: 0.0049225,
  sqlCpu: 0.0413,
  sqlGb: 0.007,
  sqlSmall: 0.035,
  endpoint: 0.01,
  natAddress: 0.005,
  valkeyNode: 0.1425,
  // Three proxies at least.
  loadBalancer: 0.1,
  passthrough: 0.025,
};

/** US dollars a month. */
const FLAT = { diskGb: 0.17, cloudArmor: 7, authority: 20 };

const sql = z.object({
  settings: z.object({
    tier: z.string(),
    availabilityType: z.string().default("ZONAL"),
    diskSize: z.number().default(10),
  }),
});
const valkey = z.object({
  nodeType: z.string(),
  shardCount: z.number().default(1),
  replicaCount: z.number().default(0),
});
const requests = z.object({ cpu: z.union([z.string(), z.number()]), memory: z.string() });
const deployment = z.object({
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ resources: z.object({ requests }) })) }),
    }),
  }),
});

/** What a resource costs a month at rest, in US dollars; NaN where its price isn't known. */
const COSTS: Record<string, (inputs: unknown) => number> = {
  "gcp:sql/databaseInstance:DatabaseInstance": (inputs) => {
    const { tier, availabilityType, diskSize } = sql.parse(inputs).settings;
    return (machine(tier) * MONTH + diskSize * FLAT.diskGb) * (availabilityType === "REGIONAL" ? 2 : 1);
  },
  "gcp:memorystore/instance:Instance": (inputs) => {
    const { nodeType, shardCount, replicaCount } = valkey.parse(inputs);
    return nodeType === "STANDARD_SMALL" ? shardCount * (1 + replicaCount) * HOUR.valkeyNode * MONTH : Number.NaN;
  },
  "gcp:container/cluster:Cluster": () => HOUR.cluster * MONTH,
  "gcp:compute/forwardingRule:ForwardingRule": () => HOUR.endpoint * MONTH,
  "gcp:compute/routerNat:RouterNat": () => HOUR.natAddress * MONTH,
  "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy": () => FLAT.cloudArmor,
  "gcp:certificateauthority/authority:Authority": () => FLAT.authority,
  "kubernetes:gateway.networking.k8s.io/v1:Gateway": () => HOUR.loadBalancer * MONTH,
  "kubernetes:core/v1:Service": (inputs) => {
    const isBalanced = (inputs as { spec?: { type?: string } }).spec?.type === "LoadBalancer";
    return isBalanced ? HOUR.passthrough * MONTH : 0;
  },
  "kubernetes:apps/v1:Deployment": (inputs) => {
    const { replicas, template } = deployment.parse(inputs).spec;
    const hour = template.spec.containers.map(({ resources }) => {
      const { cpu, memory } = resources.requests;
      return quantity(String(cpu)) * HOUR.podCpu + (quantity(memory) / 2 ** 30) * HOUR.podGib;
    });
    return replicas * hour.reduce((sum, one) => sum + one, 0) * MONTH;
  },
};

/**
 * What the infrastructure on Google Cloud costs a month at rest, before and after, by component. Tokens, traffic and logs come
 * on top.
 */
export function costSection(resources: ResourceChange[]): Section | undefined {
  if (!resources.some(({ type }) => type.startsWith("gcp:"))) return undefined;
  const rows = resources.flatMap(({ operation, type, name, before, after }) => {
    const cost = COSTS[type];
    if (cost === undefined || operation === "same") return [];
    const [former, next] = [
      operation === "create" ? 0 : costOf(cost, before),
      operation === "delete" ? 0 : costOf(cost, after),
    ];
    return Math.abs(next - former) < 0.5 ? [] : [{ name: `${type.split(":").at(-1) ?? type} ${name}`, former, next }];
  });
  if (rows.length === 0) return undefined;
  const total = rows.reduce((sum, { former, next }) => sum + next - former, 0);
  return {
    title: `Infrastructure, a month at rest (list prices of ${PRICES_OF})`,
    blocks: [
      {
        kind: "table",
        head: ["component", "before", "after", "difference"],
        rows: [
          ...rows.map(({ name, former, next }) => [name, whole(former), whole(next), signedDollars(next - former, 0)]),
          ["together", "", "", signedDollars(total, 0)],
        ],
      },
    ],
  };
}

function costOf(cost: (inputs: unknown) => number, inputs: unknown): number {
  try {
    return cost(inputs);
  } catch {
    // Inputs that a later release has otherwise: unknown, and not nothing.
    return Number.NaN;
  }
}

/** US dollars an hour of a machine type of Cloud SQL, in one zone. */
function machine(tier: string): number {
  if (tier === "db-g1-small") return HOUR.sqlSmall;
  const [, cpus, megabytes] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
  return Number(cpus) * HOUR.sqlCpu + (Number(megabytes) / 1024) * HOUR.sqlGb;
}

const UNITS: Record<string, number> = {
  "": 1,
  m: 0.001,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** A quantity of Kubernetes: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/. */
function quantity(text: string): number {
  const [, count, unit = ""] = /^([\d.]+)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? Number.NaN);
}

function whole(amount: number): string {
  return dollars(amount, 0);
}
