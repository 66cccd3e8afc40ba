import type * as fc from "fast-check";
import { call, constant, delta, type Expr, extent, type FunctionRow, reduction } from "../expression/expression.ts";
import { add, div, functions, mul, neg, pow, sub } from "../expression/functions.ts";
import type { FlatArray } from "../expression/values.ts";
import { caseOf, type IndexedCase } from "./case.ts";
import { chance, drawConstant, drawExponent, pick } from "./random.ts";
import { shrinkable } from "./shrinkable.ts";
import { simplerCases } from "./simpler.ts";
import { type Table, tabulate } from "./table.ts";
import { drawIndex, drawReading, drawScalar, drawWorld, surroundingsOf, type World, worldSize } from "./world.ts";

/** Which indexed expressions are drawn. */
export interface IndexedOptions {
  /** The names of the indices: `i`, `j`, `k` and `n` unless said. */
  readonly indices?: readonly string[];
  /** The names of scalars and arrays, all of them other than those of the indices. `awkwardNames` may be among them. */
  readonly variables?: readonly string[];
  /** At most this many operations: 8 unless said. */
  readonly operations?: number;
  /** The rows to draw from: the whole table unless said. */
  readonly functions?: Iterable<FunctionRow>;
  /** At most this many free indices: 2 unless said; 0 for scalars. */
  readonly free?: number;
}

/**
 * Random indexed expressions with values that fit them: readings under names, constants, gathers and windows, nested
 * reductions of every kind, deltas, extents, and every function of the table. Indices are bound twice, hidden, and free in one
 * place and bound in another; parts are shared. At the values every part is finite and moderate, at every position. They shrink
 * to their parts, to small extents and to short numbers.
 */
export const arbitraryIndexedCase = (options: IndexedOptions = {}): fc.Arbitrary<IndexedCase> =>
  shrinkable({ draw: random => draw(random, options), is: isCase, simpler: simplerCases });

const isCase = (value: unknown): value is IndexedCase =>
  typeof value === "object" && value !== null && "expression" in value && "extents" in value;

const letters: readonly string[] = ["x", "y", "z", "u", "v", "w", "s", "t", "A", "B", "E", "T", "W", "X"];

function draw(random: fc.Random, options: IndexedOptions): IndexedCase {
  const { indices = ["i", "j", "k", "n"], variables, free = 2 } = options;
  const given = variables ?? letters;
  const kept = Array.from({ length: worldSize() }, () => pick(random, given) ?? "x");
  const world = drawWorld(random, indices, [...new Set(kept)]);
  const expression = bound(random, drawExpression(random, options, world), free, world);
  const values = new Map<string, number | FlatArray>([...world.scalars, ...world.arrays, ...world.integers]);
  const order = [...expression.freeIndices];
  const axes = chance(random, 0.5) ? order : order.reverse();
  return caseOf(expression, values, world.extents, axes);
}

const common: readonly FunctionRow[] = [add, sub, mul, div, neg, pow];

function drawExpression(random: fc.Random, { operations = 8, functions: own }: IndexedOptions, world: World): Expr {
  const rows = [...(own ?? functions.values())];
  const arithmetic = rows.filter(row => common.includes(row));
  const surroundings = surroundingsOf(world);
  const tables = new Map<Expr, Table>();
  const isModerate = (e: Expr): boolean => {
    const { values, errors, largest } = tabulate(e, surroundings, tables);
    return values.every(Number.isFinite) && largest < 50 && errors.every(error => error < 1e-12);
  };
  const leaf = (): Expr => drawLeaf(random, world);
  // Each operation takes what earlier ones left unused, most often the last, so that little is drawn in vain.
  const unused: Expr[] = [];
  const made: Expr[] = [];
  const operand = (): Expr => {
    if (chance(random, 0.7)) return unused.pop() ?? leaf();
    return (chance(random, 0.4) ? pick(random, made) : undefined) ?? leaf();
  };
  const drawCall = (): Expr => {
    const row = pick(random, chance(random, 0.6) ? arithmetic : rows) ?? add;
    const args = Array.from({ length: row.arity }, (_, position) => {
      if (position === row.order) return constant(random.nextInt(0, 4));
      return row === pow && position === 1 && chance(random, 0.75) ? drawExponent(random, false) : operand();
    });
    return call(row, args);
  };
  const count = random.nextInt(1, Math.max(1, operations));
  for (let tries = 0; made.length < count && tries < 40 * count; tries++) {
    const before = [...unused];
    const body = operand();
    const isReduced = chance(random, body.freeIndices.length > 0 ? 0.5 : 0.1);
    if (!isReduced) unused.push(body);
    const built = isReduced ? drawReduction(random, body, world) : drawCall();
    if (built.freeIndices.length <= mostFree && isModerate(built)) {
      made.push(built);
      unused.push(built);
    } else unused.splice(0, unused.length, ...before);
  }
  return unused.pop() ?? leaf();
}

// Four indices of extent 4 are 256 positions: enough for each part.
const mostFree = 3;

function drawLeaf(random: fc.Random, world: World): Expr {
  const kind = random.nextInt(0, 19);
  const names = [...world.extents];
  if (kind < 13) return drawReading(random, world) ?? constant(1);
  if (kind < 15) return drawScalar(random, world) ?? constant(2);
  if (kind < 18) return drawConstant(random);
  const [name = "i", size = 1] = pick(random, names) ?? [];
  if (kind < 19) return extent(name);
  return delta(drawIndex(random, world, size), drawIndex(random, world, size));
}

const kinds = ["sum", "sum", "sum", "maximum", "minimum", "logsumexp"] as const;

/** A reduction of `body`, most often over one of its free indices; or a use of one beside the body itself. */
function drawReduction(random: fc.Random, body: Expr, world: World): Expr {
  const index =
    pick(random, chance(random, 0.85) ? body.freeIndices : []) ?? pick(random, [...world.extents.keys()]) ?? "i";
  const reduced = (of: Expr): Expr => reduction(pick(random, kinds) ?? "sum", index, of);
  switch (random.nextInt(0, 9)) {
    case 0:
      return div(reduction("sum", index, body), extent(index));
    case 1:
    case 2: {
      const size = world.extents.get(index) ?? 1;
      const [first, second] = [drawIndex(random, world, size), drawIndex(random, world, size)];
      const picked = delta(index, first === index ? second : first);
      return reduction("sum", index, chance(random, 0.5) ? mul(picked, body) : mul(body, picked));
    }
    case 3:
      // One node, free here and bound there.
      return sub(body, reduced(body));
    case 4:
      // The same index bound within what binds it.
      return reduced(mul(body, reduced(body)));
    default:
      return reduced(body);
  }
}

/** `e` with at most so many free indices: the others are bound by means, which stay as moderate as their bodies. */
function bound(random: fc.Random, e: Expr, free: number, world: World): Expr {
  let root = e;
  while (root.freeIndices.length > free) {
    const index = pick(random, root.freeIndices) ?? "i";
    const isLikely = chance(random, 0.5) && (world.extents.get(index) ?? 1) < 4;
    root = isLikely ? reduction("sum", index, root) : div(reduction("sum", index, root), extent(index));
  }
  return root;
}
