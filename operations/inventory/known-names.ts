import type { KnownNames } from "../../config/litellm/known-names.ts";
import { foundInLitellm } from "./found-in-litellm.ts";

/**
 * Where the names are kept that LiteLLM knows in each part of its configuration file. The settings refuse others, so that a
 * slip of the pen isn't ignored; a release that brings or drops a name fails a test by it.
 */
export const knownNamesFile = new URL("../../config/litellm/known-names.json", import.meta.url);

/** What the pinned LiteLLM knows: `known_names.py` says how it is found. */
async function knownToLitellm(): Promise<KnownNames> {
  return JSON.parse(await foundInLitellm("known_names.py")) as KnownNames;
}

/** What the pinned LiteLLM knows, ready to be written: a name a line. */
export async function knownNamesDocument(): Promise<string> {
  return `${JSON.stringify(await knownToLitellm(), undefined, 1)}\n`;
}
