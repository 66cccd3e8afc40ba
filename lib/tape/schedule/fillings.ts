import type { Definition, Definitions } from "../../expression/definition.ts";
import {
  asIndex,
  type Call,
  delta,
  type Expr,
  type Reduction,
  rebuild,
  reduction,
  type Variable,
  variable,
} from "../../expression/expression.ts";
import { type Algebra, fold, topologicalOrder } from "../../expression/fold.ts";
import { add, conditional, equal, exp, log, mul, neg, pow, sub } from "../../expression/functions.ts";
import { rebuilding } from "../../expression/indices.ts";
import { sharedWithin } from "../../print/shared.ts";
import { contract } from "./contractions.ts";
import { type Filling, namesIn } from "./filling.ts";
import { isPlain } from "./inline.ts";
import { layoutOf, type Usually } from "./layout.ts";
import type { Contraction, SumRecipe, Surroundings } from "./plans.ts";
import { canonicalNames, type Ranges, renamedFrom } from "./ranges.ts";
import { renameArrays } from "./rename.ts";

/**
 * Definitions as fillings, each of one array: every reduction is an array of its own, under its free indices, and what is
 * left is text without reductions. What is the same up to the names of its indices is filled once. Each filling reads
 * those before it. Of `named` nothing is filled, but it is told what it would be.
 */
export function fillingsOf(
  definitions: Definitions,
  named: Definitions,
  fresh: () => string,
  knowledge: Knowledge,
): Filled {
  const expressions = definitions.map(({ expression }) => expression);
  const isUsedAgain = sharedWithin(topologicalOrder(...expressions), expressions);
  const made = openWorkshop(fresh, knowledge);
  const shared = new Set<Expr>();
  const noting = (node: Expr, result: Expr): Expr => {
    if (isUsedAgain(node)) shared.add(result);
    return result;
  };
  const around: Surroundings = { ...knowledge, ...made, isShared: e => shared.has(e) };
  const sums = alikeSums(around, knowledge.ranges);
  const algebra: Algebra<Expr> = {
    ...rebuilding,
    call: (node, args) => noting(node, rebuild(node, withoutSign(node, args))),
    reduction: (node, body) =>
      noting(node, node.operation === "sum" ? sums(node.index, body) : reduced(node, body, made, around)),
  };
  const memo = new Map<Expr, Expr>();
  const filled = (e: Expr): Expr => fold(e, algebra, memo);
  for (const definition of definitions) made.finish(definition, filled(definition.expression));
  return made.fillings(named.map(({ name, axes, expression }) => elementwise(name, axes, filled(expression))));
}

/** Fillings, and others that are not to be filled but may give their names to what is. */
export interface Filled {
  readonly fillings: readonly Filling[];
  readonly named: readonly Filling[];
}

const elementwise = (name: string, axes: readonly string[], value: Expr): Filling => ({
  name,
  axes,
  at: axes.map(asIndex),
  reduced: [],
  operation: "set",
  value,
  formula: value,
});

/**
 * Contracts sums, those alike but for the names of their indices in the same way: where a maximum is compared with what it is
 * the maximum of, both must have been rounded alike.
 */
function alikeSums(around: Surroundings, ranges: Ranges): (index: string, body: Expr) => Expr {
  const known = new Map<Expr, { readonly free: readonly string[]; readonly result: Expr }>();
  return (index, body) => {
    const free = freeInOrder(body).filter(name => name !== index);
    const names = canonicalNames([...free, index], ranges);
    const key = reduction("sum", names.at(-1) ?? index, renamedFrom(body, [...free, index], names));
    const alike = known.get(key);
    if (alike !== undefined) return renamedFrom(alike.result, alike.free, free);
    const result = contract(index, body, around);
    known.set(key, { free, result });
    return result;
  };
}

