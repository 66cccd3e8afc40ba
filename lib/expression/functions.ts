/**
 * THE TABLE: one row a function, and one constructor a row. A function that is added here parses, prints, evaluates,
 * differentiates, simplifies, compiles and is drawn by the random generators; no other file changes.
 *
 * Kinks: `relu'(0)`, `abs'(0)` and `sign'` are 0, as are the derivatives of `step`, `floor`, `ceil` and `round` everywhere; `min`,
 * `max` and `clip` share equally at a tie; a conditional follows the branch taken.
 */
import { type Binary, type Constructor, constructorOf, type Ternary, type Unary } from "./constructor.ts";
import { FluxionError } from "./error.ts";
import {
  asExpr,
  type Call,
  call,
  constant,
  type Expr,
  excerpt,
  type FunctionRow,
  type Language,
  type NativeForm,
  type Operand,
  variable,
} from "./expression.ts";
import * as inC from "./helpers/c.ts";
import * as inJavascript from "./helpers/javascript.ts";
import * as inPython from "./helpers/python.ts";
import { enterTable } from "./own.ts";
import * as exact from "./rational.ts";
import * as special from "./special.ts";

export type { Binary, Constructor, Ternary, Unary } from "./constructor.ts";

const rows: Map<string, FunctionRow> = new Map();

/** The rows by name. */
export const functions: ReadonlyMap<string, FunctionRow> = rows;

type Columns = Omit<FunctionRow, "name" | "arity" | "derivatives">;
type UnaryColumns = Columns & { readonly derivative: (x: Expr, result: Expr) => Operand };
type BinaryColumns = Columns & {
  readonly derivatives: readonly [
    (x: Expr, y: Expr, result: Expr) => Operand,
    (x: Expr, y: Expr, result: Expr) => Operand,
  ];
};

function row<Args extends Operand[]>(
  name: string,
  arity: number,
  columns: Omit<FunctionRow, "name" | "arity">,
): Constructor<Args> {
  const built = constructorOf<Args>(name, arity, columns);
  rows.set(name, built);
  enterTable(built);
  return built;
}

const nullary = (name: string, value: number, languages: Readonly<Partial<Record<Language, string>>>): Call =>
  call(
    row<[]>(name, 0, {
      evaluate: () => value,
      derivatives: [],
      code: () => String(value),
      languages,
      range: "positive",
    }),
    [],
  );

const unary = (name: string, { derivative, ...columns }: UnaryColumns): Unary =>
  row(name, 1, { ...columns, derivatives: [derivative as (...args: Expr[]) => Operand] });

const binary = (name: string, columns: BinaryColumns): Binary =>
  row(name, 2, columns as Omit<FunctionRow, "name" | "arity">);

/** How tightly the operators bind; those of one line are alike. */
export const precedence = {
  conditional: 1,
  or: 2,
  and: 3,
  comparison: 4,
  additive: 5,
  multiplicative: 6,
  unary: 8,
  power: 9,
  postfix: 10,
} as const;

const infix = (symbol: string, level: keyof typeof precedence, associative: "left" | "right" | "none" = "left") =>
  ({ symbol, position: "infix", precedence: precedence[level], associative }) as const;

// A function that every library has, under one name but for NumPy's.
const library = (name: string, python: string = name, c: string = name) => ({
  code: (...args: string[]): string => `Math.${name}(${args.join(", ")})`,
  languages: { javascript: `Math.${name}`, python: `np.${python}`, c },
});

const everywhere = (form: NativeForm): Record<Language, NativeForm> => ({ javascript: form, python: form, c: form });

const truth = (value: boolean): number => (value ? 1 : 0);
const half = 0.5;

// Constants

/** The circumference of a circle of diameter 1. */
export const pi: Call = nullary("pi", Math.PI, { javascript: "Math.PI", python: "np.pi" });
/** The base of the natural logarithm. */
export const e: Call = nullary("e", Math.E, { javascript: "Math.E", python: "np.e" });
/** Two `pi`: a full turn. */
export const tau: Call = nullary("tau", 2 * Math.PI, {});

// Arithmetic

/** `x + y`. */
export const add: Binary = binary("add", {
  evaluate: (x, y) => x + y,
  whole: "closed",
  rule: "sum rule",
  derivatives: [() => 1, () => 1],
  differential: (_, [dx, dy]) => add(known(dx), known(dy)),
  operator: infix("+", "additive"),
  code: (x, y) => `${x} + ${y}`,
  languages: everywhere(infix("+", "additive")),
  exact: exact.add,
  commutative: true,
});

/** `x - y`. */
export const sub: Binary = binary("sub", {
  evaluate: (x, y) => x - y,
  whole: "closed",
  rule: "difference rule",
  derivatives: [() => 1, () => -1],
  differential: (_, [dx, dy]) => sub(known(dx), known(dy)),
  operator: infix("-", "additive"),
  code: (x, y) => `${x} - ${y}`,
  languages: everywhere(infix("-", "additive")),
  exact: exact.subtract,
});

/** `x * y`. */
export const mul: Binary = binary("mul", {
  evaluate: (x, y) => x * y,
  whole: "closed",
  rule: "product rule",
  derivatives: [(_, y) => y, x => x],
  differential: ([x, y], [dx, dy]) => add(mul(known(dx), known(y)), mul(known(x), known(dy))),
  operator: infix("*", "multiplicative"),
  code: (x, y) => `${x} * ${y}`,
  languages: everywhere(infix("*", "multiplicative")),
  exact: exact.multiply,
  commutative: true,
  latex: { layout: "product" },
});

/** `x / y`, as doubles divide: `1 / 0` is an infinity, `0 / 0` is NaN. */
export const div: Binary = binary("div", {
  evaluate: (x, y) => x / y,
  domain: (_, y) => [notEqual(y, 0)],
  rule: "quotient rule",
  derivatives: [(_, y) => div(1, y), (_, y, result) => neg(div(result, y))],
  differential: ([x, y], [dx, dy]) => div(sub(mul(known(dx), known(y)), mul(known(x), known(dy))), pow(known(y), 2)),
  operator: infix("/", "multiplicative"),
  code: (x, y) => `${x} / ${y}`,
  cost: () => 4,
  languages: everywhere(infix("/", "multiplicative")),
  exact: (x, y) => (exact.isZero(y) ? undefined : exact.divide(x, y)),
  latex: { layout: "fraction" },
});

/** `-x`. */
export const neg: Unary = unary("neg", {
  evaluate: x => -x,
  whole: "closed",
  rule: "derivative of a negative",
  derivative: () => -1,
  differential: (_, [dx]) => neg(known(dx)),
  operator: { symbol: "-", position: "prefix", precedence: precedence.unary },
  code: x => `-(${x})`,
  languages: everywhere({ symbol: "-", position: "prefix", precedence: precedence.unary }),
  exact: exact.negate,
  parity: "odd",
  latex: { layout: "sign" },
});

