import { readFileSync } from "node:fs";

import { blocksOf } from "../blocks.ts";

/** docs/state.md, for the day on which something about the state has to be done. */
export const page = readFileSync(new URL("../../docs/state.md", import.meta.url), "utf8");

/** What people paste from the page, by heading, language and number. */
export const blocks = new Map(blocksOf(page, /^###? /m).map(({ title, text }) => [title, text]));

/** The backends that the page names. */
export const backends: string[] = [...page.matchAll(/^\| .*? \| `((?:gs|s3|azblob|https):\/\/\S+)` +\|/gm)].map(
  ([, url = ""]) => url,
);
