import type { Section } from "./document.ts";
import type { Violation } from "./violations.ts";

/** What the policies say, that which stops an update first. */
export function policySections(violations: readonly Violation[]): Section[] {
  const lines = (isRefused: boolean) => [
    ...new Set(violations.filter((one) => one.isRefused === isRefused).map(violationLine)),
  ];
  const sections: [Pick<Section, "title" | "isFolded">, string[]][] = [
    [{ title: "What the policies refuse" }, lines(true)],
    [{ title: "What the policies warn of", isFolded: true }, lines(false)],
  ];
  return sections
    .filter(([, told]) => told.length > 0)
    .map(([section, told]) => ({ ...section, blocks: [{ kind: "lines", lines: told }] }));
}

function violationLine({ policy, urn, what }: Violation): string {
  const [, , types = "", name = ""] = urn.split("::");
  const type = types.split(/[$:]/).at(-1) ?? "";
  return `${policy}: ${[type, name].filter((part) => part !== "").join(" ")}: ${what}`;
}
