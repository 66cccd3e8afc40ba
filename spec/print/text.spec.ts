import { inspect } from "node:util";
import * as fc from "fast-check";
import { type MathNode, parse as parseMathjs } from "mathjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Definition } from "../../lib/expression/definition.ts";
import {
  asExpr,
  call,
  constant,
  delta,
  type Expr,
  excerpt,
  extent,
  type FunctionRow,
  type Index,
  linearIndex,
  type Operand,
  type ReductionKind,
  reduction,
  scaleIndex,
  shift,
  type Variable,
  variable,
} from "../../lib/expression/expression.ts";
import { countOperations, topologicalOrder } from "../../lib/expression/fold.ts";
import {
  add,
  and,
  conditional,
  cos,
  div,
  e,
  equal,
  exp,
  factorial,
  functions,
  less,
  max,
  mod,
  mul,
  neg,
  not,
  or,
  pi,
  pow,
  sin,
  sub,
} from "../../lib/expression/functions.ts";
import { isPlainName } from "../../lib/expression/names.ts";
import { sharedDefinitions } from "../../lib/print/shared.ts";
import { type TextOptions, toString as textOf } from "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

const runs = Number(process.env.FC_RUNS ?? 200);
const [x, y, z] = [variable("x"), variable("y"), variable("z")];

/** What is printed, with few and with all parentheses; both read back as the same expression. */
const prints = (expression: Operand, minimal: string, all: string = minimal) =>
  test(`prints ${minimal}`, () => {
    assert.is(textOf(expression), minimal);
    assert.is(textOf(expression, { parentheses: "all" }), all);
    assert.is(parse(minimal), asExpr(expression));
    assert.is(parse(all), asExpr(expression));
  });

// Sums, products, differences and quotients
prints(add(x, mul(2, y)), "x + 2 * y", "(x + (2 * y))");
prints(add(add(x, y), z), "x + y + z", "((x + y) + z)");
prints(add(x, add(y, z)), "x + (y + z)", "(x + (y + z))");
prints(sub(sub(x, y), z), "x - y - z", "((x - y) - z)");
prints(sub(x, sub(y, z)), "x - (y - z)", "(x - (y - z))");
prints(sub(x, add(y, z)), "x - (y + z)", "(x - (y + z))");
prints(mul(add(x, y), z), "(x + y) * z", "((x + y) * z)");
prints(mul(div(x, y), z), "x / y * z", "((x / y) * z)");
prints(mul(x, div(y, z)), "x * (y / z)", "(x * (y / z))");
prints(div(x, mul(y, z)), "x / (y * z)", "(x / (y * z))");
prints(mul(div(2, 3), x), "2 / 3 * x", "((2 / 3) * x)");
prints(div(mul(2, x), 3), "2 * x / 3", "((2 * x) / 3)");
prints(
  add(
    mul(add(mul(add(mul(0, x), mul(4, 1)), y), mul(mul(4, x), 0)), 1),
    mul(exp(mul(-1, y)), add(mul(0, y), mul(-1, 0))),
  ),
  "((0 * x + 4 * 1) * y + 4 * x * 0) * 1 + exp(-1 * y) * (0 * y + -1 * 0)",
  "((((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) * 1) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))",
);
prints(
  add(add(mul(add(mul(0, x), mul(4, 1)), y), mul(mul(4, x), 0)), mul(exp(mul(-1, y)), add(mul(0, y), mul(-1, 0)))),
  "(0 * x + 4 * 1) * y + 4 * x * 0 + exp(-1 * y) * (0 * y + -1 * 0)",
  "(((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))",
);

// Powers and factorials
prints(pow(x, 2), "x^2", "(x^2)");
prints(pow(pow(x, y), z), "(x^y)^z", "((x^y)^z)");
prints(pow(x, pow(y, z)), "x^y^z", "(x^(y^z))");
prints(pow(x, div(1, 3)), "x^(1 / 3)", "(x^(1 / 3))");
prints(pow(add(x, 1), 2), "(x + 1)^2", "((x + 1)^2)");
prints(pow(sin(x), 2), "sin(x)^2", "(sin(x)^2)");
prints(factorial(x), "x!", "(x!)");
prints(factorial(factorial(x)), "x!!", "((x!)!)");
prints(factorial(pow(x, 2)), "(x^2)!", "((x^2)!)");
prints(pow(x, factorial(2)), "x^2!", "(x^(2!))");
prints(pow(factorial(x), 2), "x!^2", "((x!)^2)");

