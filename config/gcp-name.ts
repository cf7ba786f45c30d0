import * as z from "zod";

import type { SettingsCheck } from "./settings.ts";

/** Ids of service accounts have 30 characters, of which 10 are left for what each is for. */
const PREFIX = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;
const FORM = "2 to 20 lower-case letters, digits and hyphens, a letter first";

/** What the names of everything in Google Cloud begin with. */
export const namePrefix = () =>
  z.stringFormat("name", PREFIX, { error: `can't begin the names of everything; write ${FORM}` });

/** What the names of everything in Google Cloud begin with: as the settings say, or `llm-gateway-dev` for stack dev. */
export function gcpName({ name }: { name?: string | undefined }, stack: string): string {
  return name ?? `llm-gateway-${stack}`;
}

/** Reports a stack whose name makes names that are too long or have other characters, unless the settings give one. */
export function gcpNameFits(stack: string): SettingsCheck {
  return (settings) => {
    const fits = settings.platform !== "gcp" || PREFIX.test(gcpName(settings.gcp ?? {}, stack));
    const message = `is missing, and "${gcpName({}, stack)}" of the stack's name can't begin the names of everything; write ${FORM}`;
    return Promise.resolve(fits ? [] : [{ path: ["gcp", "name"], message }]);
  };
}
