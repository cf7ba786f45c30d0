/** What is timed, in the order in which it is done. */
export const OPERATIONS = [
  "create",
  "preview",
  "previewRefresh",
  "raise",
  "refresh",
  "destroy",
  "rotate",
  "destroyGateway",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What each operation is called in tables. */
export const TITLES: Record<Operation, string> = {
  create: "create all keys",
  preview: "preview without a change",
  previewRefresh: "the same, reading every key",
  raise: "raise all budgets",
  refresh: "refresh",
  destroy: "destroy all keys",
  rotate: "replace all keys by new ones",
  destroyGateway: "destroy the gateway with its keys",
};

/** Who is compared. */
export const CONTENDERS = ["raw API", "BerriAI", "ncecere", "this package"] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** What was measured of one operation. */
export interface Timing {
  /** Wall time. */
  seconds: number;
  /** Of processors, for all of its processes, where it is counted. */
  processorSeconds?: number;
  /** The most memory that its processes held at once, in MB. */
  megabytes?: number;
  /** Calls of the engine to delete keys, where they are counted. */
  keyDeletes?: number;
}

/** One operation of one contender with this many keys; no seconds where it failed. */
export interface Figure extends Partial<Timing> {
  contender: ContenderName;
  keys: number;
  operation: Operation;
  /** Why it failed, in its own words. */
  failure?: string;
}

/** What a command took that changed nothing, each time once of an empty program and once of this package's. */
export interface FixedCost {
  /** `start` is a preview up to the program's first resource. */
  command: "preview" | "up" | "start";
  rounds: { empty: Timing; ours: Timing }[];
}

/** Everything that one run measured. */
export interface Results {
  /** ISO 8601, in UTC. */
  date: string;
  machine: { processors: number; model: string; gigabytes: number; load: number };
  versions: Record<string, string>;
  /** Contenders that could not take part, and why. */
  skipped: Partial<Record<ContenderName, string>>;
  figures: Figure[];
  /** Bytes of state per key. */
  state: { contender: ContenderName; keys: number; bytes: number }[];
  /** Empty where this package did not take part. */
  fixed: FixedCost[];
}

/** Seconds of one operation, if they were measured. */
export function secondsOf(
  { figures }: Pick<Results, "figures">,
  contender: ContenderName,
  operation: Operation,
  keys: number,
): number | undefined {
  return figures.find((one) => one.contender === contender && one.operation === operation && one.keys === keys)
    ?.seconds;
}

/** The numbers of keys that were tried, the smallest first. */
export function sizes({ figures }: Pick<Results, "figures">): number[] {
  return [...new Set(figures.map(({ keys }) => keys))].sort((a, b) => a - b);
}