/** `x^y` as `Math.pow` has it: NaN for a negative base under an exponent that is no integer. */
export const pow: Binary = binary("pow", {
  evaluate: Math.pow,
  domain: (x, y) => powerDomain(x, y),
  rule: "power rule",
  derivatives: [powerDerivative, (x, _, result) => mul(result, log(x))],
  operator: infix("^", "power", "right"),
  code: powerCode,
  cost: (_, y) => (y.kind === "constant" && Number.isInteger(y.value) && Math.abs(y.value) <= 4 ? 2 : 16),
  languages: {
    javascript: infix("**", "power", "right"),
    python: (x, y) => (meetsNoOne(x, y) ? infix("**", "power", "right") : inPython.power),
    c: (x, y) => (meetsNoOne(x, y) ? "pow" : inC.power),
  },
  exact: exactPower,
  latex: { layout: "power" },
});

// Powers, exponentials and logarithms

/** `e^x`. */
export const exp: Unary = unary("exp", {
  evaluate: Math.exp,
  derivative: (_, result) => result,
  ...library("exp"),
  range: "positive",
  identities: x => [
    [exp(0), 1],
    [exp(1), e],
    [exp(log(x)), x],
    [exp(log1p(x)), add(1, x)],
  ],
  latex: { write: x => `e^{${x}}`, precedence: precedence.power },
});

/** The natural logarithm; NaN below 0. */
export const log: Unary = unary("log", {
  evaluate: Math.log,
  domain: x => [greater(x, 0)],
  derivative: x => div(1, x),
  ...library("log"),
  identities: x => [
    [log(1), 0],
    [log(e), 1],
    [log(exp(x)), x],
    [log(div(1, x)), neg(log(x))],
  ],
  latex: "\\ln",
});

/** `exp(x) - 1`, without cancellation near 0. */
export const expm1: Unary = unary("expm1", {
  evaluate: Math.expm1,
  derivative: x => exp(x),
  ...library("expm1"),
  identities: x => [
    [expm1(0), 0],
    [expm1(log1p(x)), x],
    [expm1(log(x)), sub(x, 1)],
  ],
  latex: { as: x => sub(exp(x), 1) },
});

/** `log(1 + x)`, without cancellation near 0. */
export const log1p: Unary = unary("log1p", {
  evaluate: Math.log1p,
  domain: x => [greater(x, -1)],
  derivative: x => div(1, add(1, x)),
  ...library("log1p"),
  identities: x => [
    [log1p(0), 0],
    [log1p(expm1(x)), x],
  ],
  latex: { as: x => log(add(1, x)) },
});

/** The logarithm to base 2. */
export const log2: Unary = unary("log2", {
  evaluate: Math.log2,
  domain: x => [greater(x, 0)],
  derivative: x => div(1, mul(x, log(2))),
  ...library("log2"),
  exact: x => exact.logarithm(x, 2n),
  identities: x => [
    [log2(pow(2, x)), x],
    [div(log(x), log(2)), log2(x)],
    [log2(div(1, x)), neg(log2(x))],
  ],
  latex: "\\log_{2}",
});

/** The logarithm to base 10. */
export const log10: Unary = unary("log10", {
  evaluate: Math.log10,
  domain: x => [greater(x, 0)],
  derivative: x => div(1, mul(x, log(10))),
  ...library("log10"),
  exact: x => exact.logarithm(x, 10n),
  identities: x => [
    [log10(pow(10, x)), x],
    [div(log(x), log(10)), log10(x)],
    [log10(div(1, x)), neg(log10(x))],
  ],
  latex: "\\log_{10}",
});

/** The square root; NaN below 0. */
export const sqrt: Unary = unary("sqrt", {
  evaluate: Math.sqrt,
  cost: () => 4,
  domain: x => [greaterOrEqual(x, 0)],
  derivative: (_, result) => div(1, mul(2, result)),
  ...library("sqrt"),
  range: "nonnegative",
  exact: x => exact.root(x, 2n),
  latex: { write: x => `\\sqrt{${x}}` },
});

/** The real cube root, of negative numbers too. */
export const cbrt: Unary = unary("cbrt", {
  evaluate: Math.cbrt,
  derivative: (_, result) => div(1, mul(3, pow(result, 2))),
  ...library("cbrt"),
  exact: x => exact.root(x, 3n),
  parity: "odd",
  identities: x => [
    [pow(cbrt(x), 3), x],
    [cbrt(pow(x, 3)), x],
  ],
  latex: { write: x => `\\sqrt[3]{${x}}` },
});

/** `x * x`. */
export const square: Unary = unary("square", {
  evaluate: x => x * x,
  whole: "closed",
  derivative: x => mul(2, x),
  code: x => `${x} * ${x}`,
  languages: { python: "np.square" },
  expansion: x => mul(x, x),
  range: "nonnegative",
  exact: x => exact.multiply(x, x),
  parity: "even",
  latex: { as: x => pow(x, 2) },
});

/** The real `n`-th root: of a negative number too where `n` is odd. */
export const nthRoot: Binary = binary("nthRoot", {
  evaluate: special.nthRoot,
  domain: (x, n) => rootDomain(x, n),
  languages: { javascript: inJavascript.nthRoot, python: inPython.nthRoot, c: inC.nthRoot },
  derivatives: [
    (x, n, result) => div(result, mul(n, x)),
    (x, n, result) => neg(div(mul(result, log(abs(x))), pow(n, 2))),
  ],
  exact: (x, n) => (exact.isInteger(n) ? exact.root(x, n.numerator) : undefined),
  identities: (x, y, z) => [
    [nthRoot(x, 1), x],
    [nthRoot(x, 2), sqrt(x)],
    [nthRoot(x, 3), cbrt(x)],
    [nthRoot(x, 4), pow(x, 0.25)],
    [nthRoot(1, x), 1],
    [nthRoot(x, half), pow(x, 2)],
    [nthRoot(nthRoot(x, y), z), nthRoot(x, mul(y, z)), { y: "natural", z: "natural" }],
  ],
  order: 1,
  latex: { write: (x, n) => `\\sqrt[{${n}}]{${x}}` },
});

// Circular functions and their inverses

/** The sine of an angle in radians. */
export const sin: Unary = unary("sin", {
  evaluate: Math.sin,
  derivative: x => cos(x),
  ...library("sin"),
  bounded: true,
  parity: "odd",
  halfTurn: "opposite",
  identities: x => [
    [sub(div(1, pow(sin(x), 2)), 1), pow(cot(x), 2)],
    [sub(div(1, pow(sin(x), 2)), pow(cot(x), 2)), 1],
    [sin(add(x, div(pi, 2))), cos(x)],
    [sin(sub(x, div(pi, 2))), neg(cos(x))],
    [sin(div(pi, 2)), 1],
    [sin(div(pi, 3)), div(sqrt(3), 2)],
    [sin(div(pi, 4)), div(1, sqrt(2))],
    [sin(div(pi, 6)), half],
    [sin(0), 0],
    [sin(asin(x)), x],
    [add(pow(sin(x), 2), pow(cos(x), 2)), 1],
    [sub(1, pow(sin(x), 2)), pow(cos(x), 2)],
  ],
  contractions: (x, y) => [
    [mul(2, mul(sin(x), cos(x))), sin(mul(2, x))],
    [add(mul(sin(x), cos(y)), mul(cos(x), sin(y))), sin(add(x, y))],
    [sub(mul(sin(x), cos(y)), mul(cos(x), sin(y))), sin(sub(x, y))],
    [add(sin(add(x, y)), sin(sub(x, y))), mul(2, mul(sin(x), cos(y)))],
  ],
  latex: "\\sin",
});

