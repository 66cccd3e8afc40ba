import type { Expr, Index, Reduction } from "../expression/expression.ts";
import { type Demand, fold } from "../expression/fold.ts";
import type * as Q from "../expression/rational.ts";
import { openScopes } from "../expression/scopes.ts";
import { type IndexedForms, rationalOf } from "./forms.ts";

/** What shows how an expression is made up. */
export type ShownForms = Pick<IndexedForms, "isSum" | "sumOf" | "productOf" | "fromSum" | "ranges" | "assume">;

/**
 * Numbers canonical expressions: two have one number if they differ in the names of bound indices only. A bound index is
 * known by how many of those around it stand in its reduction too (N. G. de Bruijn, Lambda calculus notation with nameless
 * dummies, 1972), and by how many values it takes.
 */
export function numbersUpToNames(forms: ShownForms): (e: Expr) => number {
  const numbers = new Map<string, number>();
  const scopes = openScopes<number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };

  const abstractions = new Map<string, number>();

  // A reduction is numbered once for all places that it may stand in: as a function of the bound indices that are free in it.
  function* ofReduction(node: Reduction): Demand<number> {
    const levels = new Map<string, number>();
    for (const name of node.freeIndices) {
      const level = scopes.positionOf(name);
      if (level !== undefined) levels.set(name, level);
    }
    const outer = [...levels.keys()].sort((a, b) => (levels.get(a) ?? 0) - (levels.get(b) ?? 0));
    const key = `${node.id} ${JSON.stringify(outer)}`;
    let number = abstractions.get(key);
    if (number === undefined) {
      enter(outer, 1);
      number = yield* ofBlock(node, outer.length + 1);
      for (const _ of outer) scopes.leave();
      abstractions.set(key, number);
    }
    return numberOf(`${number} of ${outer.map(name => levels.get(name))}`);
  }

  // The order of sums within each other is one of those that all name the same.
  function* ofBlock(node: Reduction, level: number): Demand<number> {
    const { indices, body } = blockOf(node);
    const texts: string[] = [];
    for (const order of permutations(indices)) {
      enter(order, level);
      texts.push(`${yield body} ${JSON.stringify(order.map(index => forms.ranges.of(index)))}`);
      for (const _ of order) scopes.leave();
    }
    return numberOf(`${node.operation} ${level} ${texts.sort()[0]}`);
  }

  function enter(names: readonly string[], level: number): void {
    for (const [at, name] of names.entries()) {
      scopes.enter(name);
      scopes.moveTo(level + at);
    }
  }

  function* ofIndices(indices: readonly Index[]): Generator<Expr, readonly string[], number> {
    const texts: string[] = [];
    for (const { offset, terms } of indices) {
      const parts = [String(offset)];
      for (const { coefficient, of } of terms)
        parts.push(`${coefficient} ${typeof of === "string" ? nameOf(of) : yield of}`);
      texts.push(parts.sort().join(" + "));
    }
    return texts;
  }
  const nameOf = (name: string): string => {
    const level = scopes.positionOf(name);
    return level === undefined ? JSON.stringify(name) : `#${level}`;
  };

  function* ofSum(node: Expr): Demand<number> {
    const { constant, terms } = forms.sumOf(node);
    const parts: string[] = [];
    for (const [term, coefficient] of terms) parts.push(`${textOf(coefficient)} ${yield term}`);
    return numberOf(`${textOf(constant)} + ${parts.sort().join(" + ")}`);
  }

  function* ofProduct(node: Expr): Demand<number> {
    const { coefficient, factors } = forms.productOf(node);
    const parts: string[] = [];
    for (const [base, exponent] of factors) {
      const power = rationalOf(exponent);
      parts.push(`${yield base} ^ ${power === undefined ? `(${yield forms.fromSum(exponent)})` : textOf(power)}`);
    }
    return numberOf(`${textOf(coefficient)} * ${parts.sort().join(" * ")}`);
  }

  function* numbered(node: Expr): Demand<number> {
    if (node.kind === "constant") return numberOf(String(node.value));
    if (node.kind === "extent") return numberOf(`extent ${forms.ranges.of(node.index)}`);
    if (forms.isSum(node)) return yield* ofSum(node);
    const [only] = forms.productOf(node).factors.keys();
    if (only !== node) return yield* ofProduct(node);
    if (node.kind === "reduction") return yield* ofReduction(node);
    if (node.kind === "call") {
      const args: number[] = [];
      for (const argument of node.args) args.push(yield argument);
      if (node.fn.commutative === true) args.sort((a, b) => a - b);
      return numberOf(`${functionOf(node.fn)} (${args})`);
    }
    const indices = [...(yield* ofIndices(node.indices))];
    const isEven = node.kind === "delta" || (indices.length === 2 && forms.assume.holds(node.name, "symmetric"));
    if (isEven) indices.sort();
    return numberOf(`${node.kind === "delta" ? "" : JSON.stringify(node.name)}[${indices}]`);
  }

  // Two functions may have one name.
  const functions = new Map<unknown, number>();
  const functionOf = (fn: unknown): string => {
    const known = functions.get(fn) ?? functions.size;
    functions.set(fn, known);
    return `f${known}`;
  };

  return e => fold(e, { ...unasked, demand: numbered }, scopes.memo);
}

// Sums that stand in each other and nothing between them, from outside in.
function blockOf(node: Reduction): { readonly indices: readonly string[]; readonly body: Expr } {
  const indices = [node.index];
  let { body } = node;
  while (
    node.operation === "sum" &&
    body.kind === "reduction" &&
    body.operation === "sum" &&
    indices.length < largestBlock
  ) {
    if (indices.includes(body.index)) break;
    indices.push(body.index);
    body = body.body;
  }
  return { indices, body };
}

// All orders of so many are tried.
const largestBlock = 3;

function permutations(list: readonly string[]): readonly (readonly string[])[] {
  if (list.length < 2) return [list];
  return list.flatMap(first => permutations(list.filter(each => each !== first)).map(rest => [first, ...rest]));
}

// All nodes are answered on demand.
const nothing = (): number => 0;
const unasked = { constant: nothing, variable: nothing, call: nothing };

const textOf = ({ numerator, denominator }: Q.Rational): string => `${numerator}/${denominator}`;
