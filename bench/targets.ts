import { costOf, FEW, medianRatio } from "./fixed-cost-report.ts";
import { type ContenderName, type FixedCost, type Operation, type Results, secondsOf, sizes } from "./results.ts";

/** The numbers of keys at which this package is held against the others. */
const [SOME, MANY] = [200, 1000];

const TERRAFORM: readonly ContenderName[] = ["BerriAI", "ncecere"];

/** What this package promises, and what was measured. */
export interface Target {
  promise: string;
  /** What was measured, for people. */
  measured: string;
  /** Nothing if this run did not measure what it takes. */
  met: boolean | undefined;
}

/** All promises of this package, each held against the measurements of one run. */
export function targets(results: Results): Target[] {
  return [
    ratio(results, "create", SOME, 1),
    ratio(results, "create", MANY, 1),
    // As people run them: `terraform plan` reads every key, `pulumi preview` none.
    ratio(results, "preview", MANY, 0.5, "previewRefresh"),
    ratio(results, "raise", MANY, 1),
    noCallPerKey(results),
    destroyedGateway(results),
    growth(results),
    judged("state per key at most 2 KB", stateOf(results), 2000, (bytes) => `${(bytes / 1000).toFixed(1)} KB`),
    fixed(results, "preview", `preview without a change of ${FEW} keys in at most 1.5 × the processor time`),
    fixed(results, "up", `up without a change of ${FEW} keys in at most 1.5 × the processor time`),
    fixed(results, "start", "the first resource of a preview after at most 1.5 × the time"),
    judged(`peak memory with ${FEW} keys at most 565 MB`, memoryOf(results), 565, (value) => `${value} MB`),
  ];
}

/** The shorter time of the Terraform providers that could do it. */
export function fasterTerraform(results: Results, operation: Operation, keys: number): number | undefined {
  const times = TERRAFORM.map((contender) => secondsOf(results, contender, operation, keys));
  const done = times.filter((time) => time !== undefined);
  return done.length === 0 ? undefined : Math.min(...done);
}

/** @param theirOperation What Terraform's command does. Default: the same. */
function ratio(
  results: Results,
  operation: Operation,
  keys: number,
  most: number,
  theirOperation: Operation = operation,
): Target {
  const ours = secondsOf(results, "this package", operation, keys);
  const theirs = fasterTerraform(results, theirOperation, keys);
  const measured = ours === undefined || theirs === undefined ? undefined : ours / theirs;
  const promise = `${operation} ${count(keys)} in at most ${most} × the time of the faster Terraform provider`;
  return judged(promise, measured, most, (value) => `${value.toFixed(2)} × (${seconds(ours)} / ${seconds(theirs)})`);
}

function noCallPerKey({ figures }: Results): Target {
  const counts = figures.map(({ keyDeletes }) => keyDeletes).filter((count) => count !== undefined);
  const calls = counts.length === 0 ? undefined : Math.max(...counts);
  return judged("destroying the whole gateway makes no call per key", calls, 0, (value) => `${value} calls`);
}

function destroyedGateway(results: Results): Target {
  const ours = secondsOf(results, "this package", "destroyGateway", MANY);
  const theirs = fasterTerraform(results, "destroy", MANY);
  return judged(
    `destroy a gateway with ${count(MANY)} keys in at most 0.1 × the time in which Terraform destroys the keys alone`,
    ours === undefined || theirs === undefined ? undefined : ours / theirs,
    0.1,
    (value) => `${value.toFixed(2)} × (${seconds(ours)} / ${seconds(theirs)})`,
  );
}

function growth(results: Results): Target {
  const small = secondsOf(results, "this package", "create", SOME);
  const large = secondsOf(results, "this package", "create", MANY);
  const measured = small === undefined || large === undefined ? undefined : large / small;
  return judged(
    `creating ${count(MANY)} takes at most 6 times as long as creating ${SOME}`,
    measured,
    6,
    (value) => `${value.toFixed(1)} times`,
  );
}

function stateOf(results: Results): number | undefined {
  const largest = sizes(results).at(-1);
  return results.state.find(({ contender, keys }) => contender === "this package" && keys === largest)?.bytes;
}

/** The most that commands about keys held, of a gateway with few. */
function memoryOf({ figures }: Results): number | undefined {
  const own = figures.filter(({ contender, keys, operation }) => {
    return contender === "this package" && keys === FEW && operation !== "destroyGateway";
  });
  const seen = own.flatMap(({ megabytes }) => (megabytes === undefined ? [] : [megabytes]));
  return seen.length === 0 ? undefined : Math.max(...seen);
}

function fixed(results: Results, command: FixedCost["command"], promise: string): Target {
  const found = results.fixed.find((one) => one.command === command);
  return judged(
    `${promise} of an empty program`,
    found && medianRatio(found, costOf),
    1.5,
    (value) => `${value.toFixed(2)} ×`,
  );
}

function judged(
  promise: string,
  measured: number | undefined,
  most: number,
  show: (measured: number) => string,
): Target {
  if (measured === undefined) return { promise, measured: "not measured", met: undefined };
  return { promise, measured: show(measured), met: measured <= most };
}

function seconds(value: number | undefined): string {
  return value === undefined ? "–" : `${value.toFixed(1)} s`;
}

function count(keys: number): string {
  return keys.toLocaleString("en-US");
}
