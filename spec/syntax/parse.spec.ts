import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ErrorCode } from "../../lib/expression/error.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import {
  call,
  constant,
  delta,
  type Expr,
  extent,
  type FunctionRow,
  type Operand,
  reduction,
  scaleIndex,
  shift,
  variable,
} from "../../lib/expression/expression.ts";
import {
  abs,
  add,
  and,
  atan2,
  conditional,
  cosh,
  div,
  e,
  equal,
  factorial,
  greaterOrEqual,
  hypot,
  less,
  lessOrEqual,
  log,
  max,
  min,
  mod,
  mul,
  neg,
  not,
  notEqual,
  nthRoot,
  or,
  pi,
  pow,
  sin,
  sub,
  tanh,
  tau,
} from "../../lib/expression/functions.ts";
import "../../lib/print/text.ts";
import { type ParseOptions, parse } from "../../lib/syntax/parse.ts";

const [a, b, c, d, x, y] = ["a", "b", "c", "d", "x", "y"].map(name => variable(name)) as [
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
];

const reads = (text: string, expected: Operand, options?: ParseOptions) =>
  test(`${text} is read`, () =>
    assert.is(parse(text, options), typeof expected === "number" ? constant(expected) : expected));

const refuses = (text: string, code: ErrorCode, pattern: RegExp, options?: ParseOptions) =>
  test(`${text.length > 60 ? `${text.slice(0, 60)}…` : text} is refused: ${code}`, () => {
    try {
      parse(text, options);
    } catch (error) {
      assert.instance(error, FluxionError);
      const { code: found, message, span } = error as FluxionError;
      assert.is(found, code);
      assert.match(message, pattern);
      assert.ok(code === "too-long" || span !== undefined);
      return;
    }
    assert.unreachable("it was read");
  });

// Precedence

reads("4*x*y + a", add(mul(mul(4, x), y), a));
reads("a - b - c", sub(sub(a, b), c));
reads("a - (b - c)", sub(a, sub(b, c)));
reads("a / b * c", mul(div(a, b), c));
reads("2^3^2", pow(2, pow(3, 2)));
reads("-x^2", neg(pow(x, 2)));
reads("2^-x", pow(2, neg(x)));
reads("2^-x^2", pow(2, neg(pow(x, 2))));
reads("2^-x*y", mul(pow(2, neg(x)), y));
reads("x^2!", pow(x, factorial(2)));
reads("3!^2", pow(factorial(3), 2));
reads("x!!", factorial(factorial(x)));
reads("-x!", neg(factorial(x)));
reads("x! == y", equal(factorial(x), y));
reads("not x == y", equal(not(x), y));
reads("not x^2", not(pow(x, 2)));
reads("a or b and c", or(a, and(b, c)));
reads("a and b < c + d", and(a, less(b, add(c, d))));
reads("a < b <= c", and(less(a, b), lessOrEqual(b, c)));
reads("a < b <= c == d", and(and(less(a, b), lessOrEqual(b, c)), equal(c, d)));
reads("(a < b) < c", less(less(a, b), c));
reads("a >= b != c", and(greaterOrEqual(a, b), notEqual(b, c)));
reads("a ? b : c ? d : x", conditional(a, b, conditional(c, d, x)));
reads("a or b ? c : d or x", conditional(or(a, b), c, or(d, x)));
reads("a?.3:.7", conditional(a, 0.3, 0.7));
reads("x.*y./a.^b", div(mul(x, y), pow(a, b)));

// Products without a sign

reads("2x", mul(2, x));
reads("2 x y", mul(mul(2, x), y));
reads("(2)a^3", mul(2, pow(a, 3)));
reads("2^(3)(a)", mul(pow(2, 3), a));
reads("(a)(b)", mul(a, b));
reads("x 2", mul(x, 2));
reads("x!2", mul(factorial(x), 2));
reads("-x y", mul(neg(x), y));
reads("1/2x", mul(div(1, 2), x));
reads("-1/2x", mul(div(-1, 2), x));
reads("+2/3x", mul(div(2, 3), x));
reads("1/2(x)", mul(div(1, 2), x));
reads("1/2 sin(x)", mul(div(1, 2), sin(x)));
reads("a/2b", div(a, mul(2, b)));
reads("8/2a*2", mul(mul(div(8, 2), a), 2));
reads("1/2/3x", div(1, mul(div(2, 3), x)));
reads("x 1/2 y", mul(mul(x, div(1, 2)), y));
reads("2^1/2x", div(pow(2, 1), mul(2, x)));
reads("1/2x^2", mul(div(1, 2), pow(x, 2)));
reads("2 e", mul(2, e));
reads("2e", mul(2, e));
refuses("2 3", "syntax", /found the number 3, expected an operator/);
refuses("2^3 4", "syntax", /found the number 4/);
refuses("-x 2", "syntax", /found the number 2/);

