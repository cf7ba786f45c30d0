import { acknowledgements } from "./acknowledgements.ts";
import { capacityChanges } from "./capacity.ts";
import { configLines } from "./config-lines.ts";
import { folded } from "./folded.ts";
import { costSection } from "./infrastructure-costs.ts";
import { keyChanges, keySection } from "./keys.ts";
import { losses } from "./losses.ts";
import { budgetSection } from "./money.ts";
import { networkChanges } from "./network.ts";
import type { Review, Section } from "./document.ts";
import type { Preview } from "./preview.ts";

/** Warnings about keys and foundations, which a review tells in its own words. */
const TOLD = /^Virtual keys that are |^llm-gateway:\S+ changes from /;

/** Makes a review of a preview. */
export function review(stack: string, preview: Preview, today = new Date()): Review {
  const keys = keyChanges(preview.resources);
  const acknowledged = acknowledgements(preview.config, today);
  const { foundations, consequences, ofKeys } = losses(preview, keys);
  const isSaid = ({ act }: { act: string }) => acknowledged.has(act);
  // Who accepts what a setting destroys accepts each resource that goes with it.
  const isMeant = foundations.length > 0 && foundations.every(isSaid);
  const risks = [
    ...foundations.map((risk) => ({ ...risk, isAcknowledged: isSaid(risk) })),
    ...consequences.map((risk) => ({ ...risk, isAcknowledged: isMeant || isSaid(risk) })),
    ...ofKeys.map((risk) => ({ ...risk, isAcknowledged: isSaid(risk) })),
  ];
  const told = [capacityChanges(preview.resources), networkChanges(preview.resources)];
  const sections: (Section | undefined)[] = [
    keySection(keys),
    budgetSection(preview.resources),
    costSection(preview.resources),
    configLines(preview.resources),
    ...told.map(({ section }) => section),
    warningSection(preview.warnings.filter((warning) => !TOLD.test(warning))),
    folded(preview.resources, new Set(told.flatMap(({ urns }) => urns))),
  ];
  return { stack, counts: counts(preview), risks, sections: sections.filter((section) => section !== undefined) };
}

/** Whether somebody still has to decide. */
export function isOpen({ risks }: Review): boolean {
  return risks.some(({ isAcknowledged }) => !isAcknowledged);
}

function counts({ resources }: Preview): Review["counts"] {
  const none = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const { operation } of resources) none[operation] += 1;
  return none;
}

function warningSection(warnings: string[]): Section | undefined {
  if (warnings.length === 0) return undefined;
  return { title: "What Pulumi warns of", blocks: [{ kind: "lines", lines: [...new Set(warnings)] }] };
}
