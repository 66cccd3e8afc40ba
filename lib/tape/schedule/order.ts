/** A product of factors taken in pairs: the place of a factor, or what is to be multiplied with what. */
export type Pairing = number | { readonly left: Pairing; readonly right: Pairing };

/** In which order factors are multiplied, and the multiply-adds that it costs. */
export interface PairwiseOrder {
  readonly pairing: Pairing;
  readonly cost: number;
}

/**
 * The cheapest way to multiply factors two at a time and to sum what no other factor and no result needs any more, each
 * factor and the result given by its indices. All ways are tried up to six factors; above that, the pair that leaves the
 * least behind goes first (D. Smith and J. Gray, opt_einsum, Journal of Open Source Software 3 (26), 2018).
 */
export function pairwiseOrder(
  factors: readonly (readonly string[])[],
  result: readonly string[],
  extent: (index: string) => number,
): PairwiseOrder {
  const sizeOf = (indices: Iterable<string>): number => {
    let size = 1;
    for (const index of indices) size *= extent(index);
    return size;
  };
  return factors.length <= 6 ? best(factors, result, sizeOf) : greedy(factors, result, sizeOf);
}

/** The indices of a product that are still needed: those of the result and of the factors that are left. */
export const stillNeeded = (
  indices: Iterable<string>,
  others: Iterable<readonly string[]>,
  result: readonly string[],
): readonly string[] => {
  const needed = new Set(result);
  for (const other of others) for (const index of other) needed.add(index);
  return [...new Set(indices)].filter(index => needed.has(index));
};

type SizeOf = (indices: Iterable<string>) => number;

interface Entry extends PairwiseOrder {
  readonly indices: readonly string[];
}

// Sets of factors as bits: what a set leaves behind does not depend on the order within.
function best(factors: readonly (readonly string[])[], result: readonly string[], sizeOf: SizeOf): PairwiseOrder {
  const entries: (Entry | undefined)[] = [];
  const all = 2 ** factors.length - 1;
  for (let set = 1; set <= all; set++) {
    const others = factors.filter((_, i) => (set & (1 << i)) === 0);
    const own = factors.filter((_, i) => (set & (1 << i)) !== 0).flat();
    const indices = stillNeeded(own, others, result);
    let entry: Entry | undefined;
    if ((set & (set - 1)) === 0) {
      // To sum an index of one factor alone is to read it once.
      const cost = indices.length < new Set(own).size ? sizeOf(new Set(own)) : 0;
      entry = { pairing: Math.log2(set), cost, indices };
    }
    for (let left = (set - 1) & set; left > set - left; left = (left - 1) & set) {
      const [one, other] = [entries[left], entries[set - left]];
      if (one === undefined || other === undefined) continue;
      const cost = one.cost + other.cost + sizeOf(new Set([...one.indices, ...other.indices]));
      if (entry === undefined || cost < entry.cost) {
        entry = { pairing: { left: other.pairing, right: one.pairing }, cost, indices };
      }
    }
    entries[set] = entry;
  }
  const { pairing, cost } = entries[all] ?? { pairing: 0, cost: 0 };
  return { pairing, cost };
}

function greedy(factors: readonly (readonly string[])[], result: readonly string[], sizeOf: SizeOf): PairwiseOrder {
  let cost = 0;
  let left: readonly Entry[] = factors.map((own, i) => {
    const indices = stillNeeded(own, factors.toSpliced(i, 1), result);
    if (indices.length < own.length) cost += sizeOf(own);
    return { pairing: i, cost: 0, indices };
  });
  while (left.length > 1) {
    let chosen:
      | { readonly gain: number; readonly rest: readonly Entry[]; readonly made: Entry; readonly work: number }
      | undefined;
    for (const [i, one] of left.entries()) {
      for (const other of left.slice(i + 1)) {
        const rest = left.filter(each => each !== one && each !== other);
        const union = new Set([...one.indices, ...other.indices]);
        const indices = stillNeeded(
          union,
          rest.map(each => each.indices),
          result,
        );
        const gain = sizeOf(indices) - sizeOf(one.indices) - sizeOf(other.indices);
        if (chosen !== undefined && chosen.gain <= gain) continue;
        const made = { pairing: { left: one.pairing, right: other.pairing }, cost: 0, indices };
        chosen = { gain, rest, made, work: sizeOf(union) };
      }
    }
    if (chosen === undefined) break;
    cost += chosen.work;
    left = [...chosen.rest, chosen.made];
  }
  return { pairing: left[0]?.pairing ?? 0, cost };
}