/** The cosine of an angle in radians. */
export const cos: Unary = unary("cos", {
  evaluate: Math.cos,
  derivative: x => neg(sin(x)),
  ...library("cos"),
  bounded: true,
  parity: "even",
  halfTurn: "opposite",
  identities: x => [
    [cos(add(x, div(pi, 2))), neg(sin(x))],
    [cos(sub(x, div(pi, 2))), sin(x)],
    [cos(div(pi, 2)), 0],
    [cos(div(pi, 3)), half],
    [cos(div(pi, 4)), div(1, sqrt(2))],
    [cos(div(pi, 6)), div(sqrt(3), 2)],
    [sub(div(1, pow(cos(x), 2)), 1), pow(tan(x), 2)],
    [sub(div(1, pow(cos(x), 2)), pow(tan(x), 2)), 1],
    [cos(0), 1],
    [cos(acos(x)), x],
    [sub(1, pow(cos(x), 2)), pow(sin(x), 2)],
  ],
  contractions: (x, y) => [
    [sub(pow(cos(x), 2), pow(sin(x), 2)), cos(mul(2, x))],
    [sub(mul(2, pow(cos(x), 2)), 1), cos(mul(2, x))],
    [sub(1, mul(2, pow(sin(x), 2))), cos(mul(2, x))],
    [sub(mul(cos(x), cos(y)), mul(sin(x), sin(y))), cos(add(x, y))],
    [add(mul(cos(x), cos(y)), mul(sin(x), sin(y))), cos(sub(x, y))],
    [add(cos(add(x, y)), cos(sub(x, y))), mul(2, mul(cos(x), cos(y)))],
    [sub(cos(add(x, y)), cos(sub(x, y))), mul(-2, mul(sin(x), sin(y)))],
  ],
  latex: "\\cos",
});

/** `sin(x) / cos(x)`. */
export const tan: Unary = unary("tan", {
  evaluate: Math.tan,
  domain: x => [notEqual(cos(x), 0)],
  derivative: (_, result) => add(1, pow(result, 2)),
  ...library("tan"),
  parity: "odd",
  halfTurn: "same",
  identities: x => [
    [div(tan(x), sin(x)), div(1, cos(x))],
    [tan(div(pi, 3)), sqrt(3)],
    [tan(div(pi, 4)), 1],
    [tan(div(pi, 6)), div(1, sqrt(3))],
    [tan(0), 0],
    [tan(atan(x)), x],
    [div(sin(x), cos(x)), tan(x)],
    [mul(cos(x), tan(x)), sin(x)],
    [add(1, pow(tan(x), 2)), pow(sec(x), 2)],
  ],
  latex: "\\tan",
});

/** `cos(x) / sin(x)`. */
export const cot: Unary = unary("cot", {
  evaluate: special.cot,
  domain: x => [notEqual(sin(x), 0)],
  expansion: x => div(1, tan(x)),
  derivative: (_, result) => neg(add(1, pow(result, 2))),
  parity: "odd",
  halfTurn: "same",
  identities: x => [
    [div(cot(x), cos(x)), div(1, sin(x))],
    [cot(div(pi, 2)), 0],
    [cot(div(pi, 3)), div(1, sqrt(3))],
    [cot(div(pi, 4)), 1],
    [cot(div(pi, 6)), sqrt(3)],
    [cot(acot(x)), x],
    [div(cos(x), sin(x)), cot(x)],
    [mul(sin(x), cot(x)), cos(x)],
    [mul(tan(x), cot(x)), 1],
    [add(1, pow(cot(x), 2)), pow(csc(x), 2)],
  ],
  latex: "\\cot",
});

/** `1 / cos(x)`. */
export const sec: Unary = unary("sec", {
  evaluate: special.sec,
  domain: x => [notEqual(cos(x), 0)],
  expansion: x => div(1, cos(x)),
  derivative: (x, result) => mul(result, tan(x)),
  parity: "even",
  halfTurn: "opposite",
  identities: x => [
    [sec(add(x, div(pi, 2))), neg(csc(x))],
    [sec(sub(x, div(pi, 2))), csc(x)],
    [sec(div(pi, 3)), 2],
    [sec(div(pi, 4)), sqrt(2)],
    [sec(div(pi, 6)), div(2, sqrt(3))],
    [sec(0), 1],
    [sec(asec(x)), x],
    [mul(sec(x), cos(x)), 1],
    [mul(sec(x), sin(x)), tan(x)],
    [sub(pow(sec(x), 2), pow(tan(x), 2)), 1],
    [sub(pow(sec(x), 2), 1), pow(tan(x), 2)],
  ],
  latex: "\\sec",
});

/** `1 / sin(x)`. */
export const csc: Unary = unary("csc", {
  evaluate: special.csc,
  domain: x => [notEqual(sin(x), 0)],
  expansion: x => div(1, sin(x)),
  derivative: (x, result) => neg(mul(result, cot(x))),
  parity: "odd",
  halfTurn: "opposite",
  identities: x => [
    [csc(add(x, div(pi, 2))), sec(x)],
    [csc(sub(x, div(pi, 2))), neg(sec(x))],
    [csc(div(pi, 2)), 1],
    [csc(div(pi, 3)), div(2, sqrt(3))],
    [csc(div(pi, 4)), sqrt(2)],
    [csc(div(pi, 6)), 2],
    [csc(acsc(x)), x],
    [mul(csc(x), sin(x)), 1],
    [mul(csc(x), cos(x)), cot(x)],
    [sub(pow(csc(x), 2), pow(cot(x), 2)), 1],
    [sub(pow(csc(x), 2), 1), pow(cot(x), 2)],
  ],
  latex: "\\csc",
});

/** The inverse of `sin`, between -pi/2 and pi/2; NaN outside of [-1, 1]. */
export const asin: Unary = unary("asin", {
  evaluate: Math.asin,
  domain: x => [lessOrEqual(abs(x), 1)],
  derivative: x => div(1, sqrt(sub(1, pow(x, 2)))),
  ...library("asin", "arcsin"),
  bounded: true,
  parity: "odd",
  identities: () => [
    [asin(0), 0],
    [mul(2, asin(1)), pi],
  ],
  latex: "\\arcsin",
});

