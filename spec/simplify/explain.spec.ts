/** How a result is reached: the textbook's lines, steps that chain, and every rule of them proved. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { arbitraryExpression, arbitraryPoint, isRegular, measure } from "../../lib/check/index.ts";
import type { Unary } from "../../lib/expression/constructor.ts";
import {
  add,
  constant,
  cosh,
  defineFunction,
  type Expr,
  mul,
  parse,
  simplify,
  tanh,
  variable,
} from "../../lib/index.ts";
import { type Step, stepsToLatex, stepsToString } from "../../lib/print/steps.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { type Explanation, explain } from "../../lib/simplify/explain.ts";
import { defineRule, type Rule } from "../../lib/simplify/rule.ts";
import { stabilise } from "../../lib/simplify/stabilise.ts";
import { annihilations, elementary, expansions, logarithms } from "../../lib/simplify/steps/elementary.ts";
import { runs } from "../support/law.ts";
import { throws } from "../support/throws.ts";

const explained = (text: string): Explanation => explain(parse(text));
const wholes = (steps: readonly Step[]): readonly string[] => steps.map(({ whole }) => textOf(whole));
const rulesOf = (steps: readonly Step[]): readonly string[] => steps.map(({ rule }) => rule);

/** The text of the explanation is this. */
const reads = (text: string, ...lines: readonly string[]): void =>
  test(`${text} is explained`, () => {
    assert.is(stepsToString(explained(text)), lines.join("\n"));
  });

test("the derivative of 4*x*y + exp(-1*y) is reduced as the textbook does, line by line", () => {
  const e = parse("4*x*y + exp(-1*y)");
  const explanation = explain(differentiate(e, "x"));
  assert.is(
    stepsToString(explanation),
    [
      "  (0 * x + 4 * 1) * y + 4 * x * 0 + exp(-1 * y) * (0 * y + -1 * 0)",
      "= (0 + 4) * y + 0 + exp(-y) * (0 + 0)   0 * x = 0; 1 * x = x; -1 * x = -x",
      "= 4 * y + 0 + exp(-y) * 0               0 + x = x",
      "= 4 * y + 0                             0 * x = 0; 0 + x = x",
      "= 4 * y                                 0 + x = x",
    ].join("\n"),
  );
  for (const rule of ["0 + x = x", "0 * x = 0", "1 * x = x"])
    assert.ok(rulesOf(explanation.steps).includes(rule), rule);
  assert.equal(explanation.conditions, []);
});

reads("x / x", "  x / x", "= 1   x / x = 1", "where x != 0");
reads(
  "sin(x)^2 + y + cos(x)^2",
  "  sin(x)^2 + y + cos(x)^2",
  "= 1 + y   sin(x)^2 + cos(x)^2 = 1",
  "= y + 1   write in the usual form",
);
reads("2*x + 3*x", "  2 * x + 3 * x", "= (2 + 3) * x   collect like terms", "= 5 * x         arithmetic");
reads("a*x + a*y", "  a * x + a * y", "= a * (x + y)   factor out");
reads("x", "  x");
reads(
  "(x + 1)^2 - x^2 - 2x - 1",
  "  (x + 1)^2 - x^2 - 2 * x - 1",
  "= x^2 + 2 * x * 1 + 1^2 - x^2 - 2 * x - 1   (x + y)^2 = x^2 + 2 * x * y + y^2",
  "= x^2 + 2 * x + 1 - x^2 - 2 * x - 1         1 * x = x; 1^x = 1",
  "= 2 * x + 1 - 2 * x - 1                     x - x = 0",
  "= 1 - 1                                     x - x = 0",
  "= 0                                         arithmetic",
);

test("what vanishes does so before its other factor is looked at", () => {
  const { steps } = explained("0 * (sin(x)^2 + cos(x)^2 + 2*x + 3*x)");
  assert.equal(rulesOf(steps), ["0 * x = 0"]);
});

test("names that are anything at all are explained", () => {
  const name = variable("__proto__");
  assert.is(explain(add(mul(0, name), variable("constructor"))).result, variable("constructor"));
});

test("steps print as LaTeX, equations as equations", () => {
  assert.is(
    stepsToLatex(explained("x / x + 2 + 3")),
    [
      "\\begin{aligned}",
      "& \\frac{x}{x} + 2 + 3 \\\\",
      "&= 1 + 2 + 3 && \\frac{x}{x} = 1 \\\\",
      "&= 3 + 3 && \\text{arithmetic} \\\\",
      "&= 6 && \\text{arithmetic} \\\\",
      "& \\text{where } x \\ne 0",
      "\\end{aligned}",
    ].join("\n"),
  );
});

// The five-point loss

test("the loss of the textbook is led to its stable form, step by step", () => {
  const loss = parse("-y*log(1/(1+exp(-fin))) - (1-y)*log(1-1/(1+exp(-fin)))");
  const { result, steps, conditions } = explain(loss, { stabilise: true });
  const lines = wholes(steps);
  assert.ok(lines.includes("y * log(1 + exp(-fin)) - (1 - y) * log(exp(-fin) / (1 + exp(-fin)))"), lines.join("\n"));
  assert.ok(lines.includes("y * log(1 + exp(-fin)) - (1 - y) * (-fin - log(1 + exp(-fin)))"), lines.join("\n"));
  assert.ok(lines.includes("fin - fin * y + log(exp(-fin) + 1)"), lines.join("\n"));
  assert.is(result, simplify(stabilise(loss)));
  assert.is(textOf(result), "softplus(fin) - fin * y");
  assert.not.ok(rulesOf(steps).includes("simplify"));
  assert.equal(conditions, []);
});

