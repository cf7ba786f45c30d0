// `npm run inventory`: writes components/litellm/public_api.json, the names that the public APIs have. Run it after a
// change of the SDKs' or LiteLLM's version, and read the diff: what appears in it reaches providers from then on.
import { mkdir, writeFile } from "node:fs/promises";

import { publicApiDocument, publicApiFile } from "./inventory/public-api.ts";
import { main } from "./main.ts";

await main(async () => {
  await mkdir(new URL(".", publicApiFile), { recursive: true });
  await writeFile(publicApiFile, await publicApiDocument());
});
