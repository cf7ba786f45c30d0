import type { Review, Risk } from "./document.ts";

/** One line that says it all. */
export function headline({ stack, from, counts, risks, violations }: Omit<Review, "headline" | "sections">): string {
  const open = risks.filter(({ isAcknowledged }) => !isAcknowledged).length;
  const { create, update, replace, delete: gone } = counts;
  const changes = [
    ...(create > 0 ? [`${create} made`] : []),
    ...(update > 0 ? [`${update} updated`] : []),
    ...(replace > 0 ? [`${replace} deleted and made again`] : []),
    ...(gone > 0 ? [`${gone} deleted`] : []),
  ];
  const what = changes.length > 0 ? changes.join(", ") : "no change";
  const subject = from === undefined ? `Stack ${stack}` : `Stack ${stack}, compared with ${from}`;
  const policies = new Set(violations.filter(({ isRefused }) => isRefused).map(({ policy }) => policy)).size;
  const news = [
    ...(policies > 0 ? [`refused by ${policies} ${policies === 1 ? "policy" : "policies"}`] : []),
    ...(open > 0 ? [`${open} ${open === 1 ? "risk" : "risks"} to decide about`] : []),
  ];
  return news.length > 0 ? `${subject}: ${news.join(", ")} (${what})` : `${subject}: ${what}`;
}

/** A risk with its mark, its reason, and what to write if it is meant. */
export function riskLines({ act, what, why, remedy, isAcknowledged }: Risk): string[] {
  if (isAcknowledged) return [`✓ ${what} (acknowledged)`, why];
  return [
    `⚠ ${what}`,
    why,
    remedy,
    `If it is meant, name it under llm-gateway:acknowledge with the last day on which that counts: "${act}": "YYYY-MM-DD"`,
  ];
}

/** Line ends of every kind, and tabs. */
const SPACE = /\r\n?|[\t\n\v\f\u0085\u2028\u2029]/g;

/** What shows nothing and does something: escape sequences of terminals, other directions of writing, joints of no width. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;

/** A text that somebody else wrote, in one line, with all that it has to be seen. */
export function inOneLine(text: string): string {
  return text
    .replaceAll(SPACE, " ")
    .replaceAll(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
