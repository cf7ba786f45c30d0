import { KEY_NAME } from "../../config/litellm/key-names.ts";
import type { ResourceChange } from "./preview.ts";
import type { Section } from "./document.ts";
import { differences } from "./differences.ts";

/** The type of the sets, which components/virtual-keys.ts names with the SDK. */
export const VIRTUAL_KEYS = "pulumi-nodejs:dynamic/litellm:VirtualKeys";

/** Keys that a section names one by one; more are counted. */
const SHOWN = 20;

/** A virtual key as a set's inputs have it, as far as a review looks. */
export interface KeyFacts {
  alias: string;
  models?: string[];
  maxBudget?: number;
  budgetDuration?: string;
  generation?: number;
  replaced?: { alias: string; until: string }[];
  metadata?: Record<string, unknown>;
}

/** One virtual key before and after; neither is there for one that is new or gone. */
export interface KeyChange {
  /** The set's name, and the key's in it. */
  set: string;
  name: string;
  before?: KeyFacts;
  after?: KeyFacts;
}

/** Every virtual key of a stack, those that stay as they are too. */
export function keyChanges(resources: ResourceChange[]): KeyChange[] {
  return resources
    .filter(({ type }) => type === VIRTUAL_KEYS)
    .flatMap(({ name: set, before, after }) => {
      const names = new Set([...Object.keys(before), ...Object.keys(after)].filter((name) => KEY_NAME.test(name)));
      return [...names].map((name) => ({
        ...{ set, name },
        ...(before[name] !== undefined && { before: before[name] as KeyFacts }),
        ...(after[name] !== undefined && { after: after[name] as KeyFacts }),
      }));
    });
}

/** Whether another value takes the key's place. */
export function isReplaced({ before, after }: KeyChange): boolean {
  return before !== undefined && after !== undefined && (before.generation ?? 1) !== (after.generation ?? 1);
}

/** Until when the value that was replaced works; nothing if it ends at once. */
export function worksUntil({ before, after }: KeyChange): string | undefined {
  const former = new Set(before?.replaced?.map(({ alias }) => alias));
  return after?.replaced?.find(({ alias }) => !former.has(alias))?.until;
}

/** Who may do what, and what changes of that. */
export function keySection(keys: KeyChange[]): Section | undefined {
  const made = keys.filter(({ before }) => before === undefined);
  const removed = keys.filter(({ after }) => after === undefined);
  const replaced = keys.filter(isReplaced);
  const changed = keys.filter(
    (key) => key.before !== undefined && key.after !== undefined && changesOf(key).length > 0,
  );
  const lines = [
    ...named("made", made, ({ after }) => `may use ${(after?.models ?? []).join(", ")}`),
    ...named("removed", removed, () => "whoever uses it is refused from then on"),
    ...named("replaced by a new one", replaced, (key) => {
      const until = worksUntil(key);
      return until === undefined ? "the old one ends at once" : `the old one works until ${until}`;
    }),
    ...named("changed", changed, (key) => changesOf(key).join("; ")),
  ];
  if (lines.length === 0) return undefined;
  return { title: "Who may do what", blocks: [{ kind: "lines", lines }] };
}

/** What isn't told elsewhere: budgets are in a section of their own, and a generation is a new value. */
const TOLD = /^(maxBudget|generation|replaced|alias|budgetDuration|metadata\.(soft_budget|project|pool))(\.|\[|$)/;

function changesOf({ before = { alias: "" }, after = { alias: "" } }: KeyChange): string[] {
  return differences(before, after)
    .filter(({ path }) => !TOLD.test(path))
    .map(({ text }) => text);
}

function named(title: string, keys: KeyChange[], says: (key: KeyChange) => string): string[] {
  if (keys.length === 0) return [];
  const lines = keys.slice(0, SHOWN).map((key) => `${title}: ${aliasOf(key)}: ${says(key)}`);
  const rest = keys.length - SHOWN;
  return rest > 0 ? [...lines, `${title}: and ${rest} more`] : lines;
}

/** What people know a key by. */
export function aliasOf({ name, before, after }: KeyChange): string {
  return after?.alias ?? before?.alias ?? name;
}
