import { FORM, gcpName, PREFIX } from "../schema/gcp/name.ts";
import type { SettingsCheck } from "./rule.ts";

/** Reports a stack whose name makes names that are too long or have other characters, unless the settings give one. */
export function gcpNameFits(stack: string): SettingsCheck {
  return (settings) => {
    const fits = settings.platform !== "gcp" || PREFIX.test(gcpName(settings.gcp ?? {}, stack));
    const message = `is missing, and "${gcpName({}, stack)}" of the stack's name can't begin the names of everything; write ${FORM}`;
    return Promise.resolve(fits ? [] : [{ path: ["gcp", "name"], message }]);
  };
}
