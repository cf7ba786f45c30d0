const BEGIN = "<!-- measured -->";
const END = "<!-- end of measured -->";

/** The document with `text` between its markers. @throws {Error} if it has no markers. */
export function withMeasured(document: string, text: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`The document lacks the line ${BEGIN} or ${END}: put both where the measurements belong.`);
  }
  return `${before}${BEGIN}\n\n${text}\n\n${END}${after}`;
}