/** The inverse of `cos`, between 0 and pi; NaN outside of [-1, 1]. */
export const acos: Unary = unary("acos", {
  evaluate: Math.acos,
  domain: x => [lessOrEqual(abs(x), 1)],
  derivative: x => neg(div(1, sqrt(sub(1, pow(x, 2))))),
  ...library("acos", "arccos"),
  range: "nonnegative",
  bounded: true,
  identities: () => [
    [acos(1), 0],
    [acos(-1), pi],
    [mul(2, acos(0)), pi],
  ],
  latex: "\\arccos",
});

/** The inverse of `tan`, between -pi/2 and pi/2. */
export const atan: Unary = unary("atan", {
  evaluate: Math.atan,
  derivative: x => div(1, add(1, pow(x, 2))),
  ...library("atan", "arctan"),
  bounded: true,
  parity: "odd",
  identities: () => [
    [atan(0), 0],
    [mul(4, atan(1)), pi],
  ],
  latex: "\\arctan",
});

/** `atan(1/x)`: between -pi/2 and pi/2, with a jump at 0. */
export const acot: Unary = unary("acot", {
  evaluate: special.acot,
  expansion: x => atan(div(1, x)),
  derivative: x => neg(div(1, add(1, pow(x, 2)))),
  bounded: true,
  parity: "odd",
  latex: "\\operatorname{arccot}",
});

/** `acos(1/x)`: between 0 and pi; NaN within (-1, 1). */
export const asec: Unary = unary("asec", {
  evaluate: special.asec,
  domain: x => [greaterOrEqual(abs(x), 1)],
  expansion: x => atan2(legBesideOne(x), sign(x)),
  derivative: x => div(1, mul(pow(x, 2), sqrt(sub(1, div(1, pow(x, 2)))))),
  range: "nonnegative",
  bounded: true,
  identities: () => [[asec(1), 0]],
  latex: "\\operatorname{arcsec}",
});

/** `asin(1/x)`: between -pi/2 and pi/2; NaN within (-1, 1). */
export const acsc: Unary = unary("acsc", {
  evaluate: special.acsc,
  domain: x => [greaterOrEqual(abs(x), 1)],
  expansion: x => atan2(sign(x), legBesideOne(x)),
  derivative: x => neg(div(1, mul(pow(x, 2), sqrt(sub(1, div(1, pow(x, 2))))))),
  bounded: true,
  parity: "odd",
  latex: "\\operatorname{arccsc}",
});

/** The angle of the point (x, y), given y first, between -pi and pi. */
export const atan2: Binary = binary("atan2", {
  evaluate: Math.atan2,
  derivatives: [(y, x) => div(x, add(pow(x, 2), pow(y, 2))), (y, x) => neg(div(y, add(pow(x, 2), pow(y, 2))))],
  ...library("atan2", "arctan2"),
  bounded: true,
});

// Hyperbolic functions and their inverses

/** `(exp(x) - exp(-x)) / 2`. */
export const sinh: Unary = unary("sinh", {
  evaluate: Math.sinh,
  derivative: x => cosh(x),
  ...library("sinh"),
  parity: "odd",
  identities: x => [
    [sinh(0), 0],
    [sinh(asinh(x)), x],
    [add(1, pow(sinh(x), 2)), pow(cosh(x), 2)],
  ],
  contractions: (x, y) => [
    [mul(2, mul(sinh(x), cosh(x))), sinh(mul(2, x))],
    [add(mul(sinh(x), cosh(y)), mul(cosh(x), sinh(y))), sinh(add(x, y))],
    [sub(mul(sinh(x), cosh(y)), mul(cosh(x), sinh(y))), sinh(sub(x, y))],
    [add(sinh(add(x, y)), sinh(sub(x, y))), mul(2, mul(sinh(x), cosh(y)))],
    [sub(exp(x), exp(neg(x))), mul(2, sinh(x))],
  ],
  latex: "\\sinh",
});

/** `(exp(x) + exp(-x)) / 2`. */
export const cosh: Unary = unary("cosh", {
  evaluate: Math.cosh,
  derivative: x => sinh(x),
  ...library("cosh"),
  range: "positive",
  parity: "even",
  identities: x => [
    [cosh(0), 1],
    [cosh(acosh(x)), x],
    [sub(pow(cosh(x), 2), pow(sinh(x), 2)), 1],
    [sub(pow(cosh(x), 2), 1), pow(sinh(x), 2)],
    [add(cosh(x), sinh(x)), exp(x)],
    [sub(cosh(x), sinh(x)), exp(neg(x))],
  ],
  contractions: (x, y) => [
    [add(exp(x), exp(neg(x))), mul(2, cosh(x))],
    [add(pow(cosh(x), 2), pow(sinh(x), 2)), cosh(mul(2, x))],
    [sub(mul(2, pow(cosh(x), 2)), 1), cosh(mul(2, x))],
    [add(1, mul(2, pow(sinh(x), 2))), cosh(mul(2, x))],
    [add(mul(cosh(x), cosh(y)), mul(sinh(x), sinh(y))), cosh(add(x, y))],
    [sub(mul(cosh(x), cosh(y)), mul(sinh(x), sinh(y))), cosh(sub(x, y))],
    [add(cosh(add(x, y)), cosh(sub(x, y))), mul(2, mul(cosh(x), cosh(y)))],
    [sub(cosh(add(x, y)), cosh(sub(x, y))), mul(2, mul(sinh(x), sinh(y)))],
  ],
  latex: "\\cosh",
});

/** `sinh(x) / cosh(x)`, between -1 and 1. */
export const tanh: Unary = unary("tanh", {
  evaluate: Math.tanh,
  derivative: (_, result) => sub(1, pow(result, 2)),
  ...library("tanh"),
  bounded: true,
  parity: "odd",
  identities: x => [
    [div(tanh(x), sinh(x)), div(1, cosh(x))],
    [tanh(0), 0],
    [tanh(atanh(x)), x],
    [div(sinh(x), cosh(x)), tanh(x)],
    [mul(cosh(x), tanh(x)), sinh(x)],
    [sub(1, pow(tanh(x), 2)), pow(sech(x), 2)],
  ],
  latex: "\\tanh",
});

/** `cosh(x) / sinh(x)`. */
export const coth: Unary = unary("coth", {
  evaluate: special.coth,
  domain: x => [notEqual(x, 0)],
  expansion: x => div(1, tanh(x)),
  derivative: (_, result) => sub(1, pow(result, 2)),
  parity: "odd",
  identities: x => [
    [div(coth(x), cosh(x)), div(1, sinh(x))],
    [coth(acoth(x)), x],
    [div(cosh(x), sinh(x)), coth(x)],
    [mul(sinh(x), coth(x)), cosh(x)],
    [mul(tanh(x), coth(x)), 1],
    [sub(pow(coth(x), 2), 1), pow(csch(x), 2)],
  ],
  latex: "\\coth",
});

/** `1 / cosh(x)`. */
export const sech: Unary = unary("sech", {
  evaluate: special.sech,
  expansion: x => div(1, cosh(x)),
  derivative: (x, result) => neg(mul(result, tanh(x))),
  range: "positive",
  bounded: true,
  parity: "even",
  identities: x => [
    [sech(0), 1],
    [sech(asech(x)), x],
    [mul(sech(x), cosh(x)), 1],
    [mul(sech(x), sinh(x)), tanh(x)],
    [add(pow(sech(x), 2), pow(tanh(x), 2)), 1],
    [sub(1, pow(sech(x), 2)), pow(tanh(x), 2)],
  ],
  latex: "\\operatorname{sech}",
});

