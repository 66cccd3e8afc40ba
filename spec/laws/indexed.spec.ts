/** The laws of indexed expressions: random readings, gathers, windows, deltas and nested reductions, with arrays that fit. */
import * as fc from "fast-check";
import katex from "katex";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { jacobian } from "../../lib/calculus/jacobian.ts";
import { readingsOf } from "../../lib/calculus/readings.ts";
import {
  arbitraryIndexedCase,
  awkwardNames,
  checkGradient,
  checkLaw,
  type GradientCheck,
  type IndexedCase,
  type IndexedOptions,
  isNear,
  isRegular,
  lawOver,
  runAgrees,
} from "../../lib/check/index.ts";
import { measureAll, shapesOf } from "../../lib/check/regular.ts";
import { evaluate, evaluateArray, evaluateDefinitions } from "../../lib/evaluate.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { delta, type Expr, reduction, type Variable, variable } from "../../lib/expression/expression.ts";
import { extentsOf } from "../../lib/expression/extents.ts";
import { fold, topologicalOrder } from "../../lib/expression/fold.ts";
import { add, addAll, functions, mul, mulAll } from "../../lib/expression/functions.ts";
import { freshen, freshName, indexNames, rebuilding, renameIndices, substitute } from "../../lib/expression/indices.ts";
import { shapeOf, sizeOf } from "../../lib/expression/values.ts";
import { fromJSON, toJSON } from "../../lib/print/json.ts";
import { toLatex } from "../../lib/print/latex.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { isWithin, measure as sizesOf } from "../../lib/simplify/measure.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { stabilise } from "../../lib/simplify/stabilise.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { runs } from "../support/law.ts";

// Second derivatives of the others are in a class of their own, or their values too large to tell much.
const smooth = ["+", "-", "*", "/", "exp", "log", "sin", "cos", "tanh", "sigmoid", "softplus", "square", "sqrt", "atan"]
  .map(name => [...functions.values()].find(row => row.name === name || row.operator?.symbol === name))
  .filter(row => row !== undefined);

type Statement = (one: IndexedCase) => boolean | undefined;

/** Tests a law, and prints how many of its runs had something to judge. Costly laws take a smaller share of the runs. */
function law(name: string, statement: Statement, options: IndexedOptions & { readonly share?: number } = {}): void {
  test(name, async () => {
    const wanted = Math.ceil(runs * (options.share ?? 1) * 0.5);
    const { judged, runs: total } = await checkLaw(lawOver(name, arbitraryIndexedCase(options), statement), {
      runs: wanted,
    });
    console.log(`${name}   ${judged} of ${total} runs judged`);
  });
}

/** The extents of all indices of a case, primed ones too: what another formula may not tell. */
const extentsIn = ({ expression, values, extents }: IndexedCase): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...extentsOf([expression], shapesOf(values), { extents })].flatMap(([name, extent]) =>
      [0, 1, 2, 3].map(primes => [name + "'".repeat(primes), extent]),
    ),
  );

const isRegularCase = ({ expression, values, extents }: IndexedCase): boolean =>
  isRegular(expression, values, { extents });

/** Equal at every position, to rounding: relative to the largest intermediate of both. */
const same = (a: ArrayLike<number>, b: ArrayLike<number>, largest: number, tolerance?: number): boolean =>
  a.length === b.length && Array.from(a).every((x, i) => isNear(x, b[i] ?? Number.NaN, largest, tolerance));

/**
 * Whether `after` has the values of a case where that is regular; undefined elsewhere. A form of its own may lose digits of
 * its own: what rounding may have done to it, to first order, is allowed.
 */
function keeps(one: IndexedCase, after: Expr): boolean | undefined {
  if (!isRegularCase(one)) return undefined;
  const { expression, values, axes } = one;
  const extents = extentsIn(one);
  const right = measureAll(after, values, { extents });
  const doubt = right.errors.reduce((most, error) => Math.max(most, Number.isFinite(error) ? 16 * error : 0), 0);
  const { largest } = measureAll(expression, values, { extents });
  const before = evaluateArray(expression, values, axes, { extents });
  const all = Math.max(1, largest, Number.isFinite(right.largest) ? right.largest : 0);
  return same(before.data, evaluateArray(after, values, axes, { extents }).data, all, 1e-9 + doubt / all);
}

/** The array that a case is differentiated by, read at axes of its own; undefined if it reads none but those of integers. */
function arrayIn({ expression }: IndexedCase): Variable | undefined {
  for (const [name, [reading]] of readingsOf(expression)) {
    if (reading !== undefined && reading.indices.length > 0)
      return variable(name, ...["p", "q", "r"].slice(0, reading.indices.length));
  }
  return undefined;
}

