/** Simplification, case by case: what goes in, and what a textbook would print. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { asExpr, type Expr, variable } from "../../lib/expression/expression.ts";
import { countDistinctNodes, countOperations } from "../../lib/expression/fold.ts";
import { add, mul, mulAll, sin, sub } from "../../lib/expression/functions.ts";
import type { Values } from "../../lib/expression/values.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { simplify, simplifyAll } from "../../lib/simplify/simplify.ts";
import { stabilise } from "../../lib/simplify/stabilise.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

/** Compares printed text. */
const simplifies = (text: string, expected: string): void =>
  test(`${text} simplifies to ${expected}`, () => assert.is(textOf(simplify(parse(text))), expected));

const stays = (...texts: readonly string[]): void => {
  for (const text of texts) simplifies(text, text);
};

/** The simplified derivative, of the first order unless more variables are given. */
const derives = (text: string, variables: string, expected: string): void =>
  test(`the derivative of ${text} by ${variables} simplifies to ${expected}`, () => {
    let e = parse(text);
    for (const name of variables.split(" ")) e = asExpr(differentiate(e, name));
    assert.is(textOf(simplify(e)), expected);
  });

/** Both sides simplify to the same node. */
const alike = (left: string, right: string): void =>
  test(`${left} and ${right} simplify to one expression`, () => {
    assert.is(simplify(parse(left)), simplify(parse(right)));
  });

// Derivatives

derives("4*x*y + exp(-1*y)", "x", "4 * y");
derives("4*x*y + exp(-1*y)", "x y", "4");
derives("4*x*y + exp(-1*y)", "y x", "4");
derives("x*x", "x", "2 * x");
derives("x*x*x", "x", "3 * x^2");
derives("x^3 / 3", "x", "x^2");
derives("x^(1/3)", "x", "1 / (3 * x^(2 / 3))");
derives("1 / x", "x", "-1 / x^2");
derives("sqrt(x)", "x", "1 / (2 * sqrt(x))");
derives("sin(x)^2 + cos(x)^2", "x", "0");
derives("log(3*x)", "x", "1 / x");
derives("exp(x)", "x x x", "exp(x)");
derives("x^5", "x x x x x", "120");
derives("x^5", "x x x x x x", "0");
derives("n * c^2 + v * e1", "c", "2 * c * n");
derives("`__proto__` * constructor^2", "constructor", "2 * __proto__ * constructor");

test("the derivative of a product of one object with itself is 2 * x", () => {
  const x = variable("x");
  assert.is(textOf(simplify(differentiate(mul(x, x), "x"))), "2 * x");
  const [slope] = simplifyAll([gradient(mul(x, x), ["x"]).x ?? 0]);
  assert.is(String(slope), "2 * x");
});

test("thirds stay exact", () => {
  const slope = textOf(simplify(differentiate(parse("x^(1/3)"), "x")));
  assert.not.match(slope, /\.\d/);
  assert.match(textOf(simplify(parse("x^(1/3) * 2"))), /1 \/ 3/);
});

// Like terms

simplifies("x + x", "2 * x");
simplifies("x + y + x", "2 * x + y");
simplifies("2*x - 2*x", "0");
simplifies("x - 3*x", "-2 * x");

