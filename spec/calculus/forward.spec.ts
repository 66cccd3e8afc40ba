import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { type Definitions, define, mapDefinitions } from "../../lib/expression/definition.ts";
import { variable } from "../../lib/expression/expression.ts";
import { mul } from "../../lib/expression/functions.ts";
import * as text from "../../lib/print/text.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parseDefinitions } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

const lines = (definitions: Definitions): readonly string[] =>
  definitions.map(
    ({ name, axes, expression }) => `${name}${axes.length > 0 ? `[${axes}]` : ""} = ${text.toString(expression)}`,
  );

/** The derivatives of a list, line by line; the order within sums and products is that of `simplify`. */
const derives = (list: string, by: string, expected: readonly string[]): void =>
  test(`${list.replaceAll("\n", "; ")} by ${by} is ${expected.join("; ")}`, () =>
    assert.equal(
      lines(differentiate(parseDefinitions(list), by)),
      lines(expected.flatMap(line => mapDefinitions(parseDefinitions(line), simplify))),
    ));

derives("h = tanh(3 * t)\ny = h^2", "t", ["dh_dt = 3 * (1 - h^2)", "dy_dt = 2 * h * dh_dt"]);
derives("a[n] = t * x[n]\nb = sum(i, y[i])\nc = sum(n, exp(a[n])) + b", "t", [
  "da_dt[n] = x[n]",
  "dc_dt = sum(n, da_dt[n] * exp(a[n]))",
]);
derives("h[n] = sum(j, W[n,j] * x[j])\ny = sum(n, h[n]^2)", "W[p,q]", [
  "dh_dW[n,p,q] = sum(j, delta(n, p) * delta(j, q) * x[j])",
  "dy_dW[p,q] = sum(n, 2 * h[n] * dh_dW[n,p,q])",
]);
derives("h[n] = sum(j, W[n,j] * x[j])\ny = h[0] * h[1]", "W[0,q]", [
  "dh_dW[n,q] = sum(j, delta(n, 0) * delta(j, q) * x[j])",
  "dy_dW[q] = h[0] * dh_dW[1,q] + h[1] * dh_dW[0,q]",
]);
derives("a = x^2\nb = y^2", "x", ["da_dx = 2 * x", "db_dx = 0"]);
derives("a = t^2\nda_dt = a * t", "t", ["da_dt' = 2 * t", "dda_dt_dt = a + t * da_dt'"]);

test("the derivative of a list by an element is what central differences give", () => {
  const list = parseDefinitions(`
    a[n,k] = sum(j, x[n,j] * W[j,k])
    h[n,k] = tanh(a[n,k])
    p[n,k] = exp(h[n,k]) / sum(k, exp(h[n,k]))
    -sum(n, log(p[n,label[n]]))`);
  const at = (change: number) => ({
    x: [
      [0.5, -1.2],
      [1.1, 0.4],
    ],
    W: [
      [0.2, -0.5],
      [0.9 + change, 0.1],
    ],
    label: [1, 0],
  });
  const forward = [...list, ...differentiate(list, "W[p,q]")];
  const found = evaluateDefinitions(forward, at(0), { extents: { p: 2, q: 2 } }).get("dresult_dW");
  const value = (change: number): number => Number(evaluateDefinitions(list, at(change)).get("result"));
  // Two steps extrapolated have an error of about 1e-12.
  const slope = (step: number): number => (value(step) - value(-step)) / (2 * step);
  const expected = (4 * slope(5e-4) - slope(1e-3)) / 3;
  assert.ok(typeof found === "object" && Math.abs((found.data[2] ?? 0) - expected) < 1e-9, `${expected}`);
});

test("every name is only a name", () => {
  for (const name of ["__proto__", "constructor", "a b"]) {
    const [first, second] = differentiate([define(name, mul(variable("t"), 2)), define("y", variable(name))], "t");
    assert.is(first?.name, `d${name}_dt`);
    assert.is(second?.expression, variable(`d${name}_dt`));
  }
});

test("a list is differentiated once, and by an element under names of its own", () => {
  const list = parseDefinitions("h[n] = sum(j, W[n,j] * x[j])");
  throws(
    () => (differentiate as (e: Definitions, v: string, order: number) => unknown)(list, "x", 2),
    "bad-option",
    "2",
  );
  throws(() => differentiate(list, "W[n,q]"), "bad-index", "n", "h[n]");
  throws(() => differentiate(list, variable("W", variable("s", "i"), "q")), "bad-index");
  throws(() => differentiate(list, "W"), "bad-index");
});

test.run();