/** A scalar or such an array, and its readings, none of them under a bound index. */
function heldIn({ expression }: IndexedCase): readonly [by: Variable, readings: readonly Variable[]] | undefined {
  const distinct = freshen(expression, new Set(expression.freeIndices));
  for (const [name, readings] of readingsOf(distinct)) {
    const axes = ["p", "q", "r"].slice(0, readings[0]?.indices.length);
    const isHeld = readings.every(({ freeIndices }) =>
      freeIndices.every(axis => expression.freeIndices.includes(axis)),
    );
    if (isHeld) return [variable(name, ...axes), readings];
  }
  return undefined;
}

/** Whether a Jacobian by something that is read only under bound indices is an error; undefined if nothing is read. */
function isRefused(e: Expr): boolean | undefined {
  const [reading] = [...readingsOf(e).values()].flat();
  if (reading === undefined) return undefined;
  try {
    jacobian([e], [reading]);
    return false;
  } catch (error) {
    return error instanceof FluxionError && error.code === "bad-index";
  }
}

/** The product with `dy`, an array over a case's free indices, summed over all positions. */
const contracted = ({ expression: { freeIndices: axes } }: IndexedCase, e: Expr): Expr =>
  axes.reduce<Expr>(
    (body, axis) => reduction("sum", axis, body),
    axes.length === 0 ? e : mul(variable("dy", ...axes), e),
  );

const adjointOf = ({ expression: { freeIndices: axes } }: IndexedCase): { adjoint?: Expr } =>
  axes.length === 0 ? {} : { adjoint: variable("dy", ...axes) };

/** Agrees where finite differences can tell anything; a law is judged where they can tell of at least one element. */
const isRight = ({ agrees, partials }: GradientCheck): boolean | undefined =>
  !agrees ? false : partials.some(({ verdict }) => verdict === "agrees") || undefined;

/** The derivative of a case by one of its arrays, as `differentiate` finds it, contracted. */
const differentiated = (one: IndexedCase, by: Variable): Expr => contracted(one, differentiate(one.expression, by));

/** The same as `gradient` finds it. */
const swept = (one: IndexedCase, by: Variable): Expr =>
  gradient(one.expression, [by], adjointOf(one))[by.name] ?? one.expression;

/** A case with the array `dy` beside its own. */
function withAdjoint(one: IndexedCase): IndexedCase["values"] {
  const extents = extentsIn(one);
  const shape = one.expression.freeIndices.map(axis => extents[axis] ?? 1);
  return { ...one.values, dy: { shape, data: Array.from({ length: sizeOf(shape) }, (_, i) => 1 - ((i * 7) % 5) / 3) } };
}

/** The values of two derivatives by an array, at all of its elements; undefined where one has none or rounding matters. */
function alike(one: IndexedCase, by: Variable, a: Expr, b: Expr, tolerance = 1e-9): boolean | undefined {
  const values = withAdjoint(one);
  const shape = shapeOf(values[by.name]) ?? [];
  const axes = by.indices.map(index => index.name ?? "");
  const extents = { ...extentsIn(one), ...Object.fromEntries(axes.map((axis, i) => [axis, shape[i] ?? 1])) };
  const [left, right] = [measureAll(a, values, { extents }), measureAll(b, values, { extents })];
  const largest = Math.max(left.largest, right.largest);
  const errors = [...left.errors, ...right.errors];
  // The indicator of a maximum is not regular: it jumps where its body does not.
  const doubt = errors.reduce((most, error) => Math.max(most, Number.isFinite(error) ? error : 0), 0);
  if (!(largest < 1e6) || doubt > 1e-6) return undefined;
  const at = (e: Expr): ArrayLike<number> => evaluateArray(e, values, axes, { extents }).data;
  return same(at(a), at(b), largest, tolerance + 16 * doubt);
}

const awkward: IndexedOptions = {
  indices: ["i", "constructor", "__proto__", "n'"],
  variables: awkwardNames.filter(
    name => name !== "n" && name !== "n'" && name !== "constructor" && name !== "__proto__",
  ),
};

const readsBack = ({ expression }: IndexedCase): boolean =>
  parse(textOf(expression)) === expression && parse(textOf(expression, { parentheses: "all" })) === expression;

law("text         parse(print(f)) is f", readsBack);
law("text         whatever indices and arrays are called", readsBack, awkward);
law(
  "JSON         fromJSON(toJSON(f)) is f",
  ({ expression }) => fromJSON(JSON.parse(JSON.stringify(toJSON(expression)))) === expression,
  awkward,
);
law(
  "LaTeX        is accepted by KaTeX in strict mode",
  ({ expression }) =>
    katex.renderToString(toLatex(expression), { output: "mathml", displayMode: true, strict: "error" }) !== "",
  { share: 0.5 },
);

