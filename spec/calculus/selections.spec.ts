/**
 * Laws of the reverse sweep on random expressions over every row of the table: what a selection leaves out does not
 * count, and a gradient is cheap.
 */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { arbitraryExpression } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import * as F from "../../lib/expression/functions.ts";
import { numRuns } from "../support/runs.ts";

const { conditional, relu, sqrt, log, max, min, clip, add, sub, neg, square, greater } = F;
const variables = ["x", "y", "z"];

// Where roots, logarithms and quotients have their singularities, and exponentials of exponentials overflow.
const singular = fc.record(
  Object.fromEntries(variables.map(name => [name, fc.constantFrom(0, 1, -1, 0.5, 2, -2, 10)])),
);

/** Hides an expression behind a selection that leaves it out, at every point. */
const hidden: Readonly<Record<string, (f: Expr) => Expr>> = {
  "c ? f : 0": f => conditional(greater(0, 1), f, 0),
  "c ? 0 : f": f => conditional(greater(1, 0), 0, f),
  "c ? f : 7, in a root": f => sqrt(conditional(greater(0, 1), f, 0)),
  "relu(-1 - f^2)": f => relu(sub(-1, square(f))),
  "sqrt(relu(-1 - f^2))": f => sqrt(relu(sub(-1, square(f)))),
  "log(relu(-1 - f^2))": f => log(relu(sub(-1, square(f)))),
  "sqrt(sqrt(c ? f : 0))": f => sqrt(sqrt(conditional(greater(0, 1), f, 0))),
};

for (const [name, hide] of Object.entries(hidden)) {
  test(`the derivatives of ${name} are 0 wherever`, () =>
    fc.assert(
      fc.property(arbitraryExpression({ variables }), singular, (f, at) => {
        const found = gradient(hide(f), variables);
        for (const by of variables) {
          assert.is(Math.abs(evaluate(found[by] ?? Number.NaN, at)), 0, `gradient by ${by}`);
          // Where f does not depend on the variable, raw terms with a factor 0 are the textbook's.
          if (topologicalOrder(f).includes(variable(by))) {
            assert.is(Math.abs(evaluate(differentiate(hide(f), by), at)), 0, `derivative by ${by}`);
          }
        }
      }),
      { numRuns },
    ));
}

/** Selections among an expression and a variable, of which the variable is taken. */
const passed: Readonly<Record<string, (f: Expr, x: Expr) => Expr>> = {
  "c ? f : w": (f, w) => conditional(greater(0, 1), f, w),
  "max(w, -1e6 - f^2)": (f, w) => max(w, sub(-1e6, square(f))),
  "min(1e6 + f^2, w)": (f, w) => min(add(1e6, square(f)), w),
  "clip(w, -1e6 - f^2, 1e6)": (f, w) => clip(w, sub(-1e6, square(f)), 1e6),
};

for (const [name, choose] of Object.entries(passed)) {
  test(`the derivative of ${name} by w is 1, and those by others are 0`, () =>
    fc.assert(
      fc.property(arbitraryExpression({ variables }), singular, (f, at) => {
        const e = choose(f, variable("w"));
        fc.pre(Number.isFinite(evaluate(e, { ...at, w: 3 })));
        const found = gradient(e, ["w", ...variables]);
        assert.is(evaluate(found.w ?? 0, { ...at, w: 3 }), 1);
        for (const by of variables) assert.is(Math.abs(evaluate(found[by] ?? Number.NaN, { ...at, w: 3 })), 0);
      }),
      { numRuns },
    ));
}

// Cost

const single: ReadonlySet<unknown> = new Set([F.add, F.sub, F.mul, F.div, neg, conditional, F.and, F.or, F.not]);

/**
 * Distinct operations: arithmetic, comparisons, logic and choice count 1, every other function 4 (`clip`, a minimum of a
 * maximum, twice that), and what holds no variable nothing.
 */
function cost(...roots: readonly Expr[]): number {
  const open = new Set<Expr>();
  let total = 0;
  for (const node of topologicalOrder(...roots)) {
    if (node.kind === "variable" || node.args.some(argument => open.has(argument))) open.add(node);
    if (node.kind !== "call" || !open.has(node)) continue;
    const isComparison = node.fn.operator?.precedence === F.precedence.comparison;
    total += single.has(node.fn) || isComparison ? 1 : node.fn === clip ? 8 : 4;
  }
  return total;
}

test("value and gradient cost at most five times the value", () => {
  let worst = 0;
  fc.assert(
    fc.property(arbitraryExpression({ variables }), e => {
      const whole = cost(e, ...Object.values(gradient(e)));
      if (cost(e) > 0) worst = Math.max(worst, whole / cost(e));
      assert.ok(whole <= 5 * cost(e), `${whole} against ${cost(e)}`);
    }),
    // Cheap to try, and rarely near the limit.
    { numRuns: 10 * numRuns },
  );
  console.log(`cost of value and gradient: at most ${worst.toFixed(2)} times that of the value`);
});

test.run();
