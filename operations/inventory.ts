// `npm run inventory`: writes components/litellm/public_api.json, the names that the public APIs have,
// config/litellm/steering.json, the names that LiteLLM reads beside them, and config/litellm/known-names.json, those that
// LiteLLM knows in its configuration file. Run it after a change of the SDKs' or of LiteLLM's version, and read the diff.
// What appears in the first reaches LiteLLM from then on: see whether it reads such a name itself. What appears in the
// second is refused; a setting can let it through only if it is on the list of reviewed names. What appears in the third
// can be written in the settings from then on, and what disappears no longer.
import { mkdir, writeFile } from "node:fs/promises";

import { knownNamesDocument, knownNamesFile } from "./inventory/known-names.ts";
import { publicApiDocument, publicApiFile } from "./inventory/public-api.ts";
import { steeringDocument, steeringFile } from "./inventory/steering.ts";
import { readArguments } from "./arguments.ts";
import { main } from "./main.ts";

const HELP = `npm run inventory

Writes the names of parameters that the public APIs have, those that LiteLLM reads beside them, and those that LiteLLM
knows in its configuration file.`;

await main(async () => {
  readArguments(HELP, {});
  await mkdir(new URL(".", publicApiFile), { recursive: true });
  await writeFile(publicApiFile, await publicApiDocument());
  await writeFile(steeringFile, await steeringDocument());
  await writeFile(knownNamesFile, await knownNamesDocument());
});
