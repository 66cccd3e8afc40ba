import * as fc from "fast-check";
import { asExpr, call, constant, type Expr, type FunctionRow, isExpr, variable } from "../expression/expression.ts";
import { fold, freeVariables, topologicalOrder } from "../expression/fold.ts";
import { add, div, functions, mul, neg, pow, sub } from "../expression/functions.ts";
import { rebuilding } from "../expression/indices.ts";
import { chance, drawConstant, drawExponent, pick, simplerNumbers } from "./random.ts";
import { measure, type Point } from "./regular.ts";
import { shrinkable } from "./shrinkable.ts";

/** Which random expressions are drawn. */
export interface ExpressionOptions {
  /** The names of the variables: `x`, `y` and `z` unless said. `awkwardNames` are a good choice for what reads text. */
  readonly variables?: readonly string[];
  /** At most this many operations: 8 unless said. */
  readonly operations?: number;
  /** The rows to draw from, rows of one's own among them: the whole table unless said. */
  readonly functions?: Iterable<FunctionRow>;
  /** The constants: small integers, thousandths and simple fractions unless said. */
  readonly constants?: readonly number[];
  /** Sums, differences and products of variables and constants, under natural powers. */
  readonly polynomial?: boolean;
  /** A point at which every sub-expression is finite and of moderate size; what is not is drawn again. */
  readonly regularAt?: Point;
}

/** Names that are keywords, functions, constants, operators, property names, or no identifiers at all. */
export const awkwardNames: readonly string[] = [
  ...["n", "c", "v", "e1", "x1", "t1", "E", "λ", "x_1", "_", "$", "größe"],
  ...["e", "pi", "sin", "sum", "add", "and", "not", "or", "mod", "delta", "true", "NaN", "Infinity"],
  ...["constructor", "__proto__", "prototype", "toString", "hasOwnProperty", "length", "this", "if", "return"],
  ...["", " ", "x y", "2x", "1", "x;process.exit()", "a`b", "`", "\\", "\n", "x'", "(", "-x", "x[0]", "💡", "\ud800"],
];

/**
 * Random expressions over every row of the table. An argument that is an order or degree is a small natural number. Equal
 * parts are often shared. They shrink to their parts, to small constants and to the first of the variables.
 */
export const arbitraryExpression = (options: ExpressionOptions = {}): fc.Arbitrary<Expr> =>
  shrinkable({
    draw: random => draw(random, options),
    is: isExpr,
    simpler: e => simplerThan(e, options.variables ?? defaultVariables),
  });

/** Random values, in thousandths, for the variables of an expression or for names. */
export function arbitraryPoint(
  of: Expr | readonly string[],
  { minimum = -3, maximum = 3 }: { readonly minimum?: number; readonly maximum?: number } = {},
): fc.Arbitrary<Point> {
  const names = isExpr(of) ? freeVariables(of) : of;
  const coordinate = fc
    .integer({ min: Math.round(minimum * 1000), max: Math.round(maximum * 1000) })
    .map(thousandths => thousandths / 1000);
  return fc
    .tuple(...names.map(() => coordinate))
    .map(values => Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0])));
}

const defaultVariables: readonly string[] = ["x", "y", "z"];

/** One random expression. */
function draw(random: fc.Random, options: ExpressionOptions): Expr {
  const { variables = defaultVariables, operations = 8, constants, polynomial = false, regularAt } = options;
  const rows = polynomial ? [add, sub, mul, neg, pow] : [...(options.functions ?? functions.values())];
  const arithmetic = rows.filter(row => common.includes(row));
  const leaf = (): Expr => {
    const name = variables[random.nextInt(0, Math.max(0, variables.length - 1))];
    if (name !== undefined && chance(random, 0.65)) return variable(name);
    return constants === undefined ? drawConstant(random) : constant(pick(random, constants) ?? 1);
  };
  // Each operation takes what earlier ones left unused, most often the last, so that little is drawn in vain.
  const unused: Expr[] = [];
  const made: Expr[] = [];
  const operand = (): Expr => {
    if (chance(random, 0.7)) return unused.pop() ?? leaf();
    return (chance(random, 0.3) ? pick(random, made) : undefined) ?? leaf();
  };
  const argument = (row: FunctionRow, position: number): Expr => {
    if (position === row.order) return constant(random.nextInt(0, 4));
    if (row === pow && position === 1 && (polynomial || chance(random, 0.75))) return drawExponent(random, polynomial);
    return operand();
  };
  const count = random.nextInt(0, operations);
  for (let tries = 0, row: FunctionRow | undefined; made.length < count && tries < 40 * count; tries++) {
    // A row has eight tries before another is chosen, so that narrow domains are met as well.
    if (tries % 8 === 0 || row === undefined) row = pick(random, chance(random, 0.5) ? arithmetic : rows);
    row ??= pick(random, rows);
    if (row === undefined) break;
    const chosen = row;
    const before = [...unused];
    const built = call(
      chosen,
      Array.from({ length: chosen.arity }, (_, position) => argument(chosen, position)),
    );
    if (regularAt !== undefined && !isModerate(built, regularAt)) unused.splice(0, unused.length, ...before);
    else {
      row = undefined;
      made.push(built);
      unused.push(built);
    }
  }
  return unused.pop() ?? leaf();
}

const common: readonly FunctionRow[] = [add, sub, mul, div, neg, pow];

// Well below the bound of a regular point: there must be room for what a derivative multiplies.
function isModerate(e: Expr, point: Point): boolean {
  const { largest, error } = measure(e, point);
  return largest < 50 && error < 1e-12;
}

/** Expressions a step simpler, the simplest first; each is smaller in size, or in its leaves. */
function* simplerThan(root: Expr, variables: readonly string[]): Generator<Expr, void> {
  for (const node of [...topologicalOrder(root)].reverse()) {
    for (const simpler of simplerNodes(node, variables)) {
      yield fold<Expr>(root, rebuilding, new Map([[node, simpler]]));
    }
  }
}

// A natural number shrinks to natural numbers only: an order stays one.
function simplerNodes(node: Expr, variables: readonly string[]): readonly Expr[] {
  switch (node.kind) {
    case "constant":
      return simplerNumbers(node.value).map(constant);
    case "variable": {
      const [first] = variables;
      const rank = variables.indexOf(node.name);
      return [constant(0), constant(1), ...(first !== undefined && rank > 0 ? [variable(first)] : [])];
    }
    case "call": {
      const leaves = node.args.length === 0 ? [] : variables.slice(0, 1).map(name => variable(name));
      const parts = node.args.filter((_, position) => position !== node.fn.order);
      return [constant(0), constant(1), ...leaves, ...parts].map(asExpr);
    }
    default:
      return [];
  }
}