simplifies("a*(1 - x^2) - b*(y^2 - 1)", "a * (1 - x^2) + b * (1 - y^2)");
simplifies("a - b*(x - y)", "a - b * (x - y)");
simplifies("exp(x)*y - exp(x + z)/w", "exp(x) * (y - exp(z) / w)");
simplifies("x^n*y - x^(n + m)", "x^n * (y - x^m)");
simplifies("1/(x - 1) - 1/(x + 1)", "2 / ((x + 1) * (x - 1))");
simplifies("(y - 1)/(g - 1) - y/g", "(y - g) / (g * (g - 1))");
simplifies("x/(x - 1) - 1", "1 / (x - 1)");
simplifies("1/(x - 1) + 1/(x + 1)", "1 / (x + 1) + 1 / (x - 1)");
simplifies("x + x/2", "1.5 * x");
simplifies("x/2 + x/3", "5 * x / 6");
simplifies("x/3 + x/3", "2 * x / 3");
simplifies("3*x/4 - x/4", "x / 2");
simplifies("0.1*x + 0.2*x", "0.3 * x");
simplifies("x*y + y*x", "2 * x * y");
simplifies("2*x*y - y*x", "x * y");
simplifies("a + b - a", "b");
simplifies("1 + x + 2", "x + 3");
simplifies("0 + x - 0", "x");
simplifies("0 - x", "-x");
simplifies("-(-x)", "x");
simplifies("-(-(-x))", "-x");
simplifies("-(x-y)", "y - x");
simplifies("-1*(x-y)", "y - x");
simplifies("x - (y - z)", "x - y + z");
simplifies("x - (-y)", "x + y");
simplifies("-x + y", "y - x");
simplifies("-x - y", "-x - y");
simplifies("b + a", "a + b");
simplifies("x10 + x2 + x1", "x1 + x2 + x10");
simplifies("2*(x+y) - 2*x", "2 * y");
simplifies("2*x + 2*y", "2 * (x + y)");
simplifies("x*y + x*z", "x * (y + z)");
simplifies("x/3 + y/3", "(x + y) / 3");
simplifies("sin(x) + sin(x)", "2 * sin(x)");
simplifies("sin(x+y) - sin(y+x)", "0");
simplifies("x*sin(y) + sin(y)*x", "2 * x * sin(y)");
simplifies("max(x, y) + max(y, x)", "2 * max(x, y)");
stays("x^2 + x + 1", "x^2 - y^2", "x - 2 * y - 3", "3 - 2 * x", "y - x + 1", "1 - x", "x - x * y", "x + 1 / x");

// Products of sums, multiplied out where that makes them smaller

simplifies("(x+1)^2 - x^2 - 2*x - 1", "0");
simplifies("(x+y)^2 - (x-y)^2", "4 * x * y");
simplifies("(x+y)^2 - x^2 - y^2", "2 * x * y");
simplifies("(x+1)*(x-1) - x^2", "-1");
simplifies("(a+b)^3 - a^3 - 3*a^2*b - 3*a*b^2 - b^3", "0");
simplifies("a*(b-c) + b*(c-a) + c*(a-b)", "0");
simplifies("x*(x+1) - x^2", "x");
simplifies("3*(x - 2) - 3*x", "-6");
simplifies("a*x + a*y + b*x + b*y", "(a + b) * (x + y)");
simplifies("x*y + x + y + 1", "(x + 1) * (y + 1)");
simplifies("x*y - 2*x + 3*y - 6", "(x + 3) * (y - 2)");
simplifies("a*x + b*x + c*x + a*y + b*y + c*y", "(x + y) * (a + b + c)");
simplifies("(x-1)*(x+1)*(x^2+1)", "x^4 - 1");
stays("(a + b) * (c + d)", "(x + 1) * (x + 2)", "(x + y)^3", "x * (y + z)", "(a^3 + b^3) / (a + b)");

// Powers

simplifies("x*x", "x^2");
simplifies("x^2*x^3", "x^5");
simplifies("x^a*x^b", "x^(a + b)");
simplifies("x^y*x^(-y)", "1");
simplifies("x^(y+1)/x", "x^y");
simplifies("(x^y)^2*x^y", "x^(3 * y)");
simplifies("x^0", "1");
simplifies("x^1", "x");
simplifies("1^x", "1");
simplifies("0*x", "0");
simplifies("x^5/x^2", "x^3");
simplifies("x/x^2", "1 / x");
simplifies("(x^2)^3", "x^6");
simplifies("(2*x)^3", "8 * x^3");
simplifies("x^-2", "1 / x^2");
simplifies("x^(-6)+1", "1 / x^6 + 1");
simplifies("1/(1/x)", "x");
simplifies("(x/y)^-1", "y / x");
simplifies("(-x)^2", "x^2");
simplifies("(-x)^3", "-x^3");
simplifies("(x+1)^2/(x+1)", "x + 1");
simplifies("(x+y)*(x+y)", "(x + y)^2");
simplifies("square(x)*x", "x^3");
simplifies("2^x*2^y", "2^(x + y)");
simplifies("-x*-y", "x * y");
simplifies("(-1)^3", "-1");
simplifies("(x + 2.625)^1.5 / (x + 2.625)^3", "1 / (x + 2.625)^1.5");
stays("(x^2)^a", "(-1)^x", "2^x * 3^x", "4^x", "(1 / (x * (y - 1)))^(1 / (y - 1))");

// Fractions

