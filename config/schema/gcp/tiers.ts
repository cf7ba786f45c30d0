/** A machine type of Cloud SQL for PostgreSQL: https://cloud.google.com/sql/docs/postgres/instance-settings#machine-type-2ndgen. */
export interface Tier {
  /** In GB. */
  memory: number;
  edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
  /** Whether it shares its CPU with others: without an SLA, only for trials. */
  sharedCore: boolean;
  /** Days of write-ahead log that Cloud SQL keeps at most. */
  maxLogDays: number;
}

/** Machine types with a part of a CPU, and their memory in GB. */
const SHARED_CORES = new Map([
  ["db-f1-micro", 0.6],
  ["db-g1-small", 1.7],
]);

/** CPUs of the machine types of Enterprise Plus, and their memory in GB. */
const PERFORMANCE = new Map([
  ...[2, 4, 8, 16, 32, 48, 64, 80, 96].map((cpus) => [cpus, 8 * cpus] as const),
  [128, 864] as const,
]);

/**
 * Cloud SQL's default of max_connections by GB of memory, the largest first:
 * https://cloud.google.com/sql/docs/postgres/flags#postgres-m.
 */
const CONNECTIONS = [
  { memory: 120, connections: 1000 },
  { memory: 60, connections: 800 },
  { memory: 30, connections: 600 },
  { memory: 15, connections: 500 },
  { memory: 7.5, connections: 400 },
  { memory: 6, connections: 200 },
  { memory: 3.75, connections: 100 },
  { memory: 1.7, connections: 50 },
];
const FEWEST_CONNECTIONS = 25;

/** What is known of a machine type: `db-custom-2-7680`; undefined if there is none of that name. */
export function tierOf(name: string): Tier | undefined {
  const shared = SHARED_CORES.get(name);
  if (shared !== undefined) return { memory: shared, edition: "ENTERPRISE", sharedCore: true, maxLogDays: 7 };

  const custom = /^db-custom-([1-9]\d*)-([1-9]\d*)$/.exec(name);
  if (custom) {
    const [cpus, memory] = [Number(custom[1]), Number(custom[2]) / 1024];
    if (!isCustom(cpus, memory)) return undefined;
    return { memory, edition: "ENTERPRISE", sharedCore: false, maxLogDays: 7 };
  }

  const performance = PERFORMANCE.get(Number(/^db-perf-optimized-N-([1-9]\d*)$/.exec(name)?.[1]));
  if (performance === undefined) return undefined;
  return { memory: performance, edition: "ENTERPRISE_PLUS", sharedCore: false, maxLogDays: 35 };
}

/** Connections that a machine type accepts, unless told otherwise. */
export function defaultConnections({ memory }: Tier): number {
  return CONNECTIONS.find((row) => memory >= row.memory)?.connections ?? FEWEST_CONNECTIONS;
}

/** Whether Cloud SQL has a machine with this many CPUs and GB. */
function isCustom(cpus: number, memory: number): boolean {
  const cpusExist = cpus === 1 || (cpus % 2 === 0 && cpus <= 96);
  const memoryExists = memory >= 3.75 && Number.isInteger(memory * 4);
  // 0.9 to 6.5 GB for each CPU, in whole numbers.
  return cpusExist && memoryExists && 10 * memory >= 9 * cpus && 10 * memory <= 65 * cpus;
}