/** `1 / sinh(x)`. */
export const csch: Unary = unary("csch", {
  evaluate: special.csch,
  domain: x => [notEqual(x, 0)],
  expansion: x => div(1, sinh(x)),
  derivative: (x, result) => neg(mul(result, coth(x))),
  parity: "odd",
  identities: x => [
    [csch(acsch(x)), x],
    [mul(csch(x), sinh(x)), 1],
    [mul(csch(x), cosh(x)), coth(x)],
    [sub(pow(coth(x), 2), pow(csch(x), 2)), 1],
    [add(1, pow(csch(x), 2)), pow(coth(x), 2)],
  ],
  latex: "\\operatorname{csch}",
});

/** The inverse of `sinh`. */
export const asinh: Unary = unary("asinh", {
  evaluate: Math.asinh,
  derivative: x => div(1, sqrt(add(1, pow(x, 2)))),
  ...library("asinh", "arcsinh"),
  parity: "odd",
  identities: x => [
    [asinh(0), 0],
    [asinh(sinh(x)), x],
  ],
  latex: "\\operatorname{arsinh}",
});

/** The inverse of `cosh`, from 0 on; NaN below 1. */
export const acosh: Unary = unary("acosh", {
  evaluate: Math.acosh,
  domain: x => [greaterOrEqual(x, 1)],
  // A product of roots, not the root of a product: the derivative is defined just where acosh is.
  derivative: x => div(1, mul(sqrt(sub(x, 1)), sqrt(add(x, 1)))),
  ...library("acosh", "arccosh"),
  range: "nonnegative",
  identities: x => [
    [acosh(1), 0],
    [acosh(cosh(x)), abs(x)],
  ],
  latex: "\\operatorname{arcosh}",
});

/** The inverse of `tanh`; NaN outside of [-1, 1]. */
export const atanh: Unary = unary("atanh", {
  evaluate: Math.atanh,
  domain: x => [less(abs(x), 1)],
  derivative: x => div(1, sub(1, pow(x, 2))),
  ...library("atanh", "arctanh"),
  parity: "odd",
  identities: x => [
    [atanh(0), 0],
    [atanh(tanh(x)), x],
  ],
  latex: "\\operatorname{artanh}",
});

/** `atanh(1/x)`; NaN within (-1, 1). */
export const acoth: Unary = unary("acoth", {
  evaluate: special.acoth,
  domain: x => [greater(abs(x), 1)],
  expansion: x => mul(mul(half, sign(x)), log1p(div(2, sub(abs(x), 1)))),
  derivative: x => div(1, sub(1, pow(x, 2))),
  parity: "odd",
  identities: x => [[acoth(coth(x)), x]],
  latex: "\\operatorname{arcoth}",
});

/** `acosh(1/x)`; NaN outside of [0, 1]. */
export const asech: Unary = unary("asech", {
  evaluate: special.asech,
  domain: x => [greater(x, 0), lessOrEqual(x, 1)],
  expansion: x => asinh(mul(sqrt(div(sub(1, x), x)), sqrt(div(add(1, x), x)))),
  derivative: x => neg(div(1, mul(x, sqrt(sub(1, pow(x, 2)))))),
  range: "nonnegative",
  identities: x => [
    [asech(1), 0],
    [asech(sech(x)), abs(x)],
  ],
  latex: "\\operatorname{arsech}",
});

/** `asinh(1/x)`. */
export const acsch: Unary = unary("acsch", {
  evaluate: special.acsch,
  domain: x => [notEqual(x, 0)],
  expansion: x => asinh(div(1, x)),
  derivative: x => neg(div(1, mul(pow(x, 2), sqrt(add(1, div(1, pow(x, 2))))))),
  parity: "odd",
  identities: x => [[acsch(csch(x)), x]],
  latex: "\\operatorname{arcsch}",
});

// Activations

/** The logistic function `1 / (1 + exp(-x))`, which overflows on neither side. */
export const sigmoid: Unary = unary("sigmoid", {
  evaluate: special.sigmoid,
  languages: { python: inPython.sigmoid },
  expansion: x => div(1, add(1, exp(neg(x)))),
  derivative: (_, result) => mul(result, sub(1, result)),
  range: "positive",
  bounded: true,
  identities: x => [
    [sigmoid(0), half],
    [sub(1, sigmoid(x)), sigmoid(neg(x))],
    [add(sigmoid(x), sigmoid(neg(x))), 1],
  ],
});

/** `log(1 + exp(x))`, which does not overflow. */
export const softplus: Unary = unary("softplus", {
  evaluate: special.softplus,
  expansion: x => add(relu(x), log1p(exp(neg(abs(x))))),
  derivative: x => sigmoid(x),
  range: "positive",
  identities: x => [[sub(softplus(x), softplus(neg(x))), x]],
});

/** `log(exp(x) + exp(y))`, which does not overflow. */
export const logaddexp: Binary = binary("logaddexp", {
  evaluate: special.logaddexp,
  languages: { python: "np.logaddexp" },
  expansion: (x, y) => conditional(equal(x, y), add(x, log(2)), add(max(x, y), log1p(exp(neg(abs(sub(x, y))))))),
  derivatives: [(x, y) => sigmoid(sub(x, y)), (x, y) => sigmoid(sub(y, x))],
  commutative: true,
  latex: { as: (x, y) => log(add(exp(x), exp(y))) },
});

/** `max(x, 0)`. Its derivative at 0 is 0. */
export const relu: Unary = unary("relu", {
  evaluate: special.relu,
  expansion: x => max(x, 0),
  whole: "closed",
  derivative: x => conditional(greater(x, 0), 1, 0),
  code: x => `Math.max(${x}, 0)`,
  range: "nonnegative",
  selection: true,
  exact: x => (exact.sign(x) > 0 ? x : exact.zero),
  identities: x => [
    [relu(x), x, { x: "nonnegative" }],
    [sub(relu(x), relu(neg(x))), x],
    [add(relu(x), relu(neg(x))), abs(x)],
  ],
  latex: "\\operatorname{ReLU}",
});

// Absolute values, signs, steps and rounding

/** The absolute value. Its derivative at 0 is 0. */
export const abs: Unary = unary("abs", {
  evaluate: Math.abs,
  multiplicative: true,
  whole: "closed",
  derivative: x => sign(x),
  ...library("abs", "abs", "fabs"),
  range: "nonnegative",
  selection: true,
  parity: "even",
  exact: exact.absolute,
  identities: x => [
    [abs(x), x, { x: "nonnegative" }],
    [mul(abs(x), sign(x)), x],
    [div(x, abs(x)), sign(x)],
    [div(abs(x), x), sign(x)],
    [pow(abs(x), 2), pow(x, 2)],
  ],
  latex: { write: x => `\\left|${x}\\right|` },
});