law("evaluation   an array holds the value at each position", one => {
  const { expression, values, axes } = one;
  const extents = extentsIn(one);
  const { shape, data } = evaluateArray(expression, values, axes, { extents });
  return data.every((x, element) => {
    const positions = axes.map((axis, i) => [axis, Math.floor(element / sizeOf(shape.slice(i + 1))) % (shape[i] ?? 1)]);
    return Object.is(x, evaluate(expression, { ...values, ...Object.fromEntries(positions) }, { extents }));
  });
});
law("evaluation   so do the tables by which regular points are told", one => {
  const { expression, values, axes } = one;
  const { data } = evaluateArray(expression, values, expression.freeIndices, one);
  const table = measureAll(expression, values, one);
  return axes.length <= 2 && same(data, table.values, table.largest, 1e-14);
});
law("evaluation   through a definition", one =>
  runAgrees(one, (definitions, values, extents) => evaluateDefinitions(definitions, values, { extents })),
);

law(
  "derivative   differentiate by an array agrees with finite differences",
  one => {
    const by = arrayIn(one);
    if (by === undefined || !isRegularCase(one)) return undefined;
    const gradient = { [`${by}`]: differentiated(one, by) };
    const options = { adjoint: "dy", elements: 2, extents: extentsIn(one), variables: [by.name], gradient };
    return isRight(checkGradient(one.expression, one.values, options));
  },
  { share: 0.5, operations: 5 },
);
law(
  "gradient     agrees with finite differences",
  one => {
    if (arrayIn(one) === undefined || !isRegularCase(one)) return undefined;
    return isRight(checkGradient(one.expression, one.values, { elements: 2, extents: extentsIn(one) }));
  },
  { share: 0.5 },
);
law(
  "gradient     agrees with differentiate",
  one => {
    const by = arrayIn(one);
    if (by === undefined || !isRegularCase(one)) return undefined;
    return alike(one, by, swept(one, by), differentiated(one, by));
  },
  { operations: 6 },
);
law(
  "Jacobian     its entries, each at the elements that its column reads, are the gradient",
  one => {
    const held = heldIn(one);
    if (held === undefined) return isRefused(one.expression);
    if (!isRegularCase(one)) return undefined;
    const [by, readings] = held;
    const { columns, entries } = jacobian([one.expression], readings);
    const placed = entries.map((entry, k) => {
      const { indices = [] } = readings[columns[k] ?? 0] ?? {};
      return contracted(one, mulAll([entry, ...indices.map((index, axis) => delta(by.indices[axis] ?? 0, index))]));
    });
    return alike(one, by, addAll(placed), swept(one, by));
  },
  { operations: 6 },
);
law(
  "gradient     of a gradient along a direction agrees with finite differences",
  one => {
    const by = arrayIn(one);
    if (by === undefined || !isRegularCase(one)) return undefined;
    const axes = by.indices.map(index => index.name ?? "");
    const directed = mul(variable("direction", ...by.indices), swept(one, by));
    const slope = axes.reduce<Expr>((body, axis) => reduction("sum", axis, body), directed);
    const shape = shapeOf(one.values[by.name]) ?? [];
    const extents = { ...extentsIn(one), ...Object.fromEntries(axes.map((axis, i) => [axis, shape[i] ?? 1])) };
    const direction = { shape, data: Array.from({ length: sizeOf(shape) }, (_, i) => 1 - ((i * 3) % 7) / 4) };
    const values = { ...withAdjoint(one), direction };
    if (!(measureAll(slope, values, { extents }).largest < 1e4)) return undefined;
    return isRight(checkGradient(slope, values, { variables: [by.name], elements: 2, extents, tolerance: 1e-5 }));
  },
  { share: 0.25, operations: 4, functions: smooth },
);

/** Every bound index under another name, of which none occurred. */
function rebound(e: Expr): { readonly expression: Expr; readonly from: ReadonlyMap<string, string> } {
  const taken = new Set(indexNames(e));
  const from = new Map<string, string>();
  const expression = fold<Expr>(e, {
    ...rebuilding,
    reduction(node, body) {
      const fresh = freshName(`${node.index}_`, taken);
      taken.add(fresh);
      from.set(fresh, node.index);
      return reduction(node.operation, fresh, renameIndices(body, { [node.index]: fresh }));
    },
  });
  return { expression, from };
}

