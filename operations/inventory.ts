// `npm run inventory`: writes components/litellm/public_api.json, the names that the public APIs have, and
// config/litellm/steering.json, the names that LiteLLM reads beside them. Run it after a change of the SDKs' or of
// LiteLLM's version, and read the diff. What appears in the first reaches LiteLLM from then on: see whether it reads
// such a name itself. What appears in the second is refused; a setting can let it through only if it is on the list of
// reviewed names.
import { mkdir, writeFile } from "node:fs/promises";

import { publicApiDocument, publicApiFile } from "./inventory/public-api.ts";
import { steeringDocument, steeringFile } from "./inventory/steering.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";

const HELP = `npm run inventory

Writes the names of parameters that the public APIs have, and those that LiteLLM reads beside them.`;

await main(async () => {
  readArguments(HELP, {});
  await mkdir(new URL(".", publicApiFile), { recursive: true });
  await writeFile(publicApiFile, await publicApiDocument());
  await writeFile(steeringFile, await steeringDocument());
});
