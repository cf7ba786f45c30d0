// `npm run bench`: times virtual keys as code, next to Terraform; docs/performance.md says how to choose what is timed.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { readArguments } from "../operations/arguments.ts";
import { main } from "../operations/main.ts";
import { prepareMachine } from "../operations/prepare-machine.ts";
import { UserError } from "../toolchain/user-error.ts";
import { benchmark } from "./benchmark.ts";
import { withMeasured } from "./measured-section.ts";
import { report } from "./report.ts";
import { CONTENDERS, OPERATIONS } from "./results.ts";

const DOCUMENT = join(import.meta.dirname, "../docs/performance.md");

const HELP = `npm run bench [-- --keys NUMBERS] [--only NAMES] [--operations NAMES] [--json] [--out FILE]

Times virtual keys as code, next to Terraform; docs/performance.md says more.

  --keys        how many, such as 10,100. Default: 10,100,200,1000
  --only        what is timed: ${CONTENDERS.join(", ")}. Default: all
  --operations  what it does: ${OPERATIONS.join(", ")}. Default: all
  --json        print the results as JSON
  --out         a copy of docs/performance.md to write them to`;

await main(async () => {
  const { values } = readArguments(HELP, {
    keys: { type: "string" },
    only: { type: "string" },
    operations: { type: "string" },
    json: { type: "boolean", default: false },
    out: { type: "string" },
  });
  const { keys = "10,100,200,1000", only, operations, json } = values;
  const plan = {
    sizes: sizesOf(keys),
    contenders: chosen("only", only, CONTENDERS),
    // Nothing else can be done before the keys are there.
    operations: chosen("operations", operations && `create,${operations}`, OPERATIONS),
  };
  // A part of the measurements must not take the place of all of them.
  const isAll = [values.keys, only, operations].every((option) => option === undefined);
  const out = values.out ?? (isAll ? DOCUMENT : undefined);
  // Before anything is measured, as that takes its time.
  if (out !== undefined) withMeasured(await documentAt(out), "");

  await prepareMachine();
  const results = await benchmark(plan);
  const text = report(results);
  console.log(json ? JSON.stringify(results, undefined, 2) : text);
  if (out !== undefined) await writeFile(out, withMeasured(await documentAt(out), text));
});

function documentAt(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => {
    throw new UserError(
      `--out names \`${path}\`, which can't be read: write the path of a copy of docs/performance.md.`,
    );
  });
}

/** Numbers of keys from an option such as `10,100`. */
function sizesOf(text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 1)) return sizes;
  throw new UserError(`--keys is \`${text}\`; write whole numbers from 1, such as 10,100,200.`);
}

/** Those of `known` that an option names, in their own order; all without the option. */
function chosen<T extends string>(option: string, text: string | undefined, known: readonly T[]): readonly T[] {
  if (text === undefined) return known;
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !known.some((one) => one === name));
  if (wrong !== undefined) throw new UserError(`--${option} names \`${wrong}\`; choose among ${known.join(", ")}.`);
  return known.filter((one) => names.includes(one));
}