/** -1, 0 or 1. Its derivative is 0, at 0 too. */
export const sign: Unary = unary("sign", {
  evaluate: Math.sign,
  languages: { javascript: "Math.sign", python: "np.sign", c: inC.sign },
  multiplicative: true,
  whole: "always",
  derivative: () => 0,
  bounded: true,
  parity: "odd",
  exact: x => exact.integer(exact.sign(x)),
  identities: x => [
    [sign(x), 1, { x: "positive" }],
    [pow(sign(x), 3), sign(x)],
    [sign(sign(x)), sign(x)],
  ],
  latex: "\\operatorname{sgn}",
});

/** 1 where `x` is positive, else 0. Its derivative is 0 everywhere. */
export const step: Unary = unary("step", {
  evaluate: special.step,
  languages: { javascript: inJavascript.step, python: inPython.step, c: inC.step },
  whole: "always",
  derivative: () => 0,
  range: "truth",
  exact: x => exact.integer(truth(exact.sign(x) > 0)),
  identities: x => [[step(x), 1, { x: "positive" }]],
});

/** The largest integer that is not above `x`. Its derivative is 0 everywhere. */
export const floor: Unary = unary("floor", {
  evaluate: Math.floor,
  whole: "always",
  derivative: () => 0,
  ...library("floor"),
  exact: exact.floor,
  identities: x => [[floor(x), x, { x: "integer" }]],
  latex: { write: x => `\\left\\lfloor ${x}\\right\\rfloor` },
});

/** The smallest integer that is not below `x`. Its derivative is 0 everywhere. */
export const ceil: Unary = unary("ceil", {
  evaluate: Math.ceil,
  whole: "always",
  derivative: () => 0,
  ...library("ceil"),
  exact: x => exact.negate(exact.floor(exact.negate(x))),
  identities: x => [[ceil(x), x, { x: "integer" }]],
  latex: { write: x => `\\left\\lceil ${x}\\right\\rceil` },
});

/** The nearest integer; halves go away from zero. Its derivative is 0 everywhere. */
export const round: Unary = unary("round", {
  evaluate: special.round,
  languages: { javascript: inJavascript.round, python: inPython.round, c: "round" },
  whole: "always",
  derivative: () => 0,
  parity: "odd",
  exact: x => {
    const magnitude = exact.floor(exact.add(exact.absolute(x), exact.rational(1n, 2n)));
    return exact.sign(x) < 0 ? exact.negate(magnitude) : magnitude;
  },
  identities: x => [[round(x), x, { x: "integer" }]],
});

// Selections

/** The smaller of two. At a tie each has half of the derivative. */
export const min: Binary = binary("min", {
  evaluate: Math.min,
  whole: "closed",
  derivatives: [
    (x, y) => conditional(less(x, y), 1, conditional(equal(x, y), half, 0)),
    (x, y) => conditional(less(y, x), 1, conditional(equal(x, y), half, 0)),
  ],
  code: (x, y) => `Math.min(${x}, ${y})`,
  languages: { javascript: "Math.min", python: "np.minimum", c: inC.minimum },
  commutative: true,
  selection: true,
  exact: (x, y) => (exact.compare(x, y) < 0 ? x : y),
  identities: (x, y) => [
    [min(x, x), x],
    [min(x, max(x, y)), x],
    [min(x, min(x, y)), min(x, y)],
    [add(min(x, y), max(x, y)), add(x, y)],
  ],
  latex: "\\min",
});

/** The larger of two. At a tie each has half of the derivative. */
export const max: Binary = binary("max", {
  evaluate: Math.max,
  whole: "closed",
  derivatives: [
    (x, y) => conditional(greater(x, y), 1, conditional(equal(x, y), half, 0)),
    (x, y) => conditional(greater(y, x), 1, conditional(equal(x, y), half, 0)),
  ],
  code: (x, y) => `Math.max(${x}, ${y})`,
  languages: { javascript: "Math.max", python: "np.maximum", c: inC.maximum },
  commutative: true,
  selection: true,
  exact: (x, y) => (exact.compare(x, y) > 0 ? x : y),
  identities: (x, y) => [
    [max(x, x), x],
    [max(x, min(x, y)), x],
    [max(x, max(x, y)), max(x, y)],
    [max(x, neg(x)), abs(x)],
    [max(0, x), relu(x)],
  ],
  latex: "\\max",
});

/** `x` between the bounds `low` and `high`: `min(max(x, low), high)`. At a bound the two share the derivative equally. */
export const clip: Ternary = row("clip", 3, {
  evaluate: special.clip,
  expansion: (x, low, high) => min(max(known(x), known(low)), known(high)),
  derivatives: [
    // The three share their comparisons: a gradient by all of them stays cheap.
    (x, low, high) =>
      conditional(
        less(low, high),
        conditional(
          less(low, x),
          conditional(less(x, high), 1, conditional(equal(x, high), half, 0)),
          conditional(equal(x, low), half, 0),
        ),
        0,
      ),
    (x, low, high) =>
      conditional(less(low, high), conditional(less(low, x), 0, conditional(equal(x, low), half, 1)), 0),
    (x, low, high) =>
      conditional(less(low, high), conditional(less(x, high), 0, conditional(equal(x, high), half, 1)), 1),
  ] as FunctionRow["derivatives"],
  selection: true,
  exact: (x, low, high) => {
    const raised = exact.compare(x, low) < 0 ? low : x;
    return exact.compare(raised, known(high)) > 0 ? known(high) : raised;
  },
  identities: (x, y, z) => [
    [clip(x, y, y), y],
    [clip(clip(x, y, z), y, z), clip(x, y, z)],
  ],
});

/** The remainder of `x / y` with the sign of `y`: `x - y * floor(x / y)`. Its derivative by `x` is 1 everywhere. */
export const mod: Binary = binary("mod", {
  evaluate: special.mod,
  cost: () => 8,
  languages: { javascript: inJavascript.mod, python: inPython.mod, c: inC.mod },
  whole: "closed",
  derivatives: [() => 1, (x, y) => neg(floor(div(x, y)))],
  exact: (x, y) =>
    exact.isZero(y) ? undefined : exact.subtract(x, exact.multiply(y, exact.floor(exact.divide(x, y)))),
  latex: { write: (x, y) => `${x} \\bmod ${y}`, precedence: precedence.comparison, argument: precedence.power },
});

/** The distance of the point (x, y) from the origin. */
export const hypot: Binary = binary("hypot", {
  evaluate: special.hypot,
  languages: { javascript: "Math.hypot", python: "np.hypot", c: "hypot" },
  derivatives: [(x, _, result) => div(x, result), (_, y, result) => div(y, result)],
  commutative: true,
  range: "nonnegative",
  exact: (x, y) => exact.root(exact.add(exact.multiply(x, x), exact.multiply(y, y)), 2n),
  identities: x => [[hypot(x, 0), abs(x)]],
  latex: { as: (x, y) => sqrt(add(pow(x, 2), pow(y, 2))) },
});

