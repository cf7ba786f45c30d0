/** A piece of code that people take from a page as it stands. */
export interface Block {
  /** The heading above it, its language, and which one of these it is: `OpenAI's SDK, python, 1`. */
  title: string;
  language: string;
  text: string;
}

/**
 * All pieces of code on a page.
 *
 * @param headings What begins a line with a heading that counts. Default: those of the second level.
 */
export function blocksOf(page: string, headings = /^## /m): Block[] {
  return page.split(new RegExp(`(?=${headings.source})`, "m")).flatMap((section) => {
    const heading = /^#+ (.*)$/m.exec(section)?.[1] ?? "";
    const counts = new Map<string, number>();
    return [...section.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language = "", text = ""]) => {
      const count = (counts.get(language) ?? 0) + 1;
      counts.set(language, count);
      return { title: `${heading}, ${language}, ${count}`, language, text };
    });
  });
}
