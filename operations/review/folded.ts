import { differences } from "./differences.ts";
import type { ResourceChange } from "./preview.ts";
import type { Section } from "./document.ts";
import { PAST } from "./told-changes.ts";

/** Properties that a resource is shown with. */
const SHOWN = 3;

/** Resources of the program's own, which stand for others. */
const COMPONENTS = /^(llm-gateway:|pulumi:pulumi:)/;

/**
 * Everything else, which few read.
 *
 * @param told Resources that another section tells all about.
 */
export function folded(resources: ResourceChange[], told: ReadonlySet<string>): Section | undefined {
  const lines = changeLines(resources.filter(({ urn }) => !told.has(urn)));
  if (lines.length === 0) return undefined;
  return { title: `All else (${lines.length})`, isFolded: true, blocks: [{ kind: "lines", lines }] };
}

/** A line for each resource of which something becomes, sorted. */
export function changeLines(resources: ResourceChange[]): string[] {
  const rest = resources.filter(({ operation, type }) => operation !== "same" && !COMPONENTS.test(type));
  const lines = rest.map(({ operation, type, name, before, after }) => {
    const paths = operation === "update" ? differences(before, after).map(({ path }) => path) : [];
    const more = paths.length > SHOWN ? `, and ${paths.length - SHOWN} more` : "";
    // What differs and doesn't show is secret.
    const secret = operation === "update" && paths.length === 0 ? ": a secret" : "";
    const where = paths.length > 0 ? `: ${paths.slice(0, SHOWN).join(", ")}${more}` : secret;
    return `${type.split(":").at(-1) ?? type} ${name} is ${PAST[operation]}${where}`;
  });
  return lines.toSorted();
}
