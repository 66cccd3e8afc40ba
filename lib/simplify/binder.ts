import { type Expr, type Reduction, type ReductionKind, reduction } from "../expression/expression.ts";
import { numbersUpToNames, type ShownForms } from "./alike.ts";
import { compareExpressions, compareNames } from "./order.ts";

/** Makes reductions, and sees to it that those that differ in the name of their index only become one. */
export interface Binder {
  readonly close: (operation: ReductionKind, index: string, body: Expr) => Reduction;
  /** Chooses one name, the first in order, for those met under several. True if there were any new ones. */
  readonly settle: () => boolean;
}

/** How often names are settled: what is named anew may turn out to be alike. */
export const mostNamings = 3;

export function binder(forms: ShownForms): Binder {
  const numberOf = numbersUpToNames(forms);
  const met = new Map<number, Set<Reduction>>();
  const chosen = new Map<number, Reduction>();
  const unsettled = new Set<number>();

  function close(operation: ReductionKind, index: string, body: Expr): Reduction {
    const node = reduction(operation, index, body);
    const number = numberOf(node);
    const alike = met.get(number);
    if (alike === undefined) met.set(number, new Set([node]));
    else if (!alike.has(node)) {
      alike.add(node);
      unsettled.add(number);
    }
    // Not the first that was met: which one that is may depend on the order of operands.
    return chosen.get(number) ?? node;
  }

  function settle(): boolean {
    const numbers = [...unsettled];
    unsettled.clear();
    for (const number of numbers) {
      const [first] = [...(met.get(number) ?? [])].sort(
        (a, b) => compareNames(a.index, b.index) || compareExpressions(a, b),
      );
      if (first !== undefined) chosen.set(number, first);
    }
    return numbers.length > 0;
  }

  return { close, settle };
}
