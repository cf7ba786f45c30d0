import { readFileSync } from "node:fs";

import { blocksOf } from "../blocks.ts";

/** docs/projects.md, which a platform team sends to those who use the gateway. */
export const page = readFileSync(new URL("../../docs/projects.md", import.meta.url), "utf8");

/** All pieces of code on the page. */
export const blocks = blocksOf(page);

/** A row of the page's table of refusals. */
export interface Refusal {
  status: number;
  type: string;
}

export const refusals: Refusal[] = [...page.matchAll(/^\| (\d{3}) +\| `(\w+)` +\|/gm)].map(([, status, type = ""]) => ({
  status: Number(status),
  type,
}));

/** What the page has people install: each package with its version, `openai==3.57.0` or `openai@7.59.0`. */
export const installed: string[] = [...page.matchAll(/`(?:pip|npm) install (?:-g )?(\S+(?:==|@)\d[\w.]*)`/g)].map(
  ([, one = ""]) => one,
);
