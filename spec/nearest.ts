/**
 * The known word that a mistyped one was probably meant to be; undefined if none is close. Case, hyphens and underscores do not count,
 * since the vendor's files mix all spellings (`policyNode0`, `policy-node0`, `ers_public_key`, `ers-public-key`).
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const folded = fold(word);
  const allowed = Math.min(3, Math.floor(folded.length / 3));
  const [best] = known
    .map((candidate) => ({ candidate, distance: distance(folded, fold(candidate)) }))
    .filter((one) => one.distance <= allowed)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[-_ .]/g, "");
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        substitution,
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