// The error function and the gamma function

/** The error function: 2 / sqrt(pi) times the integral of `exp(-t^2)` from 0 to `x`. */
export const erf: Unary = unary("erf", {
  evaluate: special.erf,
  languages: { javascript: inJavascript.erf, python: inPython.erf, c: "erf" },
  derivative: x => mul(div(2, sqrt(pi)), exp(neg(pow(x, 2)))),
  bounded: true,
  parity: "odd",
  identities: () => [[erf(0), 0]],
});

/** `1 - erf(x)`, without cancellation. */
export const erfc: Unary = unary("erfc", {
  evaluate: special.erfc,
  languages: { javascript: inJavascript.erfc, python: inPython.erfc, c: "erfc" },
  derivative: x => neg(mul(div(2, sqrt(pi)), exp(neg(pow(x, 2))))),
  range: "positive",
  bounded: true,
  identities: x => [
    [erfc(0), 1],
    [add(erf(x), erfc(x)), 1],
    [sub(1, erf(x)), erfc(x)],
    [sub(1, erfc(x)), erf(x)],
  ],
});

/** The gamma function: `gamma(n)` is `(n - 1)!`. */
export const gamma: Unary = unary("gamma", {
  evaluate: special.gamma,
  domain: x => notNegativeWhole(x),
  languages: { javascript: inJavascript.gamma, python: inPython.gamma, c: "tgamma" },
  derivative: (x, result) => mul(result, digamma(x)),
  exact: x => exactFactorial(exact.subtract(x, exact.one)),
  latex: "\\Gamma",
});

/** The logarithm of the absolute value of the gamma function. */
export const lgamma: Unary = unary("lgamma", {
  evaluate: special.lgamma,
  domain: x => notNegativeWhole(x),
  languages: { javascript: inJavascript.lgamma, python: inPython.lgamma, c: inC.lgamma },
  derivative: x => digamma(x),
  identities: () => [
    [lgamma(1), 0],
    [lgamma(2), 0],
  ],
  latex: { as: x => log(abs(gamma(x))) },
});

/** The derivative of the logarithm of the gamma function. */
export const digamma: Unary = unary("digamma", {
  evaluate: special.digamma,
  domain: x => notNegativeWhole(x),
  languages: { javascript: inJavascript.digamma, python: inPython.digamma, c: inC.digamma },
  derivative: x => polygamma(1, x),
  latex: "\\psi",
});

/** The derivative of order `m` of `digamma`, for a natural number `m`. */
export const polygamma: Binary = binary("polygamma", {
  evaluate: special.polygamma,
  domain: (_, x) => notNegativeWhole(x),
  languages: { javascript: inJavascript.polygamma, python: inPython.polygamma, c: inC.polygamma },
  derivatives: [
    m => {
      throw new FluxionError("unsupported", `polygamma has no derivative in its order, which is ${excerpt(m)}`);
    },
    (m, x) => polygamma(add(m, 1), x),
  ],
  identities: x => [[polygamma(0, x), digamma(x)]],
  order: 0,
  latex: { write: (m, x) => `\\psi^{(${m})}\\left(${x}\\right)` },
});

/** `gamma(x + 1)`, written `x!`. */
export const factorial: Unary = unary("factorial", {
  evaluate: special.factorial,
  cost: () => 32,
  domain: x => notNegativeWhole(add(x, 1)),
  expansion: x => gamma(add(x, 1)),
  derivative: (x, result) => mul(result, digamma(add(x, 1))),
  operator: { symbol: "!", position: "postfix", precedence: precedence.postfix },
  exact: exactFactorial,
});

const exclamation = { symbol: "!", position: "prefix", precedence: precedence.unary } as const;
const choice = { symbol: "?", position: "ternary", precedence: precedence.conditional } as const;

// Comparisons and logic: 1 is true, 0 is false, and every other number counts as true.

type Comparison = { readonly javascript: string; readonly latex: string; readonly holds: (order: number) => boolean };

const comparison = (name: string, symbol: string, { javascript, latex, holds }: Comparison): Binary =>
  binary(name, {
    evaluate: (x, y) => truth(x < y ? holds(-1) : x > y ? holds(1) : x === y ? holds(0) : name === "notEqual"),
    whole: "always",
    derivatives: [() => 0, () => 0],
    operator: infix(symbol, "comparison", "none"),
    code: (x, y) => `${x} ${javascript} ${y} ? 1 : 0`,
    languages: {
      ...everywhere(infix(symbol, "comparison", "none")),
      javascript: infix(javascript, "comparison", "none"),
    },
    truths: { arguments: 0, result: true },
    exact: (x, y) => exact.integer(truth(holds(exact.compare(x, y)))),
    range: "truth",
    latex,
  });

/** 1 where `x < y`, else 0. */
export const less: Binary = comparison("less", "<", { javascript: "<", latex: "<", holds: order => order < 0 });
/** 1 where `x <= y`, else 0. */
export const lessOrEqual: Binary = comparison("lessOrEqual", "<=", {
  javascript: "<=",
  latex: "\\le",
  holds: order => order <= 0,
});
/** 1 where `x > y`, else 0. */
export const greater: Binary = comparison("greater", ">", { javascript: ">", latex: ">", holds: order => order > 0 });
/** 1 where `x >= y`, else 0. */
export const greaterOrEqual: Binary = comparison("greaterOrEqual", ">=", {
  javascript: ">=",
  latex: "\\ge",
  holds: order => order >= 0,
});
/** 1 where the two are equal, else 0. */
export const equal: Binary = comparison("equal", "==", { javascript: "===", latex: "=", holds: order => order === 0 });
/** 1 where the two differ, else 0. */
export const notEqual: Binary = comparison("notEqual", "!=", {
  javascript: "!==",
  latex: "\\ne",
  holds: order => order !== 0,
});

/** 1 where neither is 0, else 0. */
export const and: Binary = binary("and", {
  evaluate: (x, y) => truth(x !== 0 && y !== 0),
  whole: "always",
  derivatives: [() => 0, () => 0],
  operator: infix("and", "and"),
  code: (x, y) => `${x} !== 0 && ${y} !== 0 ? 1 : 0`,
  languages: { javascript: infix("&&", "and"), python: "np.logical_and", c: infix("&&", "and") },
  truths: { arguments: 2, result: true },
  exact: (x, y) => exact.integer(truth(!exact.isZero(x) && !exact.isZero(y))),
  range: "truth",
  commutative: true,
  latex: "\\land",
});

/** 1 where one of the two is not 0, else 0. */
export const or: Binary = binary("or", {
  evaluate: (x, y) => truth(x !== 0 || y !== 0),
  whole: "always",
  derivatives: [() => 0, () => 0],
  operator: infix("or", "or"),
  code: (x, y) => `${x} !== 0 || ${y} !== 0 ? 1 : 0`,
  languages: { javascript: infix("||", "or"), python: "np.logical_or", c: infix("||", "or") },
  truths: { arguments: 2, result: true },
  exact: (x, y) => exact.integer(truth(!exact.isZero(x) || !exact.isZero(y))),
  range: "truth",
  commutative: true,
  latex: "\\lor",
});

