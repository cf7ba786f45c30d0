import { isDeepStrictEqual } from "node:util";

import { isMapping } from "../../config/problems/mapping.ts";

/** Characters of a value that are shown. */
const SHOWN = 60;

/** Of them, those before the first one that differs, in a value that is too long. */
const BEFORE = 20;

/** One value of two that differ: `replicas: 2 → 3`. */
export interface Difference {
  /** Where it is: `spec.replicas`. */
  path: string;
  text: string;
}

/** Where two values differ, as far inside as both are mappings. Lists of texts differ by what came and went. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMapping(before) && isMapping(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => differences(before[name], after[name], path === "" ? name : `${path}.${name}`));
  }
  if (isTexts(before) && isTexts(after)) return [{ path, text: `${path}: ${listChange(before, after)}` }];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => differences(item, after[index], `${path}[${index}]`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [former, next] = [before, after].map((items) => items.map((item) => lineOf(item)));
    return [{ path, text: `${path}: ${listChange(former ?? [], next ?? [])}` }];
  }
  if (before === undefined) return [{ path, text: `${path}: ${shown(after)} is new` }];
  if (after === undefined) return [{ path, text: `${path}: ${shown(before)} is gone` }];
  return [{ path, text: `${path}: ${valueChange(lineOf(before), lineOf(after))}` }];
}

/** The first texts, and how many there are beside them. */
export function shortened(texts: string[], most: number): string[] {
  return texts.length > most ? [...texts.slice(0, most), `and ${texts.length - most} more`] : texts;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function listChange(before: string[], after: string[]): string {
  const values = before.map((item, index) => ({ option: before[index - 1] ?? "", from: item, to: after[index] ?? "" }));
  const changed = values.filter(({ from, to }) => from !== to);
  // The arguments of a command: what stands behind an option.
  if (before.length === after.length && changed.every(({ option }) => option.startsWith("--"))) {
    return changed.map(({ option, from, to }) => `${option} ${from} → ${to}`).join(", ");
  }
  const came = after.filter((item) => !before.includes(item)).map((item) => `+ ${item}`);
  const went = before.filter((item) => !after.includes(item)).map((item) => `− ${item}`);
  return [...came, ...went].join(", ") || `${before.join(" ")} → ${after.join(" ")}`;
}

/** Two values with what differs: of long ones, both may begin alike for longer than is shown. */
function valueChange(before: string, after: string): string {
  const isLong = Math.max(before.length, after.length) > SHOWN;
  const differing = before.split("").findIndex((character, index) => character !== after[index]);
  const start = isLong ? Math.max(0, (differing === -1 ? before.length : differing) - BEFORE) : 0;
  return `${cut(before, start)} → ${cut(after, start)}`;
}

function shown(value: unknown): string {
  return cut(lineOf(value), 0);
}

function cut(line: string, start: number): string {
  const end = line.length - start > SHOWN ? start + SHOWN - 1 : line.length;
  return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}

function lineOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/\s+/g, " ");
}
