/** The laws of stabilisation: value, fixpoint, one form for one sum, and an end on whatever it is given. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, isNear, isRegular, measure, type Point } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { Expr } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import {
  add,
  cos,
  div,
  exp,
  expm1,
  log,
  log1p,
  mul,
  neg,
  pow,
  sigmoid,
  softplus,
  sqrt,
  sub,
  tanh,
} from "../../lib/expression/functions.ts";
import { substitute } from "../../lib/expression/indices.ts";
import { stabilisations, stabilise } from "../../lib/simplify/stabilise.ts";
import { stableRules } from "../../lib/simplify/stable/rules.ts";
import { identity, law, runs, turn } from "../support/law.ts";

/** Of these, rules begin at many. */
const rich = [add, sub, mul, div, neg, pow, exp, log, exp, log, exp, log1p, expm1, sigmoid, softplus, sqrt, cos, tanh];
const likely = { functions: rich, operations: 12, constants: [1, 1, 1, -1, 2, 0.5, 3] };

/** Whether `s` has the value of `e`, up to what rounding may do to either. */
function keeps(e: Expr, s: Expr, at: Point): boolean | undefined {
  if (!isRegular(e, at)) return undefined;
  const [before, after] = [measure(e, at), measure(s, at)];
  if (!Number.isFinite(after.value)) return false;
  const doubt = Number.isFinite(after.error) ? 16 * after.error : 0;
  return isNear(after.value, before.value, before.largest) || Math.abs(after.value - before.value) <= doubt;
}

const plain = stableRules.filter(({ from }) => topologicalOrder(from).every(node => node.kind !== "reduction"));

/** The left side of a rule, chosen by `f`, for arguments of moderate size, among other terms and factors. */
function planted(f: Expr, g: Expr): Expr {
  const rule = plain[f.hash % plain.length] ?? plain[0];
  const [x, y] = [sub(cos(f), div(1, 3)), mul(2, cos(add(g, 1)))];
  const left = substitute(rule?.from ?? f, { x, y, z: sub(x, y) });
  return g.hash % 2 === 0 ? sub(mul(cos(g), left), f) : div(add(cos(f), left), add(2, cos(g)));
}

let fired = 0;
law("stabilise    keeps the value where a rule fires", (f, g, at) => {
  const e = planted(f, g);
  const stable = stabilise(e);
  if (stable !== e) fired++;
  return keeps(e, stable, at);
});

law(
  "stabilise    keeps the value of exponentials, logarithms and roots",
  (f, _, at) => keeps(f, stabilise(f), at),
  likely,
);

law("stabilise    keeps the value of expressions of any functions", (f, _, at) => keeps(f, stabilise(f), at));

identity("stabilise    twice is once", f => stabilise(stabilise(f)) === stabilise(f), likely);

identity("stabilise    twice is once where a rule fires", (f, g) => {
  const stable = stabilise(planted(f, g));
  return stabilise(stable) === stable;
});

identity(
  "stabilise    nothing to tell means nothing changed",
  f => {
    const isChanged = stabilise(f) !== f;
    return isChanged === stabilisations(f).length > 0;
  },
  likely,
);

law(
  "stabilise    f + g and g + f have one value",
  (f, g, at) => {
    const [left, right] = [stabilise(add(exp(f), sub(g, 1))), stabilise(add(sub(g, 1), exp(f)))];
    if (!isRegular(left, at) || !isRegular(right, at)) return undefined;
    return isNear(evaluate(left, at), evaluate(right, at), measure(left, at).largest);
  },
  likely,
);

test("the laws were tried where rules fire", () => {
  console.log(`rules fired in ${fired} judgements`);
  assert.ok(fired >= runs, `${fired} of ${runs}`);
});

test("on raw doubles nothing throws and nothing hangs", async () => {
  const constants = [5e-324, -1e300, 1.7976931348623157e308, 1e-300, 0, 1, -1, 2, 0.1, 1e21, 2 ** 53];
  let count = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryExpression({ functions: rich, constants, operations: 14 }), async f => {
      if (++count % 25 === 0) await turn();
      const start = performance.now();
      const stable = stabilise(f);
      assert.is(stabilise(stable), stable);
      assert.ok(performance.now() - start < 10_000);
    }),
    { numRuns: runs },
  );
});

test.run();
