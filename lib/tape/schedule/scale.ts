import { constant, type Expr } from "../../expression/expression.ts";
import { div, mul, neg } from "../../expression/functions.ts";
import { type Filling, readingsOfComputed } from "./filling.ts";
import { isPlain, substituteReadings } from "./inline.ts";

/** The fillings in which a result that is a matrix product times a scalar is filled by the product itself. */
export function absorbScales(fillings: readonly Filling[], isTemporary: (name: string) => boolean): readonly Filling[] {
  const byName = new Map(fillings.map(filling => [filling.name, filling]));
  const readers = readersOf(fillings);
  const absorbed = new Set<string>();
  const whole = fillings.map(filling => {
    const scaled = filling.operation === "set" ? scaledReading(filling.value) : undefined;
    const source = scaled === undefined ? undefined : byName.get(scaled.name);
    if (scaled === undefined || source?.product === undefined || readers.get(source.name) !== 1) return filling;
    const isWhole = source.axes.length === filling.axes.length && isTemporary(source.name);
    const { product } = source;
    const isAlike = source.axes.every(axis => filling.axes.includes(axis)) && product.scale === undefined;
    if (!isWhole || !isAlike || !scaled.axes.every((axis, i) => axis === source.axes[i])) return filling;
    absorbed.add(source.name);
    const formula = substituteReadings(filling.formula, read =>
      read.name === source.name ? source.formula : undefined,
    );
    const { operation, reduced } = source;
    const value = mul(scaled.scale, source.value);
    return { ...filling, operation, reduced, value, formula, product: { ...product, scale: scaled.scale } };
  });
  return whole.filter(({ name }) => !absorbed.has(name));
}

function readersOf(fillings: readonly Filling[]): ReadonlyMap<string, number> {
  const products = new Set(fillings.flatMap(({ name, product }) => (product === undefined ? [] : [name])));
  const readings = readingsOfComputed(name => products.has(name));
  const readers = new Map<string, number>();
  for (const { value } of fillings) {
    for (const name of new Set(readings(value).map(read => read.name))) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  return readers;
}

interface ScaledReading {
  readonly name: string;
  readonly axes: readonly (string | undefined)[];
  readonly scale: Expr;
}

/** The value as one reading times what reads nothing under an index. */
function scaledReading(value: Expr): ScaledReading | undefined {
  let scale: Expr | undefined;
  const times = (factor: Expr): void => {
    scale = scale === undefined ? factor : mul(scale, factor);
  };
  const divisors: Expr[] = [];
  let isNegative = false;
  let node = value;
  while (node.kind === "call" && (node.fn === neg || node.fn === mul || node.fn === div)) {
    const [x, y] = node.args;
    if (x === undefined) return undefined;
    if (node.fn === neg) {
      isNegative = !isNegative;
      node = x;
    } else if (y === undefined) return undefined;
    else if (isScalar(y)) {
      if (node.fn === mul) times(y);
      else divisors.push(y);
      node = x;
    } else if (node.fn === mul && isScalar(x)) {
      times(x);
      node = y;
    } else return undefined;
  }
  if (node.kind !== "variable" || node.indices.length === 0 || !isPlain(node) || node === value) return undefined;
  const product = divisors.reduce<Expr>((total, divisor) => div(total, divisor), scale ?? constant(1));
  return {
    name: node.name,
    axes: node.indices.map(({ name }) => name),
    scale: isNegative ? neg(product) : product,
  };
}

// Without free indices nothing of it is an array, but for what is read at a constant place.
function isScalar(e: Expr): boolean {
  if (e.freeIndices.length > 0) return false;
  const seen = new Set<Expr>();
  const pending = [e];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "variable" && node.indices.length > 0) return false;
    for (const argument of node.args) pending.push(argument);
  }
  return true;
}
