import { constant, type Expr, type Index, type Variable, variable } from "../expression/expression.ts";
import { add, div, mul, neg, sub } from "../expression/functions.ts";
import { readingsIn, touchedBy } from "./readings.ts";
import type { LoopStep, ProductStep, Statement, Step, Tape } from "./tape.ts";

/**
 * The tape in which a product that is only there to change an input, as a gradient in `W - rate * dW`, is added to the input
 * straight away: it is neither stored nor read again.
 */
export function withAddedProducts(tape: Tape): Tape {
  const touched = tape.steps.map(touchedBy);
  const replaced = new Map<Step, ProductStep | undefined>();
  const updates = tape.updates.map(update => {
    const found = addition(tape, touched, update);
    if (found === undefined) return update;
    replaced.set(found.product, undefined);
    replaced.set(found.change, found.sum);
    return { to: update.to, from: update.to };
  });
  if (replaced.size === 0) return tape;
  const steps = tape.steps.flatMap((step): readonly Step[] => {
    if (!replaced.has(step)) return [step];
    const sum = replaced.get(step);
    return sum === undefined ? [] : [sum];
  });
  return { ...tape, steps, updates };
}

/** A product, the loop that changes an input by it, and the product that does both. */
interface Addition {
  readonly product: ProductStep;
  readonly change: LoopStep;
  readonly sum: ProductStep;
}

type Touched = ReturnType<typeof touchedBy>;

function addition(
  tape: Tape,
  touched: readonly Touched[],
  { to, from }: { readonly to: string; readonly from: string },
): Addition | undefined {
  const isOwn = (name: string): boolean =>
    tape.arrays.some(array => array.name === name && array.role === "temporary") &&
    tape.updates.every(update => update.to !== name && (update.from !== name || update.to === to));
  const placesOf = (name: string): readonly number[] =>
    touched.flatMap(({ reads, writes }, place) => (reads.has(name) || writes.has(name) ? [place] : []));
  const [at = -1, ...others] = placesOf(from);
  const change = tape.steps[at];
  if (change === undefined || change.kind === "matrix product" || others.length > 0 || !isOwn(from)) return undefined;
  const store = onlyStore(change);
  const part = store === undefined ? undefined : partOf(store.value, to);
  if (store === undefined || part === undefined || part.old !== variable(to, ...store.at)) return undefined;

  const { name } = part.reading;
  const [first = -1, ...rest] = placesOf(name);
  const product = tape.steps[first];
  if (product?.kind !== "matrix product" || product.target.name !== name || product.after.length > 0) return undefined;
  if (!isOwn(name) || rest.length !== 1 || rest[0] !== at || product.isAdded === true) return undefined;
  const target = renamed(part.old, part.reading, product.target);
  if (target === undefined) return undefined;
  // Nothing may read the old values later, nor change what the product is made from before it takes its new place.
  const { reads } = touchedBy(product);
  const isLeft = touched.slice(at + 1).every(each => !each.reads.has(to) && !each.writes.has(to));
  const isKept = touched.slice(first + 1, at).every(each => [...reads].every(read => !each.writes.has(read)));
  if (reads.has(to) || !isLeft || !isKept) return undefined;
  const scale = product.scale === undefined ? part.factor : times(part.factor, product.scale);
  return { product, change, sum: { ...product, assignments: change.assignments, target, scale, isAdded: true } };
}

/** The store of a step that does nothing else, in loops over the axes of what it fills. */
function onlyStore({ nest }: LoopStep): Extract<Statement, { kind: "store" }> | undefined {
  const loops: string[] = [];
  let [statement, ...others] = nest;
  while (statement?.kind === "loop" && others.length === 0) {
    loops.push(statement.index);
    [statement, ...others] = statement.body;
  }
  if (statement?.kind !== "store" || statement.operation !== "set" || others.length > 0) return undefined;
  const names = statement.at.map(({ name }) => name);
  const isWhole = names.length === loops.length && loops.every(loop => names.includes(loop));
  return isWhole ? statement : undefined;
}

/** What `old + factor * reading` consists of, where the factor is a scalar. */
interface Part {
  readonly old: Variable;
  readonly factor: Expr;
  readonly reading: Variable;
}

function partOf(value: Expr, input: string): Part | undefined {
  if (value.kind !== "call") return undefined;
  const [x, y] = value.args;
  const isOld = (e: Expr | undefined): e is Variable => e?.kind === "variable" && e.name === input;
  if (value.fn === sub && isOld(x)) return withFactor(x, y, true);
  if (value.fn === add && isOld(x)) return withFactor(x, y, false);
  if (value.fn === add && isOld(y)) return withFactor(y, x, false);
  return undefined;
}

function withFactor(old: Variable, term: Expr | undefined, isNegative: boolean): Part | undefined {
  let factor: Expr = constant(isNegative ? -1 : 1);
  let rest = term;
  while (rest?.kind === "call") {
    const [x, y] = rest.args;
    if (rest.fn === neg) [factor, rest] = [times(constant(-1), factor), x];
    else if (rest.fn === mul && isScalar(x)) [factor, rest] = [times(x, factor), y];
    else if (rest.fn === mul && isScalar(y)) [factor, rest] = [times(y, factor), x];
    else if (rest.fn === div && isScalar(y)) [factor, rest] = [div(factor, y), x];
    else return undefined;
  }
  return rest?.kind === "variable" && rest.indices.length > 0 ? { old, factor, reading: rest } : undefined;
}

const isScalar = (e: Expr | undefined): e is Expr =>
  e !== undefined && e.freeIndices.length === 0 && readingsIn([e]).every(({ indices }) => indices.length === 0);

const times = (x: Expr, y: Expr): Expr =>
  x.kind === "constant" && y.kind === "constant" ? constant(x.value * y.value) : mul(x, y);

/** The element that is changed, in the indices of the product's target: each of them stands in both, alone. */
function renamed(old: Variable, reading: Variable, target: Variable): Variable | undefined {
  const names = new Map<string | undefined, Index>();
  for (const [axis, index] of reading.indices.entries()) {
    const own = target.indices[axis];
    if (own !== undefined) names.set(index.name, own);
  }
  const indices = old.indices.flatMap(({ name }) => names.get(name) ?? []);
  if (names.has(undefined) || names.size !== target.indices.length || indices.length !== names.size) return undefined;
  return variable(old.name, ...indices);
}