// Signs
prints(neg(x), "-x", "(-x)");
prints(neg(neg(x)), "--x", "(-(-x))");
prints(neg(pow(x, 2)), "-x^2", "(-(x^2))");
prints(pow(neg(x), 2), "(-x)^2", "((-x)^2)");
prints(neg(mul(x, y)), "-(x * y)", "(-(x * y))");
prints(mul(neg(x), y), "-x * y", "((-x) * y)");
prints(mul(x, neg(y)), "x * -y", "(x * (-y))");
prints(sub(x, neg(y)), "x - -y", "(x - (-y))");
prints(neg(add(x, y)), "-(x + y)", "(-(x + y))");
prints(neg(factorial(x)), "-x!", "(-(x!))");
prints(factorial(neg(x)), "(-x)!", "((-x)!)");
prints(pow(x, neg(y)), "x^-y", "(x^(-y))");
prints(pow(x, neg(pow(y, z))), "x^-y^z", "(x^(-(y^z)))");
prints(pow(pow(x, neg(y)), z), "(x^-y)^z", "((x^(-y))^z)");
prints(neg(exp(neg(x))), "-exp(-x)", "(-exp((-x)))");

// A minus before a number belongs to the number, unless ^ or ! follows.
prints(constant(-2), "-2");
prints(neg(1), "-(1)", "(-(1))");
prints(neg(0), "-(0)", "(-(0))");
prints(neg(-1), "--1", "(--1)");
prints(neg(neg(1)), "--(1)", "(-(-(1)))");
prints(mul(-2, x), "-2 * x", "(-2 * x)");
prints(mul(neg(2), x), "-(2) * x", "((-(2)) * x)");
prints(mul(x, -2), "x * -2", "(x * -2)");
prints(add(x, -2), "x + -2", "(x + -2)");
prints(sub(x, -2), "x - -2", "(x - -2)");
prints(sub(-2, 2), "-2 - 2", "(-2 - 2)");
prints(pow(-2, x), "(-2)^x", "((-2)^x)");
prints(pow(2, -3), "2^-3", "(2^-3)");
prints(pow(2, pow(-3, x)), "2^(-3)^x", "(2^((-3)^x))");
prints(pow(pow(2, -3), x), "(2^-3)^x", "((2^-3)^x)");
prints(neg(pow(2, x)), "-2^x", "(-(2^x))");
prints(factorial(-2), "(-2)!", "((-2)!)");
prints(neg(factorial(2)), "-2!", "(-(2!))");
prints(pow(2, factorial(-3)), "2^(-3)!", "(2^((-3)!))");
prints(pow(2, neg(factorial(3))), "2^-3!", "(2^(-(3!)))");
prints(sin(-1), "sin(-1)");

// Numbers
prints(constant(0.1), "0.1");
prints(constant(-0), "0");
prints(mul(1e21, x), "1e+21 * x", "(1e+21 * x)");
prints(pow(1e-7, x), "1e-7^x", "(1e-7^x)");
prints(constant(5e-324), "5e-324");
prints(constant(-1.7976931348623157e308), "-1.7976931348623157e+308");

// Comparisons, logic and the conditional
prints(less(x, add(y, 1)), "x < y + 1", "(x < (y + 1))");
prints(less(less(x, y), z), "(x < y) < z", "((x < y) < z)");
prints(equal(x, less(y, z)), "x == (y < z)", "(x == (y < z))");
prints(not(x), "not x", "(not x)");
prints(not(not(x)), "not not x", "(not (not x))");
prints(not(less(x, y)), "not (x < y)", "(not (x < y))");
prints(less(not(x), y), "not x < y", "((not x) < y)");
prints(not(mul(x, y)), "not (x * y)", "(not (x * y))");
prints(neg(not(x)), "-not x", "(-(not x))");
prints(not(-1), "not -1", "(not -1)");
prints(pow(not(x), 2), "(not x)^2", "((not x)^2)");
prints(pow(x, not(y)), "x^not y", "(x^(not y))");
prints(or(and(x, y), z), "x and y or z", "((x and y) or z)");
prints(and(or(x, y), z), "(x or y) and z", "((x or y) and z)");
prints(or(x, or(y, z)), "x or (y or z)", "(x or (y or z))");
prints(and(less(x, y), less(y, z)), "x < y and y < z", "((x < y) and (y < z))");
prints(conditional(less(x, 0), neg(x), x), "x < 0 ? -x : x", "((x < 0) ? (-x) : x)");
prints(conditional(x, 1, conditional(y, 2, 3)), "x ? 1 : y ? 2 : 3", "(x ? 1 : (y ? 2 : 3))");
prints(conditional(conditional(x, y, z), 1, 2), "(x ? y : z) ? 1 : 2", "((x ? y : z) ? 1 : 2)");
prints(conditional(x, conditional(y, 1, 2), 3), "x ? (y ? 1 : 2) : 3", "(x ? (y ? 1 : 2) : 3)");
prints(add(1, conditional(x, y, z)), "1 + (x ? y : z)", "(1 + (x ? y : z))");
prints(max(conditional(x, y, z), or(x, y)), "max(x ? y : z, x or y)", "max((x ? y : z), (x or y))");