// Remainders and percentages

reads("6 % 5", mod(6, 5));
reads("8 mod 3", mod(8, 3));
reads("10 * 3 % 4", mod(mul(10, 3), 4));
reads("10 % 4 / 2", div(mod(10, 4), 2));
reads("80% pi", mod(80, pi));
reads("3% + 5", mod(3, 5));
reads("100+3%", add(100, mul(100, div(3, 100))));
reads("x - y%", sub(x, mul(x, div(y, 100))));
reads("100 + (3%)", add(100, div(3, 100)));
reads("100 + 2x%", add(100, mul(2, div(x, 100))));
reads("-3%", div(-3, 100));
reads("2^3%", div(pow(2, 3), 100));
reads("5%*x", mul(div(5, 100), x));
reads("3%% 2", mod(div(3, 100), 2));
refuses("10/200%%%3", "syntax", /found "%"/);
refuses("3%!", "syntax", /found "!"/);
refuses("3%^2", "syntax", /found "\^"/);

// Signs

reads("-3", -3);
reads("- 3", -3);
reads("-3 * x", mul(-3, x));
reads("-x", neg(x));
reads("-2^2", neg(pow(2, 2)));
reads("-2!", neg(factorial(2)));
reads("-(1)", neg(1));
reads("--3", neg(-3));
reads("-+3", neg(3));
reads("2 - 3", sub(2, 3));
reads("2 - -3", sub(2, -3));
reads("5----3", sub(5, neg(neg(-3))));
reads("2^-3", pow(2, -3));
reads("(-2)^2", pow(-2, 2));
reads("+x", x);
reads("-0", 0);
reads("-true", neg(1));

// Names

reads("`e` + `sin`", add(variable("e"), variable("sin")));
reads("`a \\` \\\\ b`", variable("a ` \\ b"));
reads("``", variable(""));
reads("`x`(y)", mul(x, y));
reads("j' + sigma''", add(variable("j'"), variable("sigma''")));
reads("x'y", mul(variable("x'"), y));
reads("pi + PI + tau + E", add(add(add(pi, pi), tau), variable("E")));
reads("𝒜 + ϕ_1$ + ℓ", add(add(variable("𝒜"), variable("ϕ_1$")), variable("ℓ")));
reads("-c * delta^l", mul(neg(c), pow(variable("delta"), variable("l"))));
reads("sum / extent + mean", add(div(variable("sum"), variable("extent")), variable("mean")));
reads("2 maximum minimum", mul(mul(2, variable("maximum")), variable("minimum")));
reads("logsumexp", variable("logsumexp"));
reads("sum[sum] + sum(sum, sum[sum])", add(variable("sum", "sum"), reduction("sum", "sum", variable("sum", "sum"))));
reads("delta(delta, 1-delta)", delta("delta", shift(scaleIndex("delta", -1), 1)));
reads("add + less", add(variable("add"), variable("less")));
reads("constructor + __proto__", add(variable("constructor"), variable("__proto__")));
reads("true + false", add(1, 0));
refuses("𝒣", "syntax", /no meaning here/);
refuses("и + 1", "syntax", /stands in backticks/);

// Calls