simplifies("x/y/z", "x / (y * z)");
simplifies("x/(y/z)", "x * z / y");
simplifies("(x/y)*(y/x)", "1");
simplifies("(a/b)*(b/c)", "a / c");
simplifies("x/y + z/y", "(x + z) / y");
simplifies("1/x + 2/x", "3 / x");
simplifies("(2*x)/4", "x / 2");
simplifies("6*x/(9*y)", "2 * x / (3 * y)");
simplifies("(2*x+4)/2", "x + 2");
simplifies("(x*y + x)/x", "y + 1");
simplifies("x/(x*y + x*z)", "1 / (y + z)");
simplifies("x/2*4", "2 * x");
simplifies("(x^2 - 1)/(x - 1)", "x + 1");
simplifies("(x - 1)/(x^2 - 1)", "1 / (x + 1)");
simplifies("(x^2 + 3*x + 2)/(x + 1)", "x + 2");
simplifies("(x^2 - 1)/(x^2 - 2*x + 1)", "(x + 1) / (x - 1)");
simplifies("(x^2 - y^2)/(x - y)", "x + y");
simplifies("(x - y^2)/(y - sqrt(x))", "-y - sqrt(x)");
simplifies("(-x)/(-y)", "x / y");
simplifies("(x-y)/(y-x)", "-1");
simplifies("(x+y)/(x+y)^2", "1 / (x + y)");
simplifies("x/0.5", "2 * x");
simplifies("2/(4*x)", "1 / (2 * x)");

// Exact numbers

simplifies("1/2 + 1/3", "5 / 6");
simplifies("1/3*3", "1");
simplifies("1/3 + 1/3 + 1/3", "1");
simplifies("22/7 - 1/7", "3");
simplifies("0.1+0.2", "0.3");
simplifies("0.1*3", "0.3");
simplifies("0.1*0.1", "0.01");
simplifies("1.1^2", "1.21");
simplifies("3+2/4", "3.5");
simplifies("2^-1", "0.5");
simplifies("4!", "24");
simplifies("5!/4!", "5");
simplifies("20!", "2432902008176640000");
simplifies("gamma(5)", "24");
simplifies("x!/x!", "1");
simplifies("pi + pi", "2 * pi");
simplifies("pi/pi", "1");
simplifies("mod(-7, 3)", "2");
simplifies("floor(-2.5)", "-3");
stays("1 / 7", "sqrt(2)", "170!", "gamma(0.5)", "log(-1)", "2^0.1");

// The huge and the tiny

simplifies("1e300*x - 1e300*x", "0");
simplifies("x + 1e300 - 1e300", "x");
simplifies("1e-7*x", "1e-7 * x");
simplifies("x*5e-324 + x*5e-324", "1e-323 * x");
simplifies("x*1.7976931348623157e308", "1.7976931348623157e+308 * x");
stays("2^1000", "3^200", "2^2000", "0.5^2000", "x^5e-324", "1e-300 * x + 1e+300 * x");

test("powers beyond all doubles keep the value that they have", () => {
  for (const text of ["2^-2000", "x * 2^-1000", "x * 2^-1080", "10^-400", "3^-600", "7^-500 * x", "2^2000 * x"]) {
    const e = parse(text);
    assert.is(evaluate(simplify(e), { x: 3 }), evaluate(e, { x: 3 }), text);
  }
});

test("a power of a fraction, however high, neither overflows nor takes for ever", () => {
  // Of integers with a million digits nothing would come in time.
  const texts = ["(2 / 3)^100", "(375 / 377)^125", "(1 / 3)^1000000000", "12500^12500", "2^2^100", "1.5^1000000000"];
  for (const text of texts) assert.is(textOf(simplify(parse(text))), text);
  const e = parse("9^(x*12500^12500) + log(log1p(exp(2^(7^3*7^3)) / z)^z)");
  assert.ok(countOperations(simplify(e)) <= countOperations(e));
});

simplifies("(2/3)^100*(3/2)^100", "1");
simplifies("0.1^1e6*10^1e6", "1");
simplifies("2^1000000*2^-1000000", "1");
simplifies("x*2^100", "2^100 * x");
stays("2^100", "2^64", "3^50");

// An odd function that has no value at 0 takes the sign out once

simplifies("sin(-csc(0))", "-sin(csc(0))");
simplifies("-acsch(0)", "-acsch(0)");

// Radicals