// Names
prints(mul(2, pi), "2 * pi", "(2 * pi)");
prints(pow(e, variable("e")), "e^`e`", "(e^`e`)");
prints(variable("sin"), "`sin`");
prints(sin(variable("sum")), "sin(sum)");
prints(mul(variable("delta"), add(variable("extent"), x)), "delta * (extent + x)", "(delta * (extent + x))");
prints(reduction("sum", "sum", variable("sum", "sum")), "sum(sum, sum[sum])");
prints(variable("not"), "`not`");
prints(variable("constructor"), "constructor");
prints(variable("__proto__", "toString"), "__proto__[toString]");
prints(variable("a b"), "`a b`");
prints(variable(""), "``");
prints(mod(x, y), "mod(x, y)");

// Indices
prints(variable("W", "j", "k"), "W[j,k]");
prints(variable("x", 0, -1), "x[0,-1]");
prints(variable("x", "n", shift("i", "p")), "x[n,i+p]");
prints(variable("x", shift(scaleIndex("i", 2), "p")), "x[2*i+p]");
prints(variable("x", shift("i", -1), shift("i", 1)), "x[i-1,i+1]");
prints(variable("x", shift(scaleIndex("i", -1), 1)), "x[1-i]");
prints(variable("x", shift(scaleIndex("i", -3), -5)), "x[-3*i-5]");
prints(variable("x", shift(scaleIndex("i", -1), "p")), "x[p-i]");
prints(variable("E", variable("token", "n"), "k"), "E[token[n],k]");
prints(variable("l", shift(variable("at", shift("i", 1)), "p")), "l[p+at[i+1]]");
prints(variable("x", "sin", "a b"), "x[`sin`,`a b`]");
prints(variable("x", "j'"), "x[j']");
prints(reduction("sum", "j", add(mul(variable("W", "j"), x), 1)), "sum(j, W[j] * x + 1)", "sum(j, ((W[j] * x) + 1))");
prints(pow(reduction("maximum", "j", variable("x", "j")), 2), "maximum(j, x[j])^2", "(maximum(j, x[j])^2)");
prints(reduction("logsumexp", "e", variable("x", "e")), "logsumexp(`e`, x[`e`])");
prints(delta("i", shift("j", 1)), "delta(i, j+1)");
prints(div(1, extent("n")), "1 / extent(n)", "(1 / extent(n))");

// Every shape, every row of the table, names of all kinds, and numbers of both signs
const names = [
  "x",
  "y",
  "n",
  "e",
  "pi",
  "sin",
  "sum",
  "delta",
  "extent",
  "not",
  "mod",
  "add",
  "true",
  "t1",
  "constructor",
  "__proto__",
];
const strange = ["", "a b", "2", "`", "\\", "x'", "\n", "größe", "λ", "💡", "\ud800", "x;y", "x[0]", "Infinity"];
const arbitraryName = fc.constantFrom(...names, ...strange);

const arbitraryIndex = (gather: fc.Arbitrary<Expr>): fc.Arbitrary<Index> =>
  fc
    .tuple(
      fc.integer({ min: -3, max: 3 }),
      fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.oneof(arbitraryName, gather)), { maxLength: 3 }),
    )
    .map(([offset, terms]) =>
      linearIndex(
        offset,
        terms.flatMap(([coefficient, of]) =>
          typeof of === "string" || (of.kind === "variable" && of.indices.length > 0) ? [{ coefficient, of }] : [],
        ),
      ),
    );

const arbitraryConstant = fc
  .oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -5000, max: 5000 }).map(thousandths => thousandths / 1000),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map(value => constant(value));

const reductions: readonly ReductionKind[] = ["sum", "maximum", "minimum", "logsumexp"];