/** 1 where `x` is 0, else 0. */
export const not: Unary = unary("not", {
  evaluate: x => truth(x === 0),
  whole: "always",
  derivative: () => 0,
  operator: { symbol: "not", position: "prefix", precedence: precedence.unary },
  code: x => `${x} === 0 ? 1 : 0`,
  languages: { ...everywhere(exclamation), python: "np.logical_not" },
  truths: { arguments: 1, result: true },
  exact: x => exact.integer(truth(exact.isZero(x))),
  range: "truth",
  latex: { write: x => `\\lnot ${x}`, precedence: precedence.comparison, argument: precedence.power },
});

/** `condition ? x : y`: only the branch taken counts, in its value and in its derivative. */
export const conditional: Ternary = row("conditional", 3, {
  evaluate: (condition, x, y) => (condition !== 0 ? x : y) as number,
  whole: "closed",
  derivatives: [
    () => 0,
    condition => conditional(known(condition), 1, 0),
    condition => conditional(known(condition), 0, 1),
  ],
  differential: ([condition], [, dx, dy]) => conditional(known(condition), known(dx), known(dy)),
  operator: { symbol: "?", position: "ternary", precedence: precedence.conditional },
  code: (condition, x, y) => `${condition} !== 0 ? ${x} : ${y}`,
  languages: { ...everywhere(choice), python: "np.where" },
  truths: { arguments: 1, result: false },
  exact: (condition, x, y) => (exact.isZero(known(condition)) ? y : x),
  selection: true,
  identities: (x, y, z) => [
    [conditional(x, y, y), y],
    [conditional(not(x), y, z), conditional(x, z, y)],
    [conditional(x, conditional(x, y, z), variable("w")), conditional(x, y, variable("w"))],
    [conditional(x, y, conditional(x, z, variable("w"))), conditional(x, y, variable("w"))],
  ],
  latex: { layout: "cases" },
});

/** The sum of a list, from the left; 0 for an empty one. */
export const addAll = (terms: readonly Operand[]): Expr => accumulate(terms, add, 0);

/** The product of a list, from the left; 1 for an empty one. */
export const mulAll = (factors: readonly Operand[]): Expr => accumulate(factors, mul, 1);

function accumulate(items: readonly Operand[], combine: Binary, empty: number): Expr {
  let result: Expr | undefined;
  for (const item of items) result = result === undefined ? asExpr(item) : combine(result, item);
  return result ?? constant(empty);
}

function powerDerivative(x: Expr, y: Expr): Operand {
  if (y.kind === "constant") {
    // Written out, because 0 * x^(-1) has no value at 0, where x^0 has the derivative 0.
    if (y.value === 0) return 0;
    if (y.value === 1) return 1;
    if (y.value === 2) return mul(2, x);
    const lowered = exact.toDouble(exact.subtract(exact.exactValue(y.value), exact.one));
    if (lowered !== undefined) return mul(y, pow(x, lowered));
  }
  return mul(y, pow(x, sub(y, 1)));
}

// Small whole powers as products: V8's pow costs ten multiplications.
function powerCode(x = "", y = ""): string {
  if (y === "2") return `${x} * ${x}`;
  if (y === "3") return `${x} * ${x} * ${x}`;
  if (y === "4") return `(${x} * ${x}) * (${x} * ${x})`;
  if (y === "(-1)") return `1 / ${x}`;
  if (y === "(-2)") return `1 / (${x} * ${x})`;
  return `Math.pow(${x}, ${y})`;
}

// In C and in Python 1^NaN and (±1)^(±Infinity) are 1; here they are NaN.
const meetsNoOne = (x: Expr, y: Expr): boolean =>
  y.kind === "constant" || (x.kind === "constant" && Math.abs(x.value) !== 1);

// The leg of a right triangle with hypotenuse |x| and other leg 1.
const legBesideOne = (x: Expr): Expr => mul(sqrt(sub(abs(x), 1)), sqrt(add(abs(x), 1)));

// Where a power has a value; of an exponent that is no number, where it has one whatever the exponent.
function powerDomain(x: Expr, y: Expr): readonly Expr[] {
  const exponent = exactFraction(y);
  if (exponent === undefined) return [greater(x, 0)];
  const isBelow = exact.sign(exponent) < 0;
  if (exact.isInteger(exponent)) return isBelow ? [notEqual(x, 0)] : [];
  return [isBelow ? greater(x, 0) : greaterOrEqual(x, 0)];
}

// A number, its opposite, or a quotient of two: no deeper than that.
function exactFraction(e: Expr): exact.Rational | undefined {
  if (e.kind === "constant") return exact.exactValue(e.value);
  if (e.kind !== "call" || !e.args.every(argument => argument.kind === "constant")) return undefined;
  const [x, y] = e.args.map(argument => (argument.kind === "constant" ? exact.exactValue(argument.value) : exact.zero));
  if (e.fn === neg) return exact.negate(known(x));
  return e.fn === div && !exact.isZero(known(y)) ? exact.divide(known(x), known(y)) : undefined;
}

// The poles of the gamma function are 0, -1, -2, …
const notNegativeWhole = (x: Expr): readonly Expr[] => [or(greater(x, 0), notEqual(x, floor(x)))];

function rootDomain(x: Expr, n: Expr): readonly Expr[] {
  if (n.kind !== "constant") return [greater(x, 0), notEqual(n, 0)];
  const isOdd = Math.abs(n.value % 2) === 1;
  if (n.value === 0) return [notEqual(n, 0)];
  if (isOdd) return n.value > 0 ? [] : [notEqual(x, 0)];
  return [n.value > 0 ? greaterOrEqual(x, 0) : greater(x, 0)];
}

function exactPower(x: exact.Rational, y: exact.Rational): exact.Rational | undefined {
  if (exact.isZero(x)) return exact.sign(y) > 0 ? exact.zero : exact.isZero(y) ? exact.one : undefined;
  // Beyond a few thousand digits no double holds the power, and to compute it is to hang.
  if (Math.abs(Number(y.numerator)) > 1100 || y.denominator > 1100n) return undefined;
  const base = exact.isInteger(y) ? x : exact.root(x, y.denominator);
  if (base === undefined || (exact.sign(x) < 0 && !exact.isInteger(y))) return undefined;
  return exact.power(base, y.numerator);
}

function exactFactorial(x: exact.Rational): exact.Rational | undefined {
  if (!exact.isInteger(x) || exact.sign(x) < 0 || x.numerator > 170n) return undefined;
  let product = 1n;
  for (let factor = 2n; factor <= x.numerator; factor++) product *= factor;
  return exact.rational(product, 1n);
}

// A row is called with as many arguments as its arity says; the type of a list cannot tell.
function known<T>(argument: T | undefined): T {
  if (argument === undefined) throw new FluxionError("arity", "a row of the table was given too few arguments");
  return argument;
}