reads("sin(x)", sin(x));
reads("sin (x) y", mul(sin(x), y));
reads("atan2(y, x)", atan2(y, x));
reads("pow(x, y)", pow(x, y));
reads("log(x, b)", div(log(x), log(b)));
reads("ln(x)", log(x));
reads("nthRoot(x)", nthRoot(x, 2));
reads("nthRoot(x, 3)", nthRoot(x, 3));
reads("min(a, b, c)", min(min(a, b), c));
reads("max(a, b, c, d)", max(max(max(a, b), c), d));
reads("hypot(a, b, c)", hypot(hypot(a, b), c));
reads("add(x, y) less(x, y)", mul(add(x, y), less(x, y)));
reads("mod(x, y) + and(a, b) + or(a, b)", add(add(mod(x, y), and(a, b)), or(a, b)));
reads("conditional(a, b, c)", conditional(a, b, c));
reads("pi()", pi);
reads("abs(cosh(tanh(-x)))", abs(cosh(tanh(neg(x)))));
refuses("snh(x)", "unknown-function", /did you mean sinh\?/);
refuses("f(x)", "unknown-function", /f is no function.*for a product write \*/);
refuses("x (y)", "unknown-function", /for a product/);
refuses("constructor(x)", "unknown-function", /constructor is no function/);
refuses("sin(x, y)", "arity", /sin takes 1 argument, got 2/);
refuses("sin()", "arity", /sin takes 1 argument, got 0/);
refuses("max(x)", "arity", /max takes 2 arguments, got 1/);
refuses("log(x, y, a)", "arity", /log takes 1/);
refuses("pi(3)", "arity", /for a product/);
refuses("sin", "syntax", /write sin\(…\), or `sin`/);
refuses("sin x", "syntax", /write sin\(…\)/);
refuses("ln x", "syntax", /write ln\(…\)/);
refuses("sin[i]", "syntax", /sin is a function; a variable of that name is written `sin`/);
refuses("e[i]", "syntax", /e is a constant/);

const row = (name: string, arity: number): FunctionRow => ({ name, arity, evaluate: () => 0, derivatives: [] });
const [swish, theta, odd] = [row("swish", 1), row("theta", 0), row("odd name", 2)];
reads("swish(x) + theta + theta()", add(add(call(swish, [x]), call(theta, [])), call(theta, [])), {
  functions: [swish, theta],
});
reads("swish + `swish` `theta`", add(variable("swish"), mul(variable("swish"), variable("theta"))), {
  functions: [swish, theta],
});
reads("`odd name`(x, y)", call(odd, [x, y]), { functions: [odd] });
refuses("swsh(x)", "unknown-function", /did you mean swish\?/, { functions: [swish] });
refuses("swish(x, y)", "arity", /swish takes 1 argument, got 2/, { functions: [swish] });

// Indices

