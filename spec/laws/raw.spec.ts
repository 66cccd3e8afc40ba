/** Raw doubles, NaN, the infinities and 5e-324 among them: no law holds there, but nothing throws and nothing hangs. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { arbitraryExpression, isRegular, measure } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { asExpr, type Expr } from "../../lib/expression/expression.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { compile, compileGradient } from "../../lib/tape/compile.ts";
import { runs, turn } from "../support/law.ts";

const names = ["x", "y", "z"];
const doubles = fc.record({ x: fc.double(), y: fc.double(), z: fc.double() });
const constants = [
  5e-324,
  -5e-324,
  1.7976931348623157e308,
  -1e300,
  1e-300,
  0,
  1,
  -1,
  2,
  0.1,
  1e21,
  2 ** 53,
  2 ** -1074,
];

test("on raw doubles nothing throws and nothing hangs", async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryExpression({ constants }), arbitraryExpression(), doubles, async (f, g, at) => {
      if (++count % 25 === 0) await turn();
      for (const e of [f, g]) {
        const start = performance.now();
        use(e, at);
        // A hundred times what the largest of these takes: only what hangs is caught.
        assert.ok(performance.now() - start < 10_000, `${textOf(e)} took ${performance.now() - start} ms`);
      }
    }),
    { numRuns: runs, includeErrorInReport: true },
  );
});

test("nor where a coefficient exceeds all doubles", () => {
  use(parse("5e-324 * x / x / asin(5e-324 * x / x)^(5e-324 * x)"), { x: 1, y: 1, z: 1 });
});

test("nor where an exponent exceeds all that is counted", () => {
  use(parse("csc(((acos(9007199254740992) - 5e-324 - y)^1e+21)^2.5 - -5e-324)"), { x: 1, y: 1, z: 1 });
  use(parse("cbrt(2 * x)^1e+21"), { x: 1, y: 1, z: 1 });
});

function use(e: Expr, at: { readonly x: number; readonly y: number; readonly z: number }): void {
  const derivative = differentiate(e, "x");
  const simple = simplify(derivative);
  const partials = gradient(e, names);
  const values = [at.x, at.y, at.z];
  for (const one of [e, simplify(e), derivative, simple, ...names.map(name => asExpr(partials[name] ?? 0))]) {
    assert.type(evaluate(one, at), "number");
    assert.is(parse(textOf(one)), one);
    assert.type(isRegular(one, at), "boolean");
    assert.type(measure(one, at).value, "number");
  }
  assert.type(compile(e, names)(at.x, at.y, at.z), "number");
  assert.type(compileGradient(e, names)(values, new Float64Array(3)), "number");
}

test.run();
