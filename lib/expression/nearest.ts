/**
 * The candidate that `name` was most likely meant to be: the fewest letters inserted, left out, changed or swapped with
 * their neighbour, at most a third of the name's; letter case counts for less. Undefined if none is near.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (candidate === name || candidate.length > longest || Math.abs(candidate.length - name.length) >= least) continue;
    const sameLetters = candidate.toLowerCase() === name.toLowerCase();
    const edits = sameLetters ? 0.25 : editDistance(name, candidate);
    // A name is near only if something of it is left.
    if (edits < least && edits < Math.max(name.length, candidate.length)) [nearest, least] = [candidate, edits];
  }
  return nearest;
}

/** `"; did you mean tanh?"` if a candidate is near, else nothing: the end of an error's message. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}

const longest = 64;

// Optimal string alignment: Levenshtein's distance with swaps of neighbours.
function editDistance(a: string, b: string): number {
  let [before, previous]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + changed, swapped));
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
