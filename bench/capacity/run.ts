// `npm run bench:capacity`: how many requests the local gateway takes, beside the model that it calls.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { main } from "../../operations/main.ts";
import { prepareMachine } from "../../operations/prepare-machine.ts";
import { withMeasured } from "../document.ts";
import { capacity } from "./capacity.ts";
import { report } from "./report.ts";

const DOCUMENT = join(import.meta.dirname, "../../docs/scale.md");

await main(async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "20" },
      "keep-document": { type: "boolean", default: false },
    },
  });
  await prepareMachine();
  const text = report(await capacity(Number(values.seconds)));
  console.log(text);
  if (!values["keep-document"]) await writeFile(DOCUMENT, withMeasured(await readFile(DOCUMENT, "utf8"), text));
});
