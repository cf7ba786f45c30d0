import { milliseconds } from "../../config/litellm/duration.ts";
import { ADMIN_ALIAS } from "../../config/schema/keys.ts";
import { KEY_SETS, keysOf } from "../keys.ts";
import { UNKNOWN } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const keyExpiry: Rule = {
  why: "Every virtual key of a project or pool ends after a time, since one that was copied somewhere and forgotten works for ever otherwise.",
  source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
  types: KEY_SETS,
  judge:
    ({ longestKeyLife }) =>
    (resource) =>
      keysOf(resource)
        // Only the admin itself has its key, and no setting ends it.
        .filter(({ alias, settings: { duration } }) => alias !== ADMIN_ALIAS && duration !== UNKNOWN)
        .flatMap(({ alias, settings: { duration } }) => {
          if (typeof duration !== "string") {
            return [
              `The key ${alias} never ends: set \`duration\` of its project or pool, to ${longestKeyLife} at most.`,
            ];
          }
          return milliseconds(duration) > milliseconds(longestKeyLife)
            ? [
                `The key ${alias} is valid for ${duration}: set \`duration\` of its project or pool to ${longestKeyLife} at most.`,
              ]
            : [];
        }),
};