const arbitraryCall = (rows: readonly FunctionRow[], argument: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> =>
  fc
    .tuple(fc.constantFrom(...rows), fc.tuple(argument, argument, argument))
    .map(([row, args]) => call(row, args.slice(0, row.arity)));

const rows = [...functions.values()];
// The rows that are operators are where texts go wrong.
const operators = rows.filter(row => row.operator !== undefined);

const { scalar, indexed } = fc.letrec<{ scalar: Expr; gather: Expr; indexed: Expr }>(tie => ({
  // Without indices, and with names that mathjs has too.
  scalar: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(
      arbitraryConstant,
      fc.constantFrom(...names.filter(isPlainName)).map(name => variable(name)),
    ),
    { weight: 4, arbitrary: arbitraryCall(operators, tie("scalar")) },
    { weight: 2, arbitrary: arbitraryCall(rows, tie("scalar")) },
  ),
  gather: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(arbitraryName, arbitraryName).map(([name, index]) => variable(name, index)),
    fc
      .tuple(arbitraryName, fc.array(arbitraryIndex(tie("gather")), { minLength: 1, maxLength: 3 }))
      .map(([name, indices]) => variable(name, ...indices)),
  ),
  indexed: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(
      arbitraryConstant,
      arbitraryName.map(name => variable(name)),
    ),
    { weight: 4, arbitrary: arbitraryCall(operators, tie("indexed")) },
    { weight: 2, arbitrary: arbitraryCall(rows, tie("indexed")) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...reductions), arbitraryName, tie("indexed"))
        .map(([operation, index, body]) => reduction(operation, index, body)),
    },
    tie("gather"),
    fc.tuple(arbitraryIndex(tie("gather")), arbitraryIndex(tie("gather"))).map(([i, j]) => delta(i, j)),
    arbitraryName.map(name => extent(name)),
  ),
}));

const readingOf = ({ name, axes }: Definition) => ({ name, axes });

const ways: readonly TextOptions[] = [{}, { parentheses: "all" }];

test("what is printed reads back as itself", () => {
  fc.assert(
    fc.property(indexed, expression => {
      for (const way of ways) assert.is(parse(textOf(expression, way)), expression, textOf(expression, way));
    }),
    { numRuns: runs },
  );
});

test("what is printed with shared: true reads back as its definitions and its result", () => {
  let definitionsSeen = 0;
  fc.assert(
    fc.property(indexed, indexed, (left, right) => {
      const expression = add(mul(left, right), sub(left, mul(right, right)));
      for (const way of ways) {
        const { definitions, result } = sharedDefinitions(expression);
        definitionsSeen += definitions.length;
        const text = textOf(expression, { ...way, shared: true });
        const read = parseDefinitions(text);
        const last = read.at(-1)?.expression;
        assert.is(last, result, text);
        assert.equal(read.slice(0, -1).map(readingOf), definitions.map(readingOf), text);
        for (const [i, definition] of definitions.entries())
          assert.is(read[i]?.expression, definition.expression, text);
      }
    }),
    { numRuns: runs },
  );
  assert.ok(definitionsSeen > runs, `only ${definitionsSeen} definitions were seen`);
});

test("mathjs reads what is printed as we mean it", () => {
  fc.assert(
    fc.property(scalar, expression => {
      for (const way of ways) {
        const text = textOf(expression, way);
        assert.is(fromMathjs(parseMathjs(text)), expression, text);
      }
    }),
    { numRuns: runs },
  );
});

// Sharing
const doubled = (times: number): Expr => {
  let power: Expr = sin(x);
  for (let i = 0; i < times; i++) power = mul(power, power);
  return power;
};

const sum = (body: Expr): Expr => reduction("sum", "i", body);

const printsShared = (expression: Expr, ...lines: readonly string[]) =>
  test(`prints shared parts once: ${lines.join("; ")}`, () =>
    assert.equal(textOf(expression, { shared: true }).split("\n"), lines));

printsShared(add(x, mul(x, pi)), "x + x * pi");
printsShared(mul(sin(x), sin(x)), "t1 = sin(x)", "t1 * t1");
printsShared(doubled(3), "t1 = sin(x)", "t2 = t1 * t1", "t3 = t2 * t2", "t3 * t3");
printsShared(pow(add(neg(x), sin(neg(x))), -2), "t1 = -x", "(t1 + sin(t1))^-2");
printsShared(
  add(mul(sin(variable("t1")), sin(variable("t1"))), variable("t2", "t3")),
  "t4 = sin(t1)",
  "t4 * t4 + t2[t3]",
);
printsShared(
  (() => {
    const activation = exp(variable("a", "i", "j"));
    const total = reduction("sum", "i", activation);
    return add(div(activation, total), total);
  })(),
  "t1[i,j] = exp(a[i,j])",
  "t2[j] = sum(i, t1[i,j])",
  "t1[i,j] / t2[j] + t2[j]",
);