reads("x[n,j]", variable("x", "n", "j"));
reads("x[0]", variable("x", 0));
reads("x[n, i+p]", variable("x", "n", shift("i", "p")));
reads("x[2*i+p]", variable("x", shift(scaleIndex("i", 2), "p")));
reads("x[2i-1]", variable("x", shift(scaleIndex("i", 2), -1)));
reads("x[i*-2]", variable("x", scaleIndex("i", -2)));
reads("x[-(i-2)]", variable("x", shift(scaleIndex("i", -1), 2)));
reads("x[i-i]", variable("x", 0));
reads("x[e, `sum`, `a b`]", variable("x", "e", "sum", "a b"));
reads("E[token[n], k]", variable("E", variable("token", "n"), "k"));
reads("l[k, slot[i,j]+1]", variable("l", "k", shift(variable("slot", "i", "j"), 1)));
reads("delta(c, label[n])", delta("c", variable("label", "n")));
reads("delta(i, j+1)", delta("i", shift("j", 1)));
reads("extent(n)", extent("n"));
reads(
  "sum(j, x[n,j] * W[j,k]) + b[k]",
  add(reduction("sum", "j", mul(variable("x", "n", "j"), variable("W", "j", "k"))), variable("b", "k")),
);
reads("maximum(i, a[i])", reduction("maximum", "i", variable("a", "i")));
reads("minimum(j', a[j'])", reduction("minimum", "j'", variable("a", "j'")));
reads("logsumexp(`sum`, 2)", reduction("logsumexp", "sum", 2));
reads("mean(i, a[i])", div(reduction("sum", "i", variable("a", "i")), extent("i")));
reads("x[i](y)", mul(variable("x", "i"), y));
reads("2x[i]^2", mul(2, pow(variable("x", "i"), 2)));
refuses("x[i*j]", "bad-index", /integer multiples/);
refuses("x[i j]", "bad-index", /integer multiples/);
refuses("x[1.5]", "bad-index", /found the number 1.5 in an index/);
refuses("x[i/2]", "bad-index", /found "\/" in an index/);
refuses("x[i^2]", "bad-index", /found "\^"/);
refuses("x[i!]", "bad-index", /found "!"/);
refuses("x[1:3]", "bad-index", /found ":"/);
refuses("x[i ? j : k]", "bad-index", /found "\?"/);
refuses("x[i < j]", "bad-index", /found "<"/);
refuses("x[sin(i)]", "bad-index", /found the name sin/);
refuses("x[2^53]", "bad-index", /found "\^"/);
refuses("x[9007199254740993]", "bad-index", /in an index/);
refuses("x[9007199254740991 + 1]", "bad-index", /made of integers/);
refuses("x[]", "syntax", /found "\]", expected an index/);
refuses("x[", "syntax", /found the end of the text, expected an index/);
refuses("x[i", "syntax", /found the end of the text, expected .*"\]"/);
refuses("x[i)", "syntax", /found "\)"/);
refuses("x[i][j]", "syntax", /found "\["/);
refuses("x[sum(j)]", "bad-index", /found the name sum in an index/);
refuses("x[mod]", "syntax", /found "mod"/);
refuses("x[true]", "syntax", /expected the name of an index/);
refuses(`x[${"0,".repeat(200)}0]`, "bad-index", /at most 100 indices/);
refuses("sum(1, 2, 3)", "syntax", /expected the name of an index; write sum\(j, …\)/);
refuses("sum(x[i], 2)", "syntax", /found "\["/);
refuses("sum(j)", "arity", /sum takes an index and a body/);
refuses("sum(j, x, y)", "arity", /sum takes an index and a body/);
refuses("delta(i)", "arity", /delta takes 2 indices/);
refuses("delta(i, j, k)", "arity", /delta takes 2 indices/);
refuses("extent(2)", "syntax", /expected the name of an index/);

// Where mathjs is left, on purpose; the other differences are among the cases above

reads("null undefined", mul(variable("null"), variable("undefined")));
reads("i phi cm", mul(mul(variable("i"), variable("phi")), variable("cm")));
reads("3% and x", and(div(3, 100), x));
reads("3% or x", or(div(3, 100), x));
reads("5%\n", div(5, 100));
reads("a ? b ? c : d : x", conditional(a, conditional(b, c, d), x));
reads("x\r\n", x);
refuses("3%-", "syntax", /found the end/);
refuses("Infinity", "not-finite", /give it as the value of a variable/);
refuses("1 + NaN", "not-finite", /give it/);
refuses("2×3", "syntax", /write \*/);
refuses("6÷3", "syntax", /write \//);
refuses("a xor b", "syntax", /write not a != not b/);
refuses("2 in", "syntax", /there are no units/);
refuses("x = 1", "syntax", /equality is written ==/);
refuses("1:3", "syntax", /a colon belongs to a question mark/);
refuses("x; y", "syntax", /parseDefinitions/);
refuses("x\ny", "syntax", /parseDefinitions/);
refuses("a & b", "syntax", /write and/);
refuses("a ?? b", "syntax", /no meaning here|found "\?"/);
refuses("0b12.1", "syntax", /2 is no digit of a number in base 2/);
refuses("0x12i8", "syntax", /size suffix/);

// What is no formula

for (const text of ["", " \t\n", "# nothing", "\n\n"]) refuses(text, "syntax", /the text is empty/);
refuses("4*+", "syntax", /found the end of the text, expected a value/);
refuses("sin(", "syntax", /found the end of the text/);
refuses("(x", "syntax", /expected an operator or "\)"/);
refuses("(x]", "syntax", /found "\]"/);
refuses("x)", "syntax", /found "\)", expected an operator or the end/);
refuses("()", "syntax", /found "\)", expected a value/);
refuses("(x, y)", "syntax", /found ","/);
refuses("f[x", "syntax", /found the end/);
refuses("c ? a", "syntax", /":" and the other branch/);
refuses("(c ? a)", "syntax", /":" and the other branch/);
refuses("!x", "syntax", /negation is written not/);
refuses("[1,2,3]", "syntax", /behind the name of an array/);
refuses("'hi", "syntax", /no texts in quotes/);
refuses('"hi"', "syntax", /no texts in quotes/);
refuses("{a: 1}", "syntax", /\{ is not read/);
refuses("1 + @", "syntax", /"@" has no meaning/);
refuses("x ** 2", "syntax", /write \^/);
refuses("x && y", "syntax", /write and/);
refuses("x === y", "syntax", /write ==/);
refuses("x.y", "syntax", /a point belongs to a number/);
refuses("`x", "syntax", /no closing backtick/);
refuses("`\\x`", "syntax", /backslash/);
refuses("2 3 @", "syntax", /found the number 3/);
refuses("and x", "syntax", /found "and", expected a value/);
refuses("1e999", "not-finite", /too large/);
refuses("x".repeat(10_000_000), "too-long", /10000000 characters/);
refuses("x + y", "too-long", /5 characters.*maxLength, which is 4/, { maxLength: 4 });

test("what is no text, and options that are none, are typed errors", () => {
  const codeOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return error instanceof FluxionError ? error.code : String(error);
    }
    return "none";
  };
  assert.is(
    codeOf(() => parse(3 as never)),
    "syntax",
  );
  assert.is(
    codeOf(() => parse("x", { maxLength: "3" as never })),
    "bad-option",
  );
  assert.is(
    codeOf(() => parse("x", { maxLength: Number.NaN })),
    "bad-option",
  );
  assert.is(
    codeOf(() => parse("x", { functions: { f: 1 } as never })),
    "bad-option",
  );
  assert.is(
    codeOf(() => parse("x", { functions: [null] as never })),
    "bad-option",
  );
  for (const functions of [[row("tanh", 2)], [swish, row("swish", 1)]]) {
    assert.is(
      codeOf(() => parse("x", { functions })),
      "ambiguous-function",
    );
  }
});