// The free indices in the order in which they are met: the same whatever they are called.
function freeInOrder(e: Expr): readonly string[] {
  const names = new Set<string>();
  const seen = new Set<Expr>();
  const pending = [e];
  for (let node = pending.pop(); node !== undefined && names.size < e.freeIndices.length; node = pending.pop()) {
    if (seen.has(node) || node.freeIndices.length === 0) continue;
    seen.add(node);
    if (node.kind === "variable" || node.kind === "delta") {
      for (const name of node.indices.flatMap(namesIn)) names.add(name);
    } else pending.push(...node.args.toReversed());
  }
  return [...names];
}

// An even function of an opposite: the sum that it is the opposite of is there already, as likely as not.
function withoutSign({ fn, args: [, exponent] }: Call, args: readonly Expr[]): readonly Expr[] {
  const [x, ...others] = args;
  const isEven = fn.parity === "even" || (fn === pow && exponent?.kind === "constant" && exponent.value % 2 === 0);
  return isEven && x?.kind === "call" && x.fn === neg ? [...x.args, ...others] : args;
}

/** What is known of indices and inputs. */
export interface Knowledge extends Pick<Surroundings, "extentOf" | "isInside" | "isInteger"> {
  readonly ranges: Ranges;
  readonly usually: Usually;
}

/** Makes arrays, and hands out readings of them. */
export interface Workshop {
  /** A reading of the array that is filled so, under its own axes, the free indices: one made before if it is the same. */
  array(recipe: SumRecipe): Variable;
  /** True if an array has been made of this before. */
  isMade(recipe: Pick<SumRecipe, "operation" | "reduced" | "value">): boolean;
  /** The filling that a reading reads under its own axes, if it is no result that was asked for. */
  fillingOf(read: Expr): Filling | undefined;
  /** The sum that such a reading reads, if it is one. */
  sumOf(read: Expr): Contraction | undefined;
  /** Fills the array of a definition. */
  finish(definition: Definition, value: Expr): void;
  /** All that was made, what is read before what reads it, and what was asked for by name only. */
  fillings(named: readonly Filling[]): Filled;
}

function reduced(node: Reduction, body: Expr, made: Workshop, around: Surroundings): Expr {
  const { operation, index } = node;
  if (operation === "logsumexp") return logarithmOfSum(node, body, made);
  const inner = made.fillingOf(body);
  if (inner === undefined || inner.operation !== operation || inner.reduced.includes(index) || around.isShared(body)) {
    return made.array({ operation, reduced: [index], value: body, formula: reduction(operation, index, body) });
  }
  return made.array({
    operation,
    reduced: [index, ...inner.reduced],
    value: inner.value,
    formula: reduction(operation, index, inner.formula),
  });
}

// As evaluate has it: an infinite maximum is the result, since its difference from itself is no number.
function logarithmOfSum({ index }: Reduction, body: Expr, made: Workshop): Expr {
  const greatest = made.array({
    operation: "maximum",
    reduced: [index],
    value: body,
    formula: reduction("maximum", index, body),
  });
  const share = exp(sub(body, greatest));
  const total = made.array({
    operation: "sum",
    reduced: [index],
    value: share,
    formula: reduction("sum", index, share),
  });
  return made.array({
    operation: "set",
    reduced: [],
    value: conditional(equal(sub(greatest, greatest), 0), add(greatest, log(total)), greatest),
    formula: reduction("logsumexp", index, body),
  });
}

