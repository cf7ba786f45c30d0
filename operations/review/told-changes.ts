import { differences, shortened } from "./differences.ts";
import type { ResourceChange } from "./preview.ts";
import type { Section } from "./document.ts";

/** A section, and the resources of which it tells all. */
export interface Told {
  section: Section | undefined;
  urns: string[];
}

/** Lines that one resource gets. */
const SHOWN = 20;

/**
 * A section of what changes in some properties of some resources.
 *
 * @param isMeant Whether it is about a property, such as `spec.replicas`, of a resource's type.
 */
export function toldChanges(
  title: string,
  resources: ResourceChange[],
  isMeant: (type: string, path: string) => boolean,
): Told {
  const found = resources.flatMap((resource) => {
    const { operation, type, before, after, urn } = resource;
    if (operation === "same") return [];
    const kind = type.split(":").at(-1) ?? type;
    if (operation !== "update") {
      if (!isMeant(type, "")) return [];
      return [{ urn, lines: [`${kind} ${resource.name} is ${PAST[operation]}`], isAll: true }];
    }
    const all = differences(before, after);
    const meant = all.filter(({ path }) => isMeant(type, path));
    const texts = meant.map(({ text }) => text);
    const lines = shortened(texts, SHOWN).map((text) => `${kind} ${resource.name}: ${text}`);
    return lines.length > 0 ? [{ urn, lines, isAll: meant.length === all.length && meant.length <= SHOWN }] : [];
  });
  if (found.length === 0) return { section: undefined, urns: [] };
  const lines = found.flatMap((one) => one.lines);
  return {
    section: { title, blocks: [{ kind: "lines", lines }] },
    urns: found.flatMap(({ urn, isAll }) => (isAll ? [urn] : [])),
  };
}

export const PAST = {
  create: "made",
  update: "updated",
  replace: "deleted and made again",
  delete: "deleted",
  same: "the same",
};
