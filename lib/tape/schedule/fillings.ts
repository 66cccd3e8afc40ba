import type { Definition, Definitions } from "../../expression/definition.ts";
import { asIndex, type Expr, type Reduction, reduction, type Variable, variable } from "../../expression/expression.ts";
import { fold, topologicalOrder } from "../../expression/fold.ts";
import { add, conditional, equal, exp, log, sub } from "../../expression/functions.ts";
import { rebuilding, renameIndices } from "../../expression/indices.ts";
import { type Filling, layoutOf } from "./filling.ts";
import { isPlain, substituteReadings } from "./inline.ts";
import type { Ranges } from "./ranges.ts";

/**
 * Definitions as fillings, each of one array: every reduction is an array of its own, under its free indices, and what is
 * left is text without reductions. What is the same up to the names of its indices is filled once. Each filling reads
 * those before it.
 */
export function fillingsOf(definitions: Definitions, ranges: Ranges): readonly Filling[] {
  const made = openWorkshop(namesOf(definitions), ranges);
  const memo = new Map<Expr, Expr>();
  for (const definition of definitions) {
    const value = fold(
      definition.expression,
      { ...rebuilding, reduction: (node, body) => reduced(node, body, made) },
      memo,
    );
    made.finish(definition, value);
  }
  return made.fillings();
}

/** Makes arrays, and hands out readings of them. */
export interface Workshop {
  /** A reading of the array that is filled so, under its own axes: one made before if it is the same. */
  array(recipe: Recipe): Variable;
  /** The filling that a reading reads under its own axes, if it is no result that was asked for. */
  fillingOf(read: Expr): Filling | undefined;
  /** Fills the array of a definition. */
  finish(definition: Definition, value: Expr): void;
  /** All that was made, what is read before what reads it. */
  fillings(): readonly Filling[];
}

/** What an array is made of; its axes are the free indices. */
export type Recipe = Pick<Filling, "operation" | "reduced" | "value" | "formula">;

function reduced(node: Reduction, body: Expr, made: Workshop): Expr {
  const { operation, index } = node;
  if (operation === "logsumexp") return logarithmOfSum(node, body, made);
  const inner = made.fillingOf(body);
  const formula = reduction(operation, index, body);
  if (inner === undefined || inner.operation !== operation || inner.reduced.includes(index)) {
    return made.array({ operation, reduced: [index], value: body, formula });
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

function openWorkshop(taken: ReadonlySet<string>, ranges: Ranges): Workshop {
  const list: Filling[] = [];
  const byKey = new Map<Expr, Filling>();
  const byName = new Map<string, Filling>();
  // Arrays that turned out to be a result: read under its name.
  const renamed = new Map<string, { readonly name: string; readonly axes: readonly string[] }>();
  const fresh = freshNames(taken);

  function array({ operation, reduced, value, formula }: Recipe): Variable {
    const free = value.freeIndices.filter(name => !reduced.includes(name));
    const axes = layoutOf(free, value);
    const canonical = canonicalNames(axes, ranges);
    const whole =
      operation === "set" ? value : reduced.reduceRight<Expr>((body, i) => reduction(operation, i, body), value);
    const key = renameIndices(whole, new Map(axes.map((axis, i) => [axis, canonical[i] ?? axis])));
    const found = byKey.get(key);
    if (found !== undefined) return readingFor(found, axes);
    const filling: Filling = { name: fresh(), axes, at: axes.map(asIndex), reduced, operation, value, formula };
    list.push(filling);
    byKey.set(key, filling);
    byName.set(filling.name, filling);
    return variable(filling.name, ...axes);
  }

  // What was found has its axes in the same order: that of the key.
  const readingFor = (found: Filling, axes: readonly string[]): Variable => variable(found.name, ...axes);

  function fillingOf(read: Expr): Filling | undefined {
    if (read.kind !== "variable") return undefined;
    const filling = byName.get(read.name);
    return filling?.axes.every((axis, i) => read.indices[i]?.name === axis) ? filling : undefined;
  }

  function finish({ name, axes, expression }: Definition, value: Expr): void {
    const source = fillingOf(value);
    const isWhole =
      source !== undefined && value.kind === "variable" && isPlain(value) && source.axes.length === axes.length;
    if (isWhole && !renamed.has(source.name)) {
      renamed.set(source.name, { name, axes: axes.map(axis => axis) });
      return;
    }
    list.push({ name, axes, at: axes.map(asIndex), reduced: [], operation: "set", value, formula: expression });
  }

  function fillings(): readonly Filling[] {
    const memo = new Map<Expr, Expr>();
    const final = (e: Expr): Expr =>
      substituteReadings(
        e,
        read => {
          const result = renamed.get(read.name);
          const own = byName.get(read.name)?.axes ?? [];
          return result && variable(result.name, ...result.axes.map(axis => read.indices[own.indexOf(axis)] ?? axis));
        },
        memo,
      );
    const complete = list.map((filling): Filling => {
      const { name, axes } = renamed.get(filling.name) ?? filling;
      const at = axes.map(axis => filling.at[filling.axes.indexOf(axis)] ?? asIndex(axis));
      return { ...filling, name, axes, at, value: final(filling.value), formula: final(filling.formula) };
    });
    return wanted(complete, taken);
  }

  return { array, fillingOf, finish, fillings };
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

function canonicalNames(axes: readonly string[], ranges: Ranges): readonly string[] {
  const names: string[] = [];
  for (const axis of axes) names.push(ranges.freeName(axis, name => names.includes(name)));
  return names;
}

function namesOf(definitions: Definitions): ReadonlySet<string> {
  const names = new Set(definitions.map(({ name }) => name));
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind === "variable") names.add(node.name);
  }
  return names;
}

// t1, t2, … without names that mean something already.
function freshNames(taken: ReadonlySet<string>): () => string {
  let number = 0;
  return () => {
    do number++;
    while (taken.has(`t${number}`));
    return `t${number}`;
  };
}