simplifies("sqrt(x^2)", "abs(x)");
simplifies("(x^2)^0.5", "abs(x)");
simplifies("(x^2)^(1/2)", "abs(x)");
simplifies("(x^2)^(1/4)", "sqrt(abs(x))");
simplifies("(x^4)^(1/4)", "abs(x)");
simplifies("sqrt(x^4)", "x^2");
simplifies("sqrt((x+1)^2)", "abs(x + 1)");
simplifies("sqrt(x^2 + 2*x + 1)", "abs(x + 1)");
simplifies("1/sqrt(x^2 - 2*x*y + y^2)", "1 / abs(x - y)");
simplifies("sqrt(x^4 + 2*x^2 + 1)", "x^2 + 1");
simplifies("sqrt(a^2 + b^2 + c^2 + 2*a*b + 2*a*c + 2*b*c)", "abs(a + b + c)");
simplifies("sqrt(sin(x)^2 + 2*sin(x) + 1)", "abs(sin(x) + 1)");
simplifies("sqrt(x + 2*sqrt(x) + 1)", "sqrt(x) + 1");
simplifies("sqrt(3 - 2*sqrt(2))", "sqrt(2) - 1");
simplifies("sqrt(6 + 2*sqrt(5))", "sqrt(5) + 1");
simplifies("sqrt(112 + 70*sqrt(2) + 46*sqrt(5) + 34*sqrt(10))", "sqrt(2) * (sqrt(5) + 4) + 3 * sqrt(5) + 5");
simplifies("1/sqrt(5 + 2*sqrt(6))", "sqrt(3) - sqrt(2)");
simplifies("1/(1 + sqrt(2))", "sqrt(2) - 1");
simplifies("sqrt(x)^2", "x");
simplifies("sqrt(x)*sqrt(x)", "x");
simplifies("sqrt(x)*x", "x^1.5");
simplifies("x/sqrt(x)", "sqrt(x)");
simplifies("sqrt(x)/x", "1 / sqrt(x)");
simplifies("x^(1/2)", "sqrt(x)");
simplifies("x^(1/3)*x^(2/3)", "x");
simplifies("(x^(1/3))^3", "x");
simplifies("x * (x + 1) + 2 * (x + 1)", "(x + 1) * (x + 2)");
simplifies("3 * (a + b) + sin(x) * (a + b)", "(a + b) * (sin(x) + 3)");
simplifies("x * (x + 1) + 2 * x + 3", "x^2 + 3 * x + 3");
simplifies("cbrt(x)^3", "x");
simplifies("cbrt(x^3)", "x");
simplifies("cbrt(-8)", "-2");
simplifies("8^(1/3)", "2");
simplifies("x*y*sqrt(x*y)", "(x * y)^1.5");
simplifies("(x*y)^1.5/(x*y)", "sqrt(x * y)");
simplifies("x^2*y/sqrt(x*y)", "x * sqrt(x * y)");
simplifies("x*y^2*(sqrt(x)*y)^(3/2)", "(sqrt(x) * y)^3.5");
simplifies("x^2*(x*exp(2*y))^(1/4)*exp(4*y)", "(x * exp(2 * y))^2.25");
simplifies("sqrt(2)*sqrt(3)", "sqrt(6)");
simplifies("sqrt(2)*sqrt(8)", "4");
simplifies("sqrt(12) + sqrt(27)", "5 * sqrt(3)");
simplifies("sqrt(2)/2", "1 / sqrt(2)");
simplifies("sqrt(4*x)", "2 * sqrt(x)");
simplifies("nthRoot(32, 5)", "2");
simplifies("nthRoot(x, 3)", "cbrt(x)");
simplifies("nthRoot(sqrt(x), 1/2)", "x");
stays("sqrt(x) * sqrt(y)", "sqrt(x * y)", "sqrt(x^2 + y^2)", "(-8)^(1 / 3)", "sqrt(exp(x))");

// Exponentials and logarithms

