import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { withGradient } from "../../lib/calculus/with-gradient.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { addAll, mul } from "../../lib/expression/functions.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

const loss = parse("sum(n, (sum(j, W[n,j] * x[j]) + b)^2)");

test("a loss and its partial derivatives stand under the names of what is computed", () => {
  const found: Readonly<{ loss: Expr; "dW[n,j]": Expr; db: Expr }> = withGradient(loss, ["W[n,j]", "b"]);
  const { W, b } = gradient(loss, ["W[n,j]", "b"]);
  assert.equal(Object.keys(found), ["loss", "dW[n,j]", "db"]);
  assert.is(found.loss, loss);
  assert.is(found["dW[n,j]"], W);
  assert.is(found.db, b);
  // @ts-expect-error nothing was asked for under this name
  assert.is(found.dx, undefined);
});

test("the value has the name that is given", () => {
  const found: Readonly<{ energy: Expr; db: Expr }> = withGradient(loss, ["b"], { name: "energy" });
  assert.equal(Object.keys(found), ["energy", "db"]);
});

test("without a list, the axes are those of the first readings", () => {
  assert.equal(Object.keys(withGradient(loss)), ["loss", "dW[n,j]", "dx[j]", "db"]);
});

test("a name that the expression reads is primed", () => {
  assert.equal(Object.keys(withGradient(parse("loss * dw * w"), ["w"])), ["loss'", "dw'"]);
});

test("every name is only a name", () => {
  const names = ["__proto__", "constructor", "n", "a b"];
  const total = addAll(names.map(name => mul(2, variable(name))));
  assert.equal(Object.keys(withGradient(total, names)), ["loss", ...names.map(name => `d${name}`)]);
  assert.equal(Object.keys(withGradient(total, [], { name: "__proto__" as string })), ["__proto__'"]);
});

test("a list is followed by its backward pass", () => {
  const list = parseDefinitions("h[n] = tanh(x[n])\nsum(n, h[n])");
  const all = withGradient(list, ["x"]);
  assert.equal(all.slice(0, 2), list);
  assert.equal(
    all.slice(2).map(({ name }) => name),
    ["dh", "dx"],
  );
});

test("an array is asked for under its axes", () => {
  throws(() => withGradient(loss, ["W"]), "bad-index", "W[i,j]");
  throws(() => withGradient(loss, ["W[n]"]), "bad-index");
  throws(() => withGradient(parse("x[i]"), ["x[i]"]), "not-scalar");
});

test.run();