test("whatever the text, it is an expression that prints as itself, or a FluxionError within it", () => {
  const pieces = [
    ..."xe2.0'`\\\n\t ()[],;:?!%^*/+-<=>#&@𝒜π×",
    "sum(j,",
    "x[",
    "sin(",
    "delta(",
    "not ",
    " and ",
    "0x",
    "1e",
  ];
  const soup = fc.oneof(fc.string({ unit: fc.constantFrom(...pieces), maxLength: 20 }), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(soup, text => {
      let expression: Expr;
      try {
        expression = parse(text);
      } catch (error) {
        assert.instance(error, FluxionError, text);
        const { start = -1, end = -1 } = (error as FluxionError).span ?? {};
        assert.ok(0 <= start && start <= end && end <= text.length, text);
        return;
      }
      assert.is(parse(`${expression}`), expression, text);
    }),
    { numRuns: 10 * Number(process.env.FC_RUNS ?? 200) },
  );
});

test("the span of an error is the place of what is wrong", () => {
  const spanOf = (text: string): string => {
    try {
      parse(text);
    } catch (error) {
      const { start = 0, end = 0 } = (error as FluxionError).span ?? {};
      return text.slice(start, end);
    }
    return "none";
  };
  assert.is(spanOf("1 + snh(x)"), "snh");
  assert.is(spanOf("1 + sin(x, y)"), "sin(x, y)");
  assert.is(spanOf("2 + 3 4"), "4");
  assert.is(spanOf("x[i, 1.5]"), "1.5");
  assert.is(spanOf("x[i * j]"), "*");
  assert.is(spanOf("1 + 0b12"), "0b12");
  assert.is(spanOf("1 + `x"), "`x");
  assert.is(spanOf("×"), "×");
  assert.is(spanOf("x + 𝒣 + 1"), "𝒣");
});

test("lines go on after operators and within parentheses, and comments end with their line", () => {
  assert.is(parse("# a sum\n\nx + # of x\n  y # and y\n# done\n"), add(x, y));
  assert.is(parse("(x\n+\ny)"), add(x, y));
  assert.is(parse("a ?\nb :\nc"), conditional(a, b, c));
  assert.is(parse("sin\u00a0(\n\tx)"), sin(x));
});

test.run();