simplifies("exp(0)", "1");
simplifies("exp(1)", "e");
simplifies("e^x", "exp(x)");
simplifies("exp(x)*exp(y)", "exp(x + y)");
simplifies("exp(x)/exp(y)", "exp(x - y)");
simplifies("exp(x)^2", "exp(2 * x)");
simplifies("exp(x)*exp(-x)", "1");
simplifies("1/exp(x)", "exp(-x)");
simplifies("exp(x+y)*exp(-y)", "exp(x)");
simplifies("exp(log(x))", "x");
simplifies("exp(2*log(x))", "x^2");
simplifies("exp(-log(x))", "1 / x");
simplifies("exp(x*log(y))", "y^x");
simplifies("x^(1/log(x))", "e");
simplifies("log(exp(x))", "x");
simplifies("log(e^2)", "2");
simplifies("log(1/x)", "-log(x)");
simplifies("log(x)/log(x)^2", "1 / log(x)");
simplifies("log2(2^x)", "x");
simplifies("log2(8)", "3");
simplifies("log(8)/log(2)", "3");
simplifies("log(x)*log(2)/log(8)", "log(x) / 3");
simplifies("log(2*x) - log(2)", "log(x)");
simplifies("y*log(2*x) - y*log(2)", "y * log(x)");
simplifies("log(x) + log(2)", "log(2 * x)");
simplifies("log(x*y) - log(x)", "log(y)");
simplifies("log(6) - log(2)", "log(3)");
simplifies("log(4) + 2*log(0.5)", "0");
simplifies("log(x^3) - 3*log(x)", "0");
simplifies("log(x^(1/3))", "log(x) / 3");
simplifies("log(exp(x)*y)", "x + log(y)");
simplifies("log(2^x)", "x * log(2)");
simplifies("log10(0.001)", "-3");
simplifies("log(x)/log(2)", "log2(x)");
simplifies("y*log(x)/log(10)", "y * log10(x)");
simplifies("log10(10^x)", "x");
simplifies("exp(log1p(x))", "x + 1");
simplifies("log1p(expm1(x))", "x");
simplifies("expm1(log1p(x))", "x");
simplifies("softplus(x) - softplus(-x)", "x");
simplifies("sigmoid(x) + sigmoid(-x)", "1");
simplifies("1 - sigmoid(x)", "sigmoid(-x)");
stays("log(x^2)", "log(x^y)", "log(x * y)", "log(x) + log(y)", "2 * log(x)");

// Trigonometry