/** The extents of a case, and those of the names that `rebound` made. */
function extentsAfter(one: IndexedCase, from: ReadonlyMap<string, string>): Readonly<Record<string, number>> {
  const extents = extentsIn(one);
  return { ...extents, ...Object.fromEntries([...from].map(([name, old]) => [name, extents[old] ?? 1])) };
}

law("renaming     a bound index changes no value", one => {
  const { expression, from } = rebound(one.expression);
  if (from.size === 0) return undefined;
  const extents = extentsAfter(one, from);
  const before = evaluateArray(one.expression, one.values, one.axes, { extents });
  return evaluateArray(expression, one.values, one.axes, { extents }).data.every((x, i) =>
    Object.is(x, before.data[i]),
  );
});
law(
  "renaming     a bound index changes no gradient",
  one => {
    const by = arrayIn(one);
    const { expression, from } = rebound(one.expression);
    if (by === undefined || from.size === 0) return undefined;
    const renamed = { ...one, expression, extents: extentsAfter(one, from) };
    return alike({ ...one, extents: renamed.extents }, by, swept(one, by), swept(renamed, by));
  },
  { operations: 6 },
);
law(
  "renaming     a bound index changes no value of what is simplified",
  one => {
    const { expression, from } = rebound(one.expression);
    return from.size === 0 ? undefined : keeps({ ...one, extents: extentsAfter(one, from) }, simplify(expression));
  },
  { share: 0.5 },
);

/**
 * What is put in has the axes under names that the case binds, binds a name of its own, and brings in an index from outside,
 * each a name that would be captured if it could be.
 */
law("substitution never captures", one => {
  const by = arrayIn(one);
  const array = by === undefined ? undefined : one.values[by.name];
  const extents = extentsIn(one);
  const [outer] = Object.keys(extents);
  if (by === undefined || typeof array !== "object" || outer === undefined || "S" in one.values) return undefined;
  const names = ["i", "j", "k", "n"].filter(name => name !== outer).slice(0, array.shape.length);
  if (names.length < array.shape.length) return undefined;
  // A name has one extent: where that of the axis is another, so is the name.
  const axes = names.map((name, i) => (extents[name] === array.shape[i] ? name : `${name}*`));
  const scale = variable("S", outer);
  const put = add(mul(variable(by.name, ...axes), scale), reduction("sum", outer, scale));
  const replaced = substitute(one.expression, { [`${by.name}[${axes}]`]: put });
  const S = Array.from({ length: extents[outer] ?? 1 }, (_, i) => 1 + i / 8);
  const total = S.reduce((sum, x) => sum + x, 0);
  const options = {
    extents: { ...extents, ...Object.fromEntries(axes.map((axis, i) => [axis, array.shape[i] ?? 1])) },
  };
  const verdicts = S.map((factor, position) => {
    const data = Array.from(array.data, x => x * factor + total);
    const at = { ...one.values, [by.name]: { ...array, data }, [outer]: position };
    if (!isRegular(one.expression, at, options)) return undefined;
    const { values, largest } = measureAll(one.expression, at, options);
    return same(values, measureAll(replaced, { ...one.values, S, [outer]: position }, options).values, largest);
  });
  return verdicts.includes(false) ? false : verdicts.includes(true) || undefined;
});

const isNoLarger = (after: Expr, before: Expr): boolean =>
  isWithin(sizesOf(topologicalOrder(after), [after]), sizesOf(topologicalOrder(before), [before]));

law("simplify     keeps the value", one => keeps(one, simplify(one.expression)), { share: 0.5 });
law("simplify     never grows", ({ expression }) => isNoLarger(simplify(expression), expression), { share: 0.5 });
law("simplify     settles in one pass", ({ expression }) => simplify(simplify(expression)) === simplify(expression), {
  share: 0.5,
});
law("stabilise    keeps the value", one => keeps(one, stabilise(one.expression)), { share: 0.5 });

test("cases are drawn with all that there is to draw", () => {
  const drawn = fc
    .sample(arbitraryIndexedCase(), { numRuns: 400, seed: 1 })
    .map(({ expression }) => textOf(expression));
  for (const [what, pattern] of [
    ["a gather", /\w\[[^\]]*\w\[/],
    ["a window", /\[[^\]]*[a-z]\+[a-z0-9]/],
    ["a stride", /\[[^\]]*2\*/],
    ["a constant position", /\[\d/],
    ["a delta of a label", /delta\(\w, \w\[/],
    ["a conditional", / \? /],
    ...["sum", "maximum", "minimum", "logsumexp", "extent"].map(name => [name, new RegExp(`${name}\\(`)] as const),
  ] as const)
    assert.ok(drawn.filter(text => pattern.test(text)).length >= 3, what);
});

test.run();
