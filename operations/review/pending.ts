import type { Risk, Section } from "./document.ts";
import { changeLines } from "./folded.ts";
import type { ResourceChange } from "./preview.ts";

/** What the next update does whether or not a branch is merged. */
export function pendingSection(ref: string, pending: ResourceChange[], risks: Risk[]): Section | undefined {
  const lines = changeLines(pending);
  if (lines.length + risks.length === 0) return undefined;
  const changes = lines.length === 1 ? "1 change is" : `${lines.length} changes are`;
  return {
    title: `${changes} pending already at ${ref}`,
    isFolded: true,
    blocks: [{ kind: "lines", lines: [...risks.map(riskLine), ...lines] }],
  };
}

function riskLine({ what, isAcknowledged }: Risk): string {
  return isAcknowledged ? `✓ ${what} (acknowledged)` : `⚠ ${what}`;
}