test("a name that a function has is not given to a shared part", () => {
  const t1 = own("t1");
  const shared = call(t1, [x]);
  assert.is(textOf(mul(shared, shared), { shared: true }), "t2 = t1(x)\nt2 * t2");
});

test("sharedDefinitions needs no more operations than the expression has", () => {
  const expression = doubled(60);
  const { definitions, result } = sharedDefinitions(expression);
  assert.is(definitions.length, 60);
  assert.is(countOperations(result, ...definitions.map(definition => definition.expression)), 61);
});

test("each definition reads earlier ones only", () => {
  const { definitions } = sharedDefinitions(doubled(60));
  const known = new Set(["x"]);
  for (const { name, expression } of definitions) {
    for (const node of topologicalOrder(expression)) if (node.kind === "variable") assert.ok(known.has(node.name));
    known.add(name);
  }
});

// Length and depth
const throws = (code: string, run: () => unknown, message: RegExp) =>
  assert.throws(run, (error: Error & { code?: string }) => error.code === code && message.test(error.message));

test("a text above maxLength is an error that says how long it is and what to do", () => {
  assert.is(textOf(add(x, y), { maxLength: 5 }), "x + y");
  throws("too-long", () => textOf(add(x, y), { maxLength: 4 }), /5 characters.*4.*shared: true/);
  throws("too-long", () => textOf(doubled(60)), /about \d\.\de\+19 characters.*1,000,000/);
  throws("too-long", () => textOf(doubled(2000)), /Infinity characters/);
  throws("too-long", () => textOf(doubled(60), { shared: true, maxLength: 50 }), /more than maxLength, which is 50$/);
  throws("too-long", () => textOf(doubled(60), { maxLength: Number.POSITIVE_INFINITY }), /characters/);
  throws("too-long", () => `${doubled(60)}`, /shared: true/);
});

test("a part used 2^60 times is printed once", () => {
  const lines = textOf(doubled(60), { shared: true }).split("\n");
  assert.is(lines.length, 61);
  assert.is(lines[60], "t60 * t60");
});

