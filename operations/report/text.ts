import type { Page } from "../review/document.ts";
import { markdown } from "../review/markdown.ts";

/** What is told of one stack: a page, or nothing because what should have made it failed. */
export interface Told {
  stack: string;
  page: Page | undefined;
}

export interface TextOptions {
  /** Bytes that fit. */
  limit: number;
  /** Where the run is that made the pages. */
  run: string | undefined;
}

/** Pages as one text that fits where it goes: what matters least is left out first. */
export function textOf(all: Told[], { limit, run }: TextOptions): string {
  const share = Math.floor(limit / all.length) - 2;
  return all.map((told) => fitting(told, share, run)).join("\n\n");
}

function fitting({ stack, page }: Told, limit: number, run: string | undefined): string {
  const where = run === undefined ? "its log" : `[its log](${run})`;
  if (!page) {
    return `## Stack ${stack}: what should be here could not be made\n\nThe run failed, and ${where} says why.`;
  }
  const { risks, sections } = page;
  for (let left = risks.length + sections.length; left >= 0; left -= 1) {
    const shown = {
      ...page,
      risks: risks.slice(0, left),
      sections: sections.slice(0, Math.max(0, left - risks.length)),
    };
    const missing = risks.length + sections.length - left;
    const parts = missing === 1 ? "1 more part doesn't fit" : `${missing} more parts don't fit`;
    const text = missing === 0 ? markdown(shown) : `${markdown(shown)}\n\n${parts}: ${where} has all.`;
    if (Buffer.byteLength(text) <= limit) return text;
  }
  return `## Stack ${stack}\n\nIt doesn't fit: ${where} has all.`;
}
