import { isDeepStrictEqual } from "node:util";

import type { Operation, Preview, ResourceChange } from "./preview.ts";
import { withNamesOf } from "./random-names.ts";

/** What a branch changes, of all that an update would. */
export interface Comparison {
  /** From what another commit would lead to, to what this one does. */
  changes: ResourceChange[];
  /** What the other commit would change as well: drift, and what was merged and not brought about yet. */
  pending: ResourceChange[];
  warnings: string[];
}

/**
 * Compares two previews of one state.
 *
 * @param from The preview of another commit, such as that which a branch is to be merged into.
 * @param to The preview of this one.
 */
export function compared(from: Preview, to: Preview): Comparison {
  const alike = withNamesOf(to.resources, from.resources);
  const [there, here] = [alike, to.resources].map((resources) => new Map(resources.map((one) => [one.urn, one])));
  const urns = new Set([...(there?.keys() ?? []), ...(here?.keys() ?? [])]);
  const changes = [...urns].flatMap((urn) => change(there?.get(urn), here?.get(urn)));
  const made = new Map(changes.map(({ urn, operation }) => [urn, operation]));
  const pending = to.resources.filter(
    ({ urn, operation }) => operation !== "same" && (made.get(urn) ?? "same") === "same",
  );
  return { changes, pending, warnings: to.warnings.filter((warning) => !from.warnings.includes(warning)) };
}

/** Nothing for a resource that is there after neither. */
function change(there: ResourceChange | undefined, here: ResourceChange | undefined): ResourceChange[] {
  const [former, next] = [wanted(there), wanted(here)];
  if (former === undefined && next === undefined) return [];
  const [before, after] = [former?.after ?? {}, next?.after ?? {}];
  const { urn = "", type = "", name = "", reasons = [] } = next ?? former ?? {};
  return [{ operation: operationOf(former, next), urn, type, name, reasons, before, after }];
}

/** A resource that is there after an update. */
function wanted(resource: ResourceChange | undefined): ResourceChange | undefined {
  return resource?.operation === "delete" ? undefined : resource;
}

function operationOf(former: ResourceChange | undefined, next: ResourceChange | undefined): Operation {
  if (former === undefined) return "create";
  if (next === undefined) return "delete";
  // A secret's value doesn't show in inputs. That another one is wanted does, in what is done, and in the reasons for it.
  const isSame =
    former.operation === next.operation &&
    isDeepStrictEqual(former.reasons, next.reasons) &&
    isDeepStrictEqual(former.after, next.after);
  if (isSame) return "same";
  const isAnyway = former.operation === "replace" && isDeepStrictEqual(former.reasons, next.reasons);
  return next.operation === "replace" && !isAnyway ? "replace" : "update";
}