test("a console shows how a long formula begins", () => {
  assert.is(inspect(add(x, y)), "x + y");
  assert.is(inspect([x, { y }]), "[ x, { y: y } ]");
  const shown = inspect(doubled(60));
  assert.match(shown, /^sin\(x\) \* sin\(x\) \* \(sin\(x\)/);
  assert.match(shown, /… \(about \d\.\de\+19 characters\)$/);
  assert.ok(shown.length < 1100);
});

test("the message of an error holds the beginning of a formula", () => {
  assert.is(excerpt(add(x, y)), "x + y");
  assert.ok(excerpt(doubled(60)).length < 300);
});

const chain = (times: number, step: (inner: Expr) => Expr): Expr => {
  let result: Expr = x;
  for (let i = 0; i < times; i++) result = step(result);
  return result;
};

test("a chain 100,000 deep prints", () => {
  const text = textOf(chain(1e5, inner => sin(inner)));
  assert.ok(text === `${"sin(".repeat(1e5)}x${")".repeat(1e5)}`);
});

test("a chain 20,000 deep prints, whichever side it grows on", () => {
  assert.ok(textOf(chain(2e4, inner => add(inner, 1))) === `x${" + 1".repeat(2e4)}`);
  assert.ok(textOf(chain(2e4, inner => sub(1, inner))) === `${"1 - (".repeat(2e4 - 1)}1 - x${")".repeat(2e4 - 1)}`);
  assert.ok(textOf(chain(2e4, inner => neg(inner))) === `${"-".repeat(2e4)}x`);
  assert.ok(textOf(chain(2e4, inner => sum(inner))) === `${"sum(i, ".repeat(2e4)}x${")".repeat(2e4)}`);
  const gathers = chain(2e4, inner => variable("t", inner === x ? "n" : (inner as Variable)));
  assert.ok(textOf(gathers) === `${"t[".repeat(2e4)}n${"]".repeat(2e4)}`);
});

test("the derivative of a chain 50,000 deep prints with shared: true, though it has more than a million characters", () => {
  let [inner, derivative]: [Expr, Expr] = [x, constant(1)];
  for (let i = 0; i < 50_000; i++) [inner, derivative] = [sin(inner), mul(cos(inner), derivative)];
  throws("too-long", () => textOf(derivative), /characters/);
  const text = textOf(derivative, { shared: true });
  assert.ok(text.length > 1e6);
  const lines = text.split("\n");
  assert.is(lines.length, 49_999);
  assert.is(lines[49_997], "t49998 = sin(t49997)");
  assert.ok(lines[49_998]?.startsWith("cos(sin(t49998)) * (cos(t49998) * (cos(t49997)") === true);
});

// Options and functions of one's own
test("options that mean nothing are errors", () => {
  throws("bad-option", () => textOf(x, JSON.parse('{ "parentheses": "some" }')), /"minimal" or "all"/);
  throws("bad-option", () => textOf(x, { maxLength: Number.NaN }), /maxLength/);
  throws("bad-option", () => textOf(x, { maxLength: -1 }), /maxLength/);
  throws("not-an-expression", () => textOf(JSON.parse('"x + y"')), /parse\(text\)/);
});

test("numbers print as constants", () => assert.is(textOf(-2), "-2"));

test("a function of one's own prints by its name, and an operator by its columns", () => {
  assert.is(textOf(call(own("swish"), [add(x, 1)])), "swish(x + 1)");
  assert.is(textOf(call(own("my f"), [x])), "`my f`(x)");
  assert.is(textOf(mul(call(own("f"), [x]), variable("f"))), "f(x) * `f`");
  const percent = own("percent", { symbol: "%", position: "postfix", precedence: 10 });
  assert.is(textOf(call(percent, [add(x, 1)])), "(x + 1)%");
  assert.is(textOf(pow(call(percent, [x]), 2)), "x%^2");
  const implies: FunctionRow = {
    ...own("implies", { symbol: "implies", position: "infix", precedence: 1.5, associative: "right" }),
    arity: 2,
  };
  assert.is(textOf(call(implies, [x, call(implies, [or(y, z), x])])), "x implies y or z implies x");
  assert.is(textOf(call(implies, [call(implies, [x, y]), z])), "(x implies y) implies z");
});

test.run();

function own(name: string, operator?: FunctionRow["operator"]): FunctionRow {
  const row = { name, arity: 1, evaluate: (value: number) => value, derivatives: [() => 1] };
  return operator === undefined ? row : { ...row, operator };
}

/** What mathjs read, as an expression. */
function fromMathjs(node: MathNode): Expr {
  const { type } = node;
  // The properties that the types of mathjs give to subclasses only.
  const { value, name, content, fn, args, condition, trueExpr, falseExpr } = node as unknown as {
    readonly value: number;
    readonly name: string;
    readonly content: MathNode;
    readonly fn: string | { readonly name: string };
    readonly args: readonly MathNode[];
    readonly condition: MathNode;
    readonly trueExpr: MathNode;
    readonly falseExpr: MathNode;
  };
  switch (type) {
    case "ConstantNode":
      return constant(value);
    case "ParenthesisNode":
      return fromMathjs(content);
    case "SymbolNode": {
      const row = functions.get(name);
      return row?.arity === 0 ? call(row, []) : variable(name);
    }
    case "ConditionalNode":
      return conditional(fromMathjs(condition), fromMathjs(trueExpr), fromMathjs(falseExpr));
    default: {
      const [first] = args;
      if (fn === "unaryMinus" && first?.type === "ConstantNode") return constant(-Number(fromMathjsValue(first)));
      const called = typeof fn === "string" ? (fromMathjsNames.get(fn) ?? fn) : fn.name;
      const row = functions.get(called);
      if (row === undefined) throw new Error(`mathjs read ${called} in ${node}`);
      return call(row, args.map(fromMathjs));
    }
  }
}

// The names that mathjs gives to operators, where they are others than ours.
const fromMathjsNames: ReadonlyMap<string, string> = new Map([
  ["subtract", "sub"],
  ["multiply", "mul"],
  ["divide", "div"],
  ["unaryMinus", "neg"],
  ["smaller", "less"],
  ["smallerEq", "lessOrEqual"],
  ["larger", "greater"],
  ["largerEq", "greaterOrEqual"],
  ["unequal", "notEqual"],
]);

const fromMathjsValue = (node: MathNode): unknown => (node as unknown as { readonly value: unknown }).value;