simplifies("sin(x)^2 + cos(x)^2", "1");
simplifies("3*sin(x)^2 + 3*cos(x)^2", "3");
simplifies("y*sin(x)^2 + y*cos(x)^2", "y");
simplifies("2*sin(x)^2 + cos(x)^2", "sin(x)^2 + 1");
simplifies("sin(2*x)^2 + cos(2*x)^2", "1");
simplifies("1 - cos(x)^2", "sin(x)^2");
simplifies("sin(x)^2 - 1", "-cos(x)^2");
simplifies("sin(x)/cos(x)", "tan(x)");
simplifies("tan(x)*cos(x)", "sin(x)");
simplifies("1 + tan(x)^2", "sec(x)^2");
simplifies("sec(x)^2 - tan(x)^2", "1");
simplifies("sin(-x)", "-sin(x)");
simplifies("cos(y-x)", "cos(x - y)");
simplifies("sin(pi)", "0");
simplifies("cos(pi/3)", "0.5");
simplifies("tan(pi/4)", "1");
simplifies("sin(x+pi)", "-sin(x)");
simplifies("cos(pi/2 - x)", "sin(x)");
simplifies("sin(asin(x))", "x");
simplifies("acosh(cosh(x))", "abs(x)");
simplifies("cosh(x)^2 - sinh(x)^2", "1");
simplifies("cosh(x) + sinh(x)", "exp(x)");
simplifies("1 - tanh(x)^2", "sech(x)^2");
simplifies("sinh(x)/cosh(x)", "tanh(x)");
simplifies("erf(x) + erfc(x)", "1");
simplifies("2*sin(x)*cos(x)", "sin(2 * x)");
simplifies("4*y*sin(x)*cos(x) + 1", "2 * y * sin(2 * x) + 1");
simplifies("sin(x)*cos(x) + sin(x)*cos(x) + 1", "sin(2 * x) + 1");
simplifies("cos(x)^2 - sin(x)^2", "cos(2 * x)");
simplifies("1 - 2*sin(x)^2", "cos(2 * x)");
simplifies("2*cos(x)^2 - 1", "cos(2 * x)");
simplifies("sin(a)*cos(b) + sin(b)*cos(a)", "sin(a + b)");
simplifies("y*sin(a)*cos(b) - y*sin(b)*cos(a)", "y * sin(a - b)");
simplifies("cos(a)*cos(b) - sin(a)*sin(b)", "cos(a + b)");
simplifies("cos(a - b) - cos(a)*cos(b) - sin(a)*sin(b)", "0");
simplifies("sinh(a)*cosh(b) + sinh(b)*cosh(a)", "sinh(a + b)");
simplifies("cosh(x)^2 + sinh(x)^2", "cosh(2 * x)");
simplifies("cosh(x - y) + cosh(x + y)", "2 * cosh(x) * cosh(y)");
simplifies("sin(a + b + c) - sin(a - b - c)", "2 * cos(a) * sin(b + c)");
simplifies("cos(x - y) - cos(x + y)", "2 * sin(x) * sin(y)");
simplifies("exp(x) + exp(-x)", "2 * cosh(x)");
simplifies("exp(x/2) + exp(-x/2)", "2 * cosh(x / 2)");
simplifies("exp(x - y) + exp(y - x)", "2 * cosh(x - y)");
simplifies("exp(2*x*y) - exp(-2*x*y)", "2 * sinh(2 * x * y)");
simplifies("y*exp(-3*x) - y*exp(3*x)", "-2 * y * sinh(3 * x)");
simplifies("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "tanh(x)");
simplifies("exp(x) + 2*exp(-x)", "exp(x) + 2 / exp(x)");
simplifies("sin(2*pi/3)", "sqrt(3) / 2");
simplifies("sin(pi/4)", "1 / sqrt(2)");
simplifies("cos(7*pi/6)", "-0.5 * sqrt(3)");
simplifies("tan(5*pi/4)", "1");
simplifies("sec(pi/6)", "2 / sqrt(3)");
simplifies("sin(100*pi)", "0");
simplifies("sin(x + 2*pi)", "sin(x)");
simplifies("cos(x - 7*pi)", "-cos(x)");
simplifies("sin(x - 3*pi/2)", "cos(x)");
simplifies("tan(x - 3*pi)", "tan(x)");
simplifies("acos(-1)", "pi");
simplifies("4*atan(1) + x", "x + pi");
stays("asin(sin(x))", "atan(tan(x))", "tan(pi / 2)", "1 / cos(x)", "3 * cos(x) * sin(x)", "exp(x) - exp(y)");

// Absolute values, signs, extremes, steps

simplifies("abs(-3*x)", "3 * abs(x)");
simplifies("abs(abs(x))", "abs(x)");
simplifies("abs(x)*abs(y)", "abs(x * y)");
simplifies("abs(x^2)", "x^2");
simplifies("abs(x)^2", "x^2");
simplifies("abs(exp(x))", "exp(x)");
simplifies("abs(x-y) - abs(y-x)", "0");
simplifies("abs(x)/x", "sign(x)");
simplifies("abs(x)*sign(x)", "x");
simplifies("sign(2*x)", "sign(x)");
simplifies("sign(exp(x))", "1");
simplifies("min(x, x)", "x");
simplifies("min(x, max(x, y))", "x");
simplifies("max(0, x)", "relu(x)");
simplifies("max(-2, 3)", "3");
simplifies("relu(relu(x))", "relu(x)");
simplifies("relu(x) + relu(-x)", "abs(x)");
simplifies("ceil(floor(x))", "floor(x)");
simplifies("step(exp(x))", "1");
simplifies("hypot(y, 0)", "abs(y)");
simplifies("hypot(3, 4)", "5");
simplifies("clip(5, 0, 1)", "1");
simplifies("clip(clip(x, y, z), y, z)", "clip(x, y, z)");
simplifies("max(x, -x)", "abs(x)");
simplifies("min(x, y) + max(x, y)", "x + y");
simplifies("min(x, min(x, y))", "min(x, y)");
simplifies("sign(x)^3", "sign(x)");
stays("abs(x)^3", "floor(x + y)", "clip(x, 0, 1)", "-max(x, y)");

// Conditionals: the branch not taken does not matter

simplifies("x > 0 ? y : y", "y");
simplifies("1 ? x : 1/0", "x");
simplifies("x > 0 ? (x > 0 ? y : z) : w", "x > 0 ? y : w");
simplifies("x > 0 ? y : x > 0 ? z : w", "x > 0 ? y : w");
simplifies("not (x > 0) ? y : z", "x > 0 ? z : y");
simplifies("2 < 1 ? x : y", "y");
simplifies("x < y ? 1/3 : 2/6", "1 / 3");
simplifies("x > 0 ? x + x : x - x", "x > 0 ? 2 * x : 0");
simplifies("(x > 0 ? 1 : 0) + (x > 0 ? 1 : 0)", "2 * (x > 0 ? 1 : 0)");
simplifies("1/3 == 2/6", "1");
simplifies("0.1 + 0.2 == 0.3", "1");
stays("x > 0 ? log(x) : 0", "x == 0 ? 1 : sin(x) / x", "not x > 0");

// Division by zero stays

stays("x / 0", "1 / 0", "0 / 0", "-1 / 0", "log(0)", "sqrt(-1)", "0^x");
simplifies("1/(x-x)", "1 / 0");
simplifies("2/0 + 3/0", "5 / 0");
test("0^0 is 1, as evaluate has it", () => assert.is(evaluate(simplify(parse("0^0")), {}), evaluate(parse("0^0"), {})));

// Any name is a variable

simplifies("`sin` + `sin`", "2 * `sin`");
simplifies("`e` + `e`", "2 * `e`");
simplifies("`pi`*`pi`", "`pi`^2");
simplifies("`sum` - `sum`", "0");
simplifies("`__proto__` + `__proto__`", "2 * __proto__");
simplifies("constructor*constructor", "constructor^2");
simplifies("sin(`sin`)^2 + cos(`sin`)^2", "1");

// Indexed expressions

simplifies("sum(i, x[i]) + sum(i, x[i])", "2 * sum(i, x[i])");
simplifies("sum(i, x[i]) / sum(i, x[i])", "1");
simplifies("sum(i, x[i] + x[i])", "2 * sum(i, x[i])");
simplifies("sum(i, x[i]*x[i])", "sum(i, x[i]^2)");
simplifies("sum(i, sum(j, W[i,j]*x[j] + 0*y))", "sum(j, x[j] * sum(i, W[i,j]))");
simplifies("minimum(i, -(-x[i]))", "minimum(i, x[i])");
simplifies("logsumexp(i, x[i]*1)", "logsumexp(i, x[i])");
simplifies("x[i]*y[i] + y[i]*x[i]", "2 * x[i] * y[i]");
simplifies("x[0] + x[0] + x[1]", "2 * x[0] + x[1]");
simplifies("x[n, i+p] - x[n, p+i]", "0");
simplifies("delta(i,j)*0", "0");
simplifies("extent(n) + extent(n)", "2 * extent(n)");
stays("W[j,k] - W[k,j]", "maximum(i, x[i])");

/** Simplification keeps the value on arrays, to 1e-12 of it: a few dozen roundings of numbers of one sign or small. */
const keepsOnArrays = (text: string, values: Values): void =>
  test(`${text} keeps its value on arrays`, () => {
    const e = parse(text);
    const [before, after] = [evaluate(e, values), evaluate(simplify(e), values)];
    assert.ok(Math.abs(after - before) <= 1e-12 * Math.max(1, Math.abs(before)), `${after} is not ${before}`);
  });

const arrays = { x: [1.5, -2, 0.25], y: [3, 0.5, -1], W: [[1, 2, 3], [4, 5, 6], [7, 8, -9]], a: 0.7 }; // biome-ignore format: a matrix
keepsOnArrays("sum(i, x[i]*a + a*x[i]) + sum(i, x[i] - x[i])", arrays);
keepsOnArrays("sum(i, sum(j, W[i,j]*x[j]*y[i] - y[i]*x[j]*W[i,j] + W[j,i]/2 + W[j,i]/3))", arrays);
keepsOnArrays("logsumexp(i, x[i] + x[i]) - logsumexp(j, 2*x[j])", arrays);
keepsOnArrays("maximum(i, -(-(x[i]*x[i]))) * minimum(i, sqrt(y[i]^2))", arrays);
keepsOnArrays("sum(i, (x[i] + y[i])^2 - x[i]^2 - y[i]^2 - 2*x[i]*y[i] + a*y[i]*extent(i))", arrays);
keepsOnArrays("sum(i, sum(j, delta(i,j)*W[i,j]*(a + a) + abs(-x[i])*sign(x[i])))", arrays);
keepsOnArrays("sum(i, exp(x[i] + log(2))) / sum(i, exp(x[i])) * x[0]/x[0]", arrays);

// What other libraries hang on, and what is as deep as its maker likes: counts alone, since times depend on the machine

test("nested fractional powers end", () => {
  const e = parse("(1/(x*(y-1)))^(1/(y-1))");
  assert.ok(countDistinctNodes(simplify(e)) <= countDistinctNodes(e));
});

const deep = 20_000;

/** The expression after `step` has been taken so often. */
function repeated(step: (s: Expr) => Expr, times: number = deep): Expr {
  let s: Expr = variable("x");
  for (let i = 0; i < times; i++) s = step(s);
  return s;
}

test(`a chain of ${deep} sines simplifies to itself`, () => {
  const chain = repeated(sin);
  assert.is(simplify(chain), chain);
  assert.is(simplifyAll([chain, variable("x")])[0], chain);
});

test(`s + sin(s), ${deep} times over, keeps its sharing`, () => {
  const s = repeated(inner => add(inner, sin(inner)));
  const simple = simplify(s);
  assert.ok(countOperations(simple) <= 2 * deep, String(countOperations(simple)));
  assert.ok(Math.abs(evaluate(simple, { x: 0.5 }) - evaluate(s, { x: 0.5 })) < 1e-9);
});

test(`a sum of ${deep} terms collects, from the left and from the right`, () => {
  const x = variable("x");
  assert.is(textOf(simplify(repeated(s => add(s, x)))), `${deep + 1} * x`);
  assert.is(textOf(simplify(repeated(s => add(x, s)))), `${deep + 1} * x`);
});

test("the logistic map keeps its sharing, however often it is taken", () => {
  for (const times of [20, 40, 400]) {
    const s = repeated(inner => mul(mul(variable("r"), inner), sub(1, inner)), times);
    assert.ok(countOperations(simplify(s)) <= 3 * times, `${times} times`);
  }
});

test("what is to be computed together keeps what its logarithms and roots share", () => {
  const all = ["x^3", "log(x^3)", "x^2 + 2*x + 1", "sqrt(x^2 + 2*x + 1)"].map(text => parse(text));
  assert.ok(countOperations(addUp(simplifyAll(all))) <= countOperations(addUp(all)));
});

test("sixty doublings keep their sharing", () => {
  const doubled = repeated(s => mul(s, s), 60);
  assert.ok(countOperations(simplify(doubled)) <= 60);
  const summed = repeated(s => add(mul(s, s), 1), 60);
  assert.ok(countOperations(simplify(summed)) <= 120);
});

test("a product of 200 variables and its gradient keep some 600 operations", () => {
  const names = Array.from({ length: 200 }, (_, i) => `x${i + 1}`);
  const product = mulAll(names.map(name => variable(name)));
  const partials = gradient(product, names);
  const together = [product, ...names.map(name => asExpr(partials[name] ?? 0))];
  const simple = simplifyAll(together);
  assert.ok(countOperations(addUp(simple)) - simple.length < 650, String(countOperations(addUp(simple))));
  const point = Object.fromEntries(names.map((name, i) => [name, 1 + (i % 7) / 100]));
  for (const [i, e] of [simple[0], simple[1], simple[100], simple[200]].entries()) {
    const expected = evaluate(together[[0, 1, 100, 200][i] ?? 0] ?? 0, point);
    assert.ok(Math.abs(evaluate(e ?? 0, point) / expected - 1) < 1e-12);
  }
});

// One more operation each, to count what all share once.
const addUp = (all: readonly Expr[]): Expr => all.reduce((total, e) => add(total, e), asExpr(0));

// The order in which terms, factors and definitions are written does not matter

alike("x + y + z", "z + (y + x)");
alike("x*y*z", "z*(y*x)");
alike("x - y", "-(y - x)");
alike("sin(x)*y + z/2", "0.5*z + y*sin(x)");
alike("max(x, max(y, z))", "max(max(z, y), x)");
alike("a/b", "a * b^-1");
alike("sqrt(x)", "x^0.5");
alike("exp(x + y)", "e^y * exp(x)");

test("of a list, each definition is simplified, and stabilised", () => {
  const list = parseDefinitions("a[i] = x[i] + x[i]\nb = sum(j, log(1 + exp(a[j])))");
  assert.is(simplify(list)[0]?.expression, parse("2 * x[i]"));
  assert.is(stabilise(list)[1]?.expression, parse("sum(j, softplus(a[j]))"));
  assert.equal(simplify(list)[0]?.axes, ["i"]);
});

test.run();
