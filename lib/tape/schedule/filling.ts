import type { Expr, Index, Variable } from "../../expression/expression.ts";
import type { Accumulation, ProductStep } from "../tape.ts";

/** One array, and how it is filled: element by element, by a reduction, by a scatter or by a matrix product. */
export interface Filling {
  readonly name: string;
  /** The index of each axis, in the order of the layout. */
  readonly axes: readonly string[];
  /** Where a value goes: the axes themselves, but for a scatter. */
  readonly at: readonly Index[];
  /** The indices that are run over and are none of the axes. */
  readonly reduced: readonly string[];
  readonly operation: Accumulation | "set";
  /** What is taken in, without reductions: in inputs and other arrays. */
  readonly value: Expr;
  /** What a reader is told that it is. */
  readonly formula: Expr;
  /** True of what adds to an input: when all else has read it. */
  readonly isInPlace?: boolean;
  /** True of what no loop that fills it may read: it is compared with what has been read from memory. */
  readonly isReadLater?: boolean;
  /** Of a matrix product, which value and formula say too. */
  readonly product?: Pick<ProductStep, "left" | "right" | "batch" | "rows" | "columns" | "inner" | "scale">;
}

/** The plain name of each axis, or undefined for one that is scattered into. */
export const plainAxes = ({ at }: Filling): readonly (string | undefined)[] => at.map(({ name }) => name);

/** True of what adds values to elements that it finds by integers or windows. */
export const isScatter = (filling: Filling): boolean => filling.at.some(({ name }) => name === undefined);

/** Finds the readings of computed arrays that an expression is made of, each once. What it has seen, it remembers. */
export function readingsOfComputed(isComputed: (name: string) => boolean): (e: Expr) => readonly Variable[] {
  const memo = new Map<Expr, readonly Variable[]>();
  return e => {
    const seen = memo.get(e);
    if (seen !== undefined) return seen;
    // The order of numbers is that of dependence, so that one pass over what is new will do.
    for (const node of unseen(e, memo)) {
      if (node.kind === "variable" && isComputed(node.name)) memo.set(node, [node]);
      else memo.set(node, union(node.args.map(argument => memo.get(argument) ?? none)));
    }
    return memo.get(e) ?? none;
  };
}

const none: readonly Variable[] = [];

function unseen(e: Expr, memo: ReadonlyMap<Expr, unknown>): readonly Expr[] {
  const found = new Set<Expr>();
  const pending = [e];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (found.has(node) || memo.has(node)) continue;
    found.add(node);
    pending.push(...node.args);
  }
  return [...found].sort((a, b) => a.id - b.id);
}

// Lists are shared where that is possible: most nodes read what one of their arguments reads.
function union(lists: readonly (readonly Variable[])[]): readonly Variable[] {
  let largest = none;
  for (const list of lists) if (list.length > largest.length) largest = list;
  const others = lists.flatMap(list => (list === largest ? [] : list.filter(each => !largest.includes(each))));
  return others.length === 0 ? largest : [...new Set([...largest, ...others])];
}

/** The names of indices in a position, those within gathers included. */
export const namesIn = ({ terms }: Index): readonly string[] =>
  terms.flatMap(({ of }) => (typeof of === "string" ? [of] : of.freeIndices));
