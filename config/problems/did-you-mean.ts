/**
 * A question that names the candidate nearest to a mistyped word, as in `; did you mean "budget"?`, or nothing when
 * none is near.
 */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const [nearest] = candidates
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.round(candidate.length * 0.4))
    .sort((a, b) => a.edits - b.edits);
  return nearest ? `; did you mean ${JSON.stringify(nearest.candidate)}?` : "";
}

/** Levenshtein distance: how many characters must be added, removed or changed to get from one word to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(to).entries()) {
      const [insertion = 0, deletion = 0, substitution = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(insertion + 1, deletion + 1, substitution + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
