/** Derivatives step by step: the rules by their names, one line after another, to the simplified result. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { explainDerivative } from "../../lib/calculus/explain.ts";
import { arbitraryExpression } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { defineFunction, type Expr, exp, mul, parse, simplify, sin, variable } from "../../lib/index.ts";
import { stepsToLatex, stepsToString } from "../../lib/print/steps.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { runs } from "../support/law.ts";
import { throws } from "../support/throws.ts";

/** The derivative by x is explained by these lines. */
const reads = (text: string, ...lines: readonly string[]): void =>
  test(`the derivative of ${text} is explained`, () => {
    assert.is(stepsToString(explainDerivative(parse(text), "x")), lines.join("\n"));
  });

reads(
  "x / (x + 1)",
  "  d/dx(x / (x + 1))",
  "= (d/dx(x) * (x + 1) - x * d/dx(x + 1)) / (x + 1)^2     quotient rule",
  "= (1 * (x + 1) - x * (d/dx(x) + d/dx(1))) / (x + 1)^2   derivative of x; sum rule",
  "= (1 * (x + 1) - x * (1 + 0)) / (x + 1)^2               derivative of x; derivative of a constant",
  "= (x + 1 - x * 1) / (x + 1)^2                           1 * x = x; 0 + x = x",
  "= (x + 1 - x) / (x + 1)^2                               1 * x = x",
  "= 1 / (x + 1)^2                                         x - x = 0",
);
reads(
  "sin(x^2)",
  "  d/dx(sin(x^2))",
  "= cos(x^2) * d/dx(x^2)           chain rule, derivative of sin",
  "= cos(x^2) * (2 * x * d/dx(x))   power rule",
  "= cos(x^2) * (2 * x * 1)         derivative of x",
  "= cos(x^2) * (2 * x)             1 * x = x",
  "= 2 * x * cos(x^2)               write in the usual form",
);
reads(
  "log(x)",
  "  d/dx(log(x))",
  "= 1 / x * d/dx(x)   derivative of log",
  "= 1 / x * 1         derivative of x",
  "= 1 / x             1 * x = x",
  "where x > 0",
);
reads("7", "  d/dx(7)", "= 0   derivative of a constant");

test("the textbook's raw derivative is a line of its derivation", () => {
  const { from, steps } = explainDerivative(parse("4*x*y + exp(-1*y)"), "x");
  assert.is(textOf(from), "d/dx(4 * x * y + exp(-1 * y))");
  const lines = steps.map(({ whole }) => textOf(whole));
  assert.ok(lines.includes("(0 * x + 4 * 1) * y + 4 * x * 0 + exp(-1 * y) * (0 * y + -1 * 0)"), lines.join("\n"));
  assert.is(lines.at(-1), "4 * y");
  for (const name of ["sum rule", "product rule", "derivative of exp", "0 + x = x", "0 * x = 0", "1 * x = x"]) {
    assert.ok(
      steps.some(({ rule }) => rule === name),
      name,
    );
  }
});

test("what is still to be differentiated prints as LaTeX, and has no value", () => {
  const explanation = explainDerivative(parse("7 * x"), "x");
  const [first] = stepsToLatex(explanation).split("\n").slice(1);
  assert.is(first, "& \\frac{d}{dx}(7 x) \\\\");
  throws(() => evaluate(explanation.from, { x: 1 }), "unsupported");
});

test("elements of arrays, functions of one's own and awkward names are explained", () => {
  const { result, steps } = explainDerivative(parse("sum(j, W[i,j] * x[j])"), "W[p,q]");
  assert.is(textOf(result), textOf(simplify(differentiate(parse("sum(j, W[i,j] * x[j])"), "W[p,q]"))));
  assert.ok(steps.some(({ rule }) => rule === "derivative of a sum over an index"));
  const sigma = defineFunction({ name: "sigma", arity: 1 });
  const own = explainDerivative(sigma(mul(2, variable("x"))), "x");
  assert.is(own.steps[0]?.rule, "chain rule, derivative of sigma");
  const named = defineFunction({ name: "rho", arity: 1, rule: "law of rho" });
  assert.is(explainDerivative(named(variable("x")), "x").steps[0]?.rule, "law of rho");
  assert.is(textOf(explainDerivative(mul(variable("__proto__"), 2), "__proto__").result), "2");
});

test("an element of an array without its axes is refused", () => {
  throws(() => explainDerivative(parse("x[i]"), "x"), "bad-index");
});

test("what is too long for a reader ends in one step", () => {
  let deep: Expr = variable("x");
  for (let i = 0; i < 1000; i++) deep = sin(exp(deep));
  const { result, steps } = explainDerivative(deep, "x");
  assert.ok(result === simplify(differentiate(deep, "x")));
  assert.ok(steps.length < 700);
});

test("the steps lead from d/dx to the raw derivative and on to the result", () => {
  let [taken, whole] = [0, 0];
  fc.assert(
    fc.property(arbitraryExpression({ operations: 7 }), e => {
      const raw = differentiate(e, "x");
      const { from, steps, result } = explainDerivative(e, "x");
      assert.ok(result === simplify(raw));
      let last: Expr = from;
      const passed = new Set<Expr>();
      for (const step of steps) {
        assert.ok(step.whole !== last, step.rule);
        last = step.whole;
        passed.add(last);
        taken++;
        if (step.rule === "differentiate") whole++;
      }
      assert.ok(last === result);
      assert.ok(passed.has(raw), textOf(e));
    }),
    { numRuns: Math.ceil(runs / 2) },
  );
  console.log(`${taken} steps, ${whole} of them of all at once`);
  assert.ok(taken > runs / 2 && whole === 0);
});

test.run();
