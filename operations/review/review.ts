import { acknowledgements } from "./acknowledgements.ts";
import { capacityChanges } from "./capacity.ts";
import { compared } from "./comparison.ts";
import { configLines } from "./config-lines.ts";
import { folded } from "./folded.ts";
import { guardSection } from "./guards.ts";
import { costSection } from "./infrastructure-costs.ts";
import { keyChanges, keySection } from "./keys.ts";
import { losses } from "./losses.ts";
import { budgetSection } from "./money.ts";
import { networkChanges } from "./network.ts";
import type { Review, Risk, Section } from "./document.ts";
import { pendingSection } from "./pending.ts";
import { policySections } from "./policies.ts";
import { headline } from "./wording.ts";
import type { Preview, ResourceChange } from "./preview.ts";

/** Warnings about keys and foundations, which a review tells in its own words. */
const TOLD = /^Virtual keys that are |^llm-gateway:\S+ changes from /;

/** Another commit that a stack is compared with. */
export interface From {
  /** As people name it: `origin/main`. */
  ref: string;
  /** The preview of that commit, with the same state. */
  preview: Preview;
}

export interface ReviewOptions {
  /** Leaves out what that commit would do as well. */
  from?: From | undefined;
  /** The day by which acknowledgements count. Default: today. */
  today?: Date;
}

/** Makes a review of a preview. */
export function review(stack: string, preview: Preview, { from, today = new Date() }: ReviewOptions = {}): Review {
  const risks = risksOf(preview, today);
  const { resources, warnings, violations } = preview;
  if (!from) return page({ stack, counts: counts(resources), risks, violations }, sectionsOf(resources, warnings));
  const comparison = compared(from.preview, preview);
  const there = risksOf(from.preview, today);
  // One that only this branch no longer acknowledges is its own.
  const isPending = ({ act, isAcknowledged }: Risk) =>
    there.some((risk) => risk.act === act && (isAcknowledged || !risk.isAcknowledged));
  const own = risks.filter((risk) => !isPending(risk));
  const guards = guardSection(from.preview, preview);
  const waiting = pendingSection(from.ref, comparison.pending, risks.filter(isPending));
  // What a policy refuses stops an update, whoever brought it about.
  const touched = new Set(comparison.changes.filter(({ operation }) => operation !== "same").map(({ urn }) => urn));
  const told = violations.filter(({ urn, isRefused }) => isRefused || touched.has(urn));
  return page({ stack, from: from.ref, counts: counts(comparison.changes), risks: own, violations: told }, [
    ...(guards ? [guards] : []),
    ...sectionsOf(comparison.changes, comparison.warnings),
    ...(waiting ? [waiting] : []),
  ]);
}

function page(facts: Omit<Review, "headline" | "sections">, sections: Section[]): Review {
  return { headline: headline(facts), ...facts, sections: [...policySections(facts.violations), ...sections] };
}

function risksOf(preview: Preview, today: Date): Risk[] {
  const acknowledged = acknowledgements(preview.config, today);
  const { foundations, consequences, ofKeys } = losses(preview, keyChanges(preview.resources));
  const isSaid = ({ act }: { act: string }) => acknowledged.has(act);
  return [
    ...foundations.map((risk) => ({ ...risk, isAcknowledged: isSaid(risk) })),
    // Who accepts what a setting destroys accepts each resource that goes with it.
    ...consequences.map(({ goesWith, ...risk }) => ({
      ...risk,
      isAcknowledged: isSaid(risk) || goesWith.some((act) => acknowledged.has(act)),
    })),
    ...ofKeys.map((risk) => ({ ...risk, isAcknowledged: isSaid(risk) })),
  ];
}

/** All but the risks. */
function sectionsOf(resources: ResourceChange[], warnings: string[]): Section[] {
  const told = [capacityChanges(resources), networkChanges(resources)];
  const sections: (Section | undefined)[] = [
    keySection(keyChanges(resources)),
    budgetSection(resources),
    costSection(resources),
    configLines(resources),
    ...told.map(({ section }) => section),
    warningSection(warnings.filter((warning) => !TOLD.test(warning))),
    folded(resources, new Set(told.flatMap(({ urns }) => urns))),
  ];
  return sections.filter((section) => section !== undefined);
}

/** Whether somebody still has to decide, before an update or for it to work at all. */
export function isOpen({ risks, violations }: Review): boolean {
  return risks.some(({ isAcknowledged }) => !isAcknowledged) || violations.some(({ isRefused }) => isRefused);
}

function counts(resources: ResourceChange[]): Review["counts"] {
  const none = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const { operation } of resources) none[operation] += 1;
  return none;
}

function warningSection(warnings: string[]): Section | undefined {
  if (warnings.length === 0) return undefined;
  return { title: "What Pulumi warns of", blocks: [{ kind: "lines", lines: [...new Set(warnings)] }] };
}