function openWorkshop(fresh: () => string, { ranges, usually }: Knowledge): Workshop {
  const list: Filling[] = [];
  const results = new Set<string>();
  const byKey = new Map<Expr, Filling>();
  const byName = new Map<string, Filling>();
  // Arrays that turned out to be a result: read under its name.
  const renamed = new Map<string, { readonly name: string; readonly axes: readonly string[] }>();
  const sums = new Map<string, Contraction>();

  function array({ operation, reduced, value, formula, product, position, contraction }: SumRecipe): Variable {
    const [scattered, place] = position ?? [];
    const inPlace = place === undefined ? [] : namesIn(place);
    const free = [...new Set([...value.freeIndices, ...inPlace])].filter(name => !reduced.includes(name));
    const axes = layoutOf(scattered === undefined ? free : [scattered, ...free], value, usually);
    const key = keyOf(
      { operation, reduced, value: position === undefined ? value : mul(delta(...position), value) },
      axes,
      ranges,
    );
    const found = byKey.get(key);
    if (found !== undefined) return variable(found.name, ...axes);
    const filling: Filling = {
      name: fresh(),
      axes,
      at: axes.map(axis => (axis === scattered && place !== undefined ? place : asIndex(axis))),
      reduced,
      operation,
      value,
      formula,
      ...(product === undefined ? {} : { product }),
    };
    list.push(filling);
    byKey.set(key, filling);
    byName.set(filling.name, filling);
    if (contraction !== undefined) sums.set(filling.name, contraction);
    return variable(filling.name, ...axes);
  }

  function isMade({ operation, reduced, value }: Pick<SumRecipe, "operation" | "reduced" | "value">): boolean {
    const free = value.freeIndices.filter(name => !reduced.includes(name));
    return byKey.has(keyOf({ operation, reduced, value }, layoutOf(free, value, usually), ranges));
  }

  function fillingOf(read: Expr): Filling | undefined {
    if (read.kind !== "variable") return undefined;
    const filling = byName.get(read.name);
    return filling?.axes.every((axis, i) => read.indices[i]?.name === axis) ? filling : undefined;
  }

  const sumOf = (read: Expr): Contraction | undefined =>
    read.kind === "variable" && fillingOf(read) !== undefined ? sums.get(read.name) : undefined;

  function finish({ name, axes }: Definition, value: Expr): void {
    results.add(name);
    const source = fillingOf(value);
    const isWhole =
      source !== undefined && value.kind === "variable" && isPlain(value) && source.axes.length === axes.length;
    if (isWhole && !renamed.has(source.name)) {
      renamed.set(source.name, { name, axes });
      return;
    }
    list.push(elementwise(name, axes, value));
  }

  function fillings(named: readonly Filling[]): Filled {
    const all = renameArrays([...list, ...named], renamed);
    return { fillings: wanted(all.slice(0, list.length), results), named: all.slice(list.length) };
  }

  return { array, isMade, fillingOf, sumOf, finish, fillings };
}

// Without what nothing reads, because something better was made of it.
function wanted(fillings: readonly Filling[], results: ReadonlySet<string>): readonly Filling[] {
  const read = new Set<string>();
  const seen = new Set<Expr>();
  return [...fillings]
    .reverse()
    .filter(filling => {
      if (!results.has(filling.name) && !read.has(filling.name)) return false;
      const pending: Expr[] = [filling.value];
      for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
        if (seen.has(node)) continue;
        seen.add(node);
        if (node.kind === "variable") read.add(node.name);
        pending.push(...node.args);
      }
      return true;
    })
    .reverse();
}

// What is filled, under names of indices that are the same however they were called.
function keyOf(
  { operation, reduced, value }: Pick<Filling, "operation" | "reduced" | "value">,
  axes: readonly string[],
  ranges: Ranges,
): Expr {
  const own = [...axes, ...reduced];
  const names = canonicalNames(own, ranges);
  const body = renamedFrom(value, own, names);
  return operation === "set"
    ? body
    : names.slice(axes.length).reduceRight<Expr>((inner, i) => reduction(operation, i, inner), body);
}

/** All names of arrays and scalars, read or defined. */
export function namesOf(definitions: Definitions): ReadonlySet<string> {
  const names = new Set(definitions.map(({ name }) => name));
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind === "variable") names.add(node.name);
  }
  return names;
}

/** t1, t2, … without names that mean something already. */
export function freshNames(taken: ReadonlySet<string>): () => string {
  let number = 0;
  return () => {
    do number++;
    while (taken.has(`t${number}`));
    return `t${number}`;
  };
}
