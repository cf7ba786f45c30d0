import { isDeepStrictEqual } from "node:util";

import { isMapping } from "../../config/problems/mapping.ts";
import { operationOfSteps } from "../../operations/review/preview.ts";
import type { EngineEvent } from "./preview.ts";

/** What the preview of an edit shows: as `previews/<stack>.yaml` has it. */
export interface Outcome {
  /** The resources that change, with the properties of those that are updated, in alphabetical order. */
  steps: string[];
  /** How each warning begins. */
  warnings?: string[];
  /** What the preview fails with, line by line; then there are no steps. */
  refused?: string[];
  /** The same without the acknowledgements that the edit needs. */
  unacknowledged?: string[];
}

/** Characters of a message that are kept. */
const KEPT = 160;

/** Lines of a refusal that are kept. */
const LINES = 6;

/** What Pulumi adds to every failure, and the warning of each stand-in, which nobody else sees. */
const NOISE =
  /^(preview failed|exit status \d|.*nothing but a test should ever see this|as it is currently marked for protection)/;

/** What each refusal ends with, in the same words. */
const ENDS =
  /^(Undo what isn't meant|llm-gateway:acknowledge:|(delete-key|replace-key|replace)\/\S+: …$|`npm run review|docs\/settings.md)/;

/**
 * What the engine's events come to.
 *
 * @param usual Warnings of the stack without the edit.
 */
export function outcomeOf(events: EngineEvent[], usual: readonly string[] = []): Outcome {
  const said = (wanted: string) =>
    events.flatMap(({ diagnosticEvent: one }) => (one?.severity === wanted ? [one.message] : []));
  const errors = said("error").filter((message) => message.trim() !== "");
  const warnings = said("warning")
    .map((message) => shortened(message))
    .filter((message) => !NOISE.test(message) && !usual.includes(message));
  return {
    steps: errors.length > 0 ? [] : stepsOf(events),
    ...(warnings.length > 0 && { warnings: [...new Set(warnings)].sort() }),
    ...(errors.length > 0 && { refused: refusal(errors) }),
  };
}

/** A refusal by lines, without Pulumi's own words. */
function refusal(messages: string[]): string[] {
  const all = messages.flatMap((message) => message.split("\n"));
  const told = all.map(shortened).filter((line) => line !== "" && !NOISE.test(line) && !ENDS.test(line));
  // Those of several resources come in any order.
  const found = [...new Set(told)];
  return /^unable to/.test(found[0] ?? "") ? found.sort() : found.slice(0, LINES);
}

function stepsOf(events: EngineEvent[]): string[] {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const texts = [...Map.groupBy(steps, ({ urn }) => urn)].flatMap(([urn, own]) => {
    const operation = operationOfSteps(own.map(({ op }) => op));
    const [step] = own;
    if (!step || operation === undefined || operation === "same" || isDefaultProvider(urn)) return [];
    const [types = "", name = ""] = urn.split("::").slice(-2);
    const text = `${operation} ${shortType(types)} ${name}`;
    const changed = operation === "update" ? properties(step).join(", ") : "";
    // A secret is the same text before and after, and what a plugin adds itself is in no inputs.
    return changed === "" ? text : `${text}: ${changed}`;
  });
  return texts.sort();
}

/** The properties that an update changes, and what of them: `spec.replicas`. */
function properties({ old, new: next, diffs }: NonNullable<EngineEvent["resourcePreEvent"]>["metadata"]): string[] {
  const shown = differences(old?.inputs ?? {}, next?.inputs ?? {}).flatMap((name) => {
    const [before, after] = [old?.inputs?.[name], next?.inputs?.[name]];
    return isMapping(before) && isMapping(after)
      ? differences(before, after).map((inner) => `${name}.${inner}`)
      : [name];
  });
  // Where a plugin says it by itself, as of a secret.
  const secret = (diffs ?? []).map((path) => path.split(/[.[]/)[0] ?? "");
  return [...shown, ...secret.filter((name) => !shown.some((one) => one.split(".")[0] === name))].sort();
}

/** The names of what differs. */
function differences(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

/** A type without what nobody needs to tell it from others: `kubernetes:Deployment`, `local:Service`. */
function shortType(types: string): string {
  const type = (types.split("$").at(-1) ?? "").replace(/^pulumi-nodejs:dynamic\//, "");
  const parts = type.split(":");
  return `${parts[0] ?? ""}:${parts.at(-1) ?? ""}`;
}

/** Pulumi has one for each plugin, and its own displays leave it out. */
function isDefaultProvider(urn: string): boolean {
  return /::pulumi:providers:[^:]+::default/.test(urn);
}

/** A message's beginning, the same in each run. */
function shortened(message: string): string {
  const text = message
    .replace(/^(warning|error): /i, "")
    .trim()
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…")
    .replaceAll(/\d{4}-\d\d-\d\d/g, "…")
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, "$1:…")
    .replaceAll(/urn:\S+::/g, "…::");
  return text.length > KEPT ? `${text.slice(0, KEPT - 1).replace(/\s+\S*$/, "")} …` : text;
}
