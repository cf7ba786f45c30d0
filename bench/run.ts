// `npm run bench`: times virtual keys as code, beside Terraform; docs/performance.md says how to choose what is timed.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { main } from "../operations/main.ts";
import { prepareMachine } from "../operations/prepare-machine.ts";
import { UserError } from "../toolchain/user-error.ts";
import { benchmark } from "./benchmark.ts";
import { withMeasured } from "./document.ts";
import { report } from "./report.ts";
import { CONTENDERS, OPERATIONS } from "./results.ts";

const DOCUMENT = join(import.meta.dirname, "../docs/performance.md");

await main(async () => {
  const { values } = parseArgs({
    options: {
      keys: { type: "string", default: "10,100,200,1000" },
      only: { type: "string", default: CONTENDERS.join(",") },
      operations: { type: "string", default: OPERATIONS.join(",") },
      json: { type: "boolean", default: false },
      "keep-document": { type: "boolean", default: false },
    },
  });
  const sizes = values.keys.split(",").map(Number);
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 1);
  if (wrong !== undefined) {
    throw new UserError(`--keys is \`${values.keys}\`; write whole numbers from 1, such as 10,100,200.`);
  }
  const contenders = chosen("only", values.only, CONTENDERS);
  // Nothing else can be done before the keys are there.
  const operations = chosen("operations", `create,${values.operations}`, OPERATIONS);
  await prepareMachine();
  const results = await benchmark({ sizes, contenders, operations });
  const text = report(results);
  console.log(values.json ? JSON.stringify(results, undefined, 2) : text);
  if (!values["keep-document"]) await writeFile(DOCUMENT, withMeasured(await readFile(DOCUMENT, "utf8"), text));
});

/** Those of `known` that an option names, in their own order. */
function chosen<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !known.some((one) => one === name));
  if (wrong !== undefined) throw new UserError(`--${option} names \`${wrong}\`; choose among ${known.join(", ")}.`);
  return known.filter((one) => names.includes(one));
}
