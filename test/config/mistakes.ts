import { expect, it } from "vitest";

import { problemsOf } from "./stack.ts";

export const key = { models: ["gpt-4o"], budget: 40 };

/** What is said of the settings that several sections have. */
export const amount = "is not an amount; write US dollars in whole cents, more than 0, such as 40 or 12.50";
export const duration =
  'is not a duration; write a number and s, m, h, d, w or mo, such as "30d", a hundred years at most';
export const port = "is not a port; write a number from 1 to 65535";
export const dnsLabel = "is not a name; write up to 63 lower-case letters, digits and hyphens, a letter first";

export const project = (settings: object) => ({ projects: { a: { ...key, ...settings } } });
export const pool = (settings: object) => ({ pools: { p: { ...key, ...settings } } });

export type Case = [title: string, settings: Record<string, unknown>, ...problems: string[]];

/** Tests that some settings have exactly these problems. */
export function each(cases: Case[]): void {
  it.each(cases)("%s", (_title, settings, ...problems) => {
    expect(problemsOf(settings)).toEqual(problems);
  });
}