test("stable forms without logarithms are explained too", () => {
  assert.equal(rulesOf(explain(parse("exp(x) / (1 + exp(x))"), { stabilise: true }).steps), ["sigmoid"]);
});

// Options

test("identities of functions of one's own are named", () => {
  const twice: Unary = defineFunction({ name: "twice", arity: 1, identities: x => [[twice(twice(x)), twice(x)]] });
  assert.equal(rulesOf(explain(twice(twice(variable("z")))).steps), ["twice(twice(x)) = twice(x)"]);
});

test("rules and assumptions of one's own take part, and bad ones are refused", () => {
  const x = variable("x");
  const hyperbolic = defineRule({ name: "my own", from: mul(tanh(x), cosh(x)), to: constant(7) });
  const { result, steps } = explain(mul(tanh(variable("z")), cosh(variable("z"))), { rules: [hyperbolic] });
  assert.is(result, constant(7));
  assert.equal(rulesOf(steps), ["my own"]);
  assert.equal(explain(parse("x / x"), { assume: { x: "positive" } }).conditions, []);
  throws(() => explain(x, { maxSteps: -1 }), "bad-option");
});

// Laws

const chains = (from: Expr, { steps, result }: Explanation): void => {
  let whole = from;
  for (const step of steps) {
    assert.ok(step.whole !== whole, `${step.rule} changes nothing`);
    whole = step.whole;
  }
  assert.ok(whole === result, "the last step does not end at the result");
};

/** Equal to 1e-9 of the largest intermediate and what rounding may have done, where the first is regular. */
function agree(before: Expr, after: Expr, at: Readonly<Record<string, number>>): boolean | undefined {
  if (!isRegular(before, at)) return undefined;
  const [a, b] = [measure(before, at), measure(after, at)];
  const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
  return Math.abs(a.value - b.value) <= 1e-9 * Math.max(1, a.largest, finite(b.largest)) + 16 * finite(b.error);
}

for (const isStable of [false, true]) {
  test(`steps chain from e to the result and keep the value${isStable ? ", to the stable form too" : ""}`, () => {
    let [judged, taken, unnamed] = [0, 0, 0];
    const points = fc.array(arbitraryPoint(["x", "y", "z"]), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(arbitraryExpression({ operations: 10 }), points, (e, at) => {
        const explanation = explain(e, { stabilise: isStable });
        assert.is(explanation.result, simplify(isStable ? stabilise(e) : e));
        chains(e, explanation);
        let whole = e;
        for (const step of explanation.steps) {
          taken++;
          if (step.rule === "simplify") unnamed++;
          for (const each of at) {
            const verdict = agree(whole, step.whole, each);
            assert.ok(verdict !== false, `${step.rule}: ${whole} is not ${step.whole} at ${JSON.stringify(each)}`);
            if (verdict) judged++;
          }
          whole = step.whole;
        }
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
    console.log(`${taken} steps, ${unnamed} of them without a name, ${judged} values compared`);
    assert.ok(judged > taken && taken > runs / 4, `${judged} values of ${taken} steps`);
    assert.ok(unnamed <= taken / 10, `${unnamed} of ${taken}`);
  });
}

test("a chain of thirty thousand and a graph of 2^60 are explained, as far as a reader would read", () => {
  let deep: Expr = variable("x");
  for (let i = 0; i < 30_000; i++) deep = tanh(add(deep, 0));
  const { steps, result } = explain(deep);
  assert.ok(steps.at(-1)?.whole === result);
  let wide: Expr = variable("x");
  for (let i = 0; i < 60; i++) wide = tanh(add(wide, wide));
  chains(wide, explain(wide));
  throws(() => stepsToString(explain(wide)), "too-long");
  let terms: Expr = variable("x");
  for (let i = 0; i < 60; i++) terms = add(add(terms, variable(`y${i}`)), terms);
  chains(terms, explain(terms));
  chains(terms, explain(terms, { stabilise: true }));
});

// The walking spec of the steps' own rules

const rows = [...annihilations(), ...elementary(), ...expansions(), ...logarithms()];
const values = [-3, -2, -1.5, -1, -0.5, 0, 0.5, 0.7, 1, 1.5, 2, 3];

function counterexample({ from, to, where }: Rule): { readonly judged: number; readonly found: string | undefined } {
  let judged = 0;
  for (const x of values) {
    for (const y of values) {
      for (const z of values) {
        const at = { x, y, z };
        const fits = Object.entries(where).every(([letter, condition]) => {
          const value = letter === "x" ? x : letter === "y" ? y : z;
          if (condition === "positive") return value > 0;
          return condition !== "natural" || (value > 0 && Number.isInteger(value));
        });
        const verdict = fits ? agree(from, to, at) : undefined;
        if (verdict === false) return { judged, found: `${from} is not ${to} at ${JSON.stringify(at)}` };
        if (verdict) judged++;
      }
    }
  }
  return { judged, found: undefined };
}

test(`${rows.length} rules of steps hold at special arguments`, () => {
  for (const rule of rows) {
    const { judged, found } = counterexample(rule);
    assert.is(found, undefined);
    assert.ok(judged >= 20, `${rule.name} was compared at ${judged} points only`);
  }
});

test("the trial finds a rule whose right side is changed", () => {
  for (const rule of rows) assert.type(counterexample({ ...rule, to: add(rule.to, 1e-3) }).found, "string", rule.name);
});

test("each rule of steps fires where it is spelled out", () => {
  for (const rule of [...annihilations(), ...elementary()]) {
    const { steps } = explain(rule.from, { maxSteps: 1 });
    const isShown =
      Object.keys(rule.where).length > 0 || rulesOf(steps).some(name => rows.some(row => row.name === name));
    assert.ok(isShown, `${rule.name}: ${rulesOf(steps)}`);
  }
});

test.run();
