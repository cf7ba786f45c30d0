import { readFileSync } from "node:fs";

/** docs/projects.md, which a platform team sends to those who use the gateway. */
export const page = readFileSync(new URL("../../docs/projects.md", import.meta.url), "utf8");

/** A piece of code that people take from the page as it stands. */
export interface Block {
  /** The heading above it, its language, and which one of these it is: `OpenAI's SDK, python, 1`. */
  title: string;
  language: string;
  text: string;
}

/** All pieces of code on the page. */
export const blocks: Block[] = page.split(/^(?=## )/m).flatMap((section) => {
  const heading = /^## (.*)$/m.exec(section)?.[1] ?? "";
  const counts = new Map<string, number>();
  return [...section.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language = "", text = ""]) => {
    const count = (counts.get(language) ?? 0) + 1;
    counts.set(language, count);
    return { title: `${heading}, ${language}, ${count}`, language, text };
  });
});

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
