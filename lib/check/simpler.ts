import { evaluateArray } from "../evaluate.ts";
import { constant, type Expr, variable } from "../expression/expression.ts";
import { extentsOf } from "../expression/extents.ts";
import { countNodes, fold, topologicalOrder } from "../expression/fold.ts";
import { rebuilding, renameIndices } from "../expression/indices.ts";
import { type FlatArray, sizeOf } from "../expression/values.ts";
import { caseOf, type IndexedCase } from "./case.ts";
import { simplerNumbers } from "./random.ts";
import { measureAll, shapesOf } from "./regular.ts";

/** Cases a step simpler than one, the simplest first: fewer nodes, smaller extents, shorter numbers. */
export function* simplerCases(one: IndexedCase): Generator<IndexedCase, void> {
  const weight = weightOf(one);
  for (const simpler of [
    ...withSimplerExpressions(one),
    ...withSmallerExtents(one),
    ...withSmallerArrays(one),
    ...withSimplerValues(one),
  ]) {
    if (fits(simpler) && isLess(weightOf(simpler), weight)) yield simpler;
  }
}

function* withSimplerExpressions(one: IndexedCase): Generator<IndexedCase, void> {
  const values = new Map(Object.entries(one.values));
  const extents = extentsIn(one);
  for (const node of [...topologicalOrder(one.expression)].reverse()) {
    for (const simpler of simplerNodes(node)) {
      const expression = replaced(one.expression, node, simpler);
      if (expression === undefined) continue;
      const axes = one.axes.filter(axis => expression.freeIndices.includes(axis));
      if (axes.length === expression.freeIndices.length) yield caseOf(expression, values, extents, axes);
    }
  }
}

// A constant cannot stand for a gather, in whose place only a reading can.
function replaced(root: Expr, node: Expr, by: Expr): Expr | undefined {
  try {
    return fold<Expr>(root, rebuilding, new Map([[node, by]]));
  } catch {
    return undefined;
  }
}

function simplerNodes(node: Expr): readonly Expr[] {
  const leaves = [constant(0), constant(1)];
  switch (node.kind) {
    case "constant":
      return simplerNumbers(node.value).map(constant);
    case "variable": {
      const indices = node.indices.map((_, position) =>
        variable(node.name, ...node.indices.map((index, i) => (i === position ? 0 : index))),
      );
      return [...leaves, ...indices];
    }
    case "call":
      return [...leaves, ...node.args.filter((_, position) => position !== node.fn.order)];
    case "reduction":
      return [...leaves, node.body, renameIndices(node.body, { [node.index]: 0 })];
    case "delta":
    case "extent":
      return leaves;
  }
}

/** With one extent less, where the arrays still fit: each axis that an index fills is cut with it. */
function* withSmallerExtents(one: IndexedCase): Generator<IndexedCase, void> {
  const extents = extentsIn(one);
  for (const [name, extent] of extents) {
    if (extent <= 1) continue;
    for (const smaller of new Set([1, extent - 1])) {
      const changed = new Map(extents).set(name, smaller);
      const values = new Map(Object.entries(one.values));
      for (const node of topologicalOrder(one.expression)) {
        const array = node.kind === "variable" ? values.get(node.name) : undefined;
        if (node.kind !== "variable" || typeof array !== "object") continue;
        const shape = array.shape.map((size, axis) => {
          const index = node.indices[axis]?.name;
          return index === undefined ? size : Math.min(size, changed.get(index) ?? size);
        });
        values.set(node.name, cut(array, shape));
      }
      yield caseOf(one.expression, values, changed, one.axes);
    }
  }
}

/** With one position less along one axis, where nothing is read there. */
function* withSmallerArrays(one: IndexedCase): Generator<IndexedCase, void> {
  for (const [name, array] of Object.entries(one.values)) {
    if (typeof array === "number") continue;
    for (const [axis, size] of array.shape.entries()) {
      const values = new Map(Object.entries(one.values)).set(name, cut(array, array.shape.with(axis, size - 1)));
      if (size > 1) yield caseOf(one.expression, values, extentsIn(one), one.axes);
    }
  }
}

function cut({ shape, data }: FlatArray, to: readonly number[]): FlatArray {
  const kept = Array.from({ length: sizeOf(to) }, (_, at) => {
    let [rest, element, stride] = [at, 0, 1];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      element += (rest % (to[axis] ?? 1)) * stride;
      rest = Math.floor(rest / (to[axis] ?? 1));
      stride *= shape[axis] ?? 1;
    }
    return data[element] ?? 0;
  });
  return { shape: to, data: kept };
}

function* withSimplerValues(one: IndexedCase): Generator<IndexedCase, void> {
  const changed = (name: string, value: number | FlatArray): IndexedCase => ({
    ...one,
    values: { ...one.values, [name]: value },
  });
  for (const [name, value] of Object.entries(one.values)) {
    if (typeof value === "number") {
      for (const simpler of shorter(value)) yield changed(name, simpler);
      continue;
    }
    const data = Array.from(value.data);
    for (const map of [() => 0, () => 1, Math.trunc, (x: number) => Math.trunc(x * 10) / 10])
      yield changed(name, { ...value, data: data.map(map) });
    for (const [i, x] of data.entries())
      for (const simpler of shorter(x)) yield changed(name, { ...value, data: data.with(i, simpler) });
  }
}

const shorter = (x: number): readonly number[] => [0, 1, 2, Math.trunc(x), Math.trunc(x * 10) / 10];

const extentsIn = ({ expression, values, extents }: IndexedCase): ReadonlyMap<string, number> =>
  extentsOf([expression], shapesOf(values), { extents });

// What is cut short may leave positions outside of an array, or an index with two extents.
function fits({ expression, values, extents }: IndexedCase): boolean {
  try {
    const { largest } = measureAll(expression, values, { extents });
    const { data } = evaluateArray(expression, values, expression.freeIndices, { extents });
    return Number.isFinite(largest) && data.every(Number.isFinite);
  } catch {
    return false;
  }
}

function weightOf(one: IndexedCase): readonly number[] {
  const nodes = topologicalOrder(one.expression);
  const digits = (x: number): number => String(x).length + Math.abs(x) / 1e3 + (x < 0 ? 1e-3 : 0);
  const numbers = Object.values(one.values).flatMap(value =>
    typeof value === "number" ? [value] : Array.from(value.data),
  );
  const indices = nodes.flatMap(node =>
    node.kind === "variable" ? node.indices.filter(({ terms }) => terms.length > 0) : [],
  );
  return [
    countNodes(one.expression),
    nodes.filter(({ kind }) => kind !== "constant").length,
    indices.length,
    [...extentsIn(one).values()].reduce((total, extent) => total + extent, 0),
    nodes.reduce((total, node) => total + (node.kind === "constant" ? digits(node.value) : 0), 0),
    numbers.reduce((total, x) => total + digits(x), 0),
  ];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const first = a.findIndex((x, i) => x !== b[i]);
  return first >= 0 && (a[first] ?? 0) < (b[first] ?? 0);
}
