// `npm run bench:capacity`: how many requests the local gateway takes, next to the model that it calls.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { readArguments } from "../../operations/arguments.ts";
import { main } from "../../operations/main.ts";
import { prepareMachine } from "../../operations/prepare-machine.ts";
import { withMeasured } from "../measured-section.ts";
import { capacity } from "./capacity.ts";
import { report } from "./report.ts";

const DOCUMENT = join(import.meta.dirname, "../../docs/scale.md");

const HELP = `npm run bench:capacity [-- --seconds NUMBER] [--keep-document]

Measures how many requests the local gateway takes, and writes the figures to docs/scale.md.

  --seconds        how long each measurement takes. Default: 20
  --keep-document  print the figures only`;

await main(async () => {
  const { values } = readArguments(HELP, {
    seconds: { type: "string", default: "20" },
    "keep-document": { type: "boolean", default: false },
  });
  await prepareMachine();
  const text = report(await capacity(Number(values.seconds)));
  console.log(text);
  if (!values["keep-document"]) await writeFile(DOCUMENT, withMeasured(await readFile(DOCUMENT, "utf8"), text));
});
