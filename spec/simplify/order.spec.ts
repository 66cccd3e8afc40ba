/** The canonical order: total, consistent with equality, and the same whatever order the nodes were made in. */
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, awkwardNames } from "../../lib/check/index.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { add, mul, sin } from "../../lib/expression/functions.ts";
import { fromJSON, type JsonExpression, toJSON } from "../../lib/print/json.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { compareExpressions } from "../../lib/simplify/order.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { runs } from "../support/law.ts";
import { repository } from "../support/repository.ts";

const expression = arbitraryExpression({ variables: [...awkwardNames, "x", "y", "x2", "x10"] });
const small = arbitraryExpression({ variables: ["x", "y"], operations: 2 });
// Small expressions of few names meet often, large ones hardly ever.
const any = fc.oneof(expression, small);

const property = (name: string, claim: (a: Expr, b: Expr, c: Expr) => boolean): void =>
  test(name, () =>
    fc.assert(
      fc.property(any, any, any, (a, b, c) => claim(a, b, c)),
      { numRuns: 3 * runs },
    ),
  );

const sign = (a: Expr, b: Expr): number => Math.sign(compareExpressions(a, b));

property("equal in the order means one object", (a, b) => (sign(a, b) === 0) === (a === b));
property("antisymmetric: a < b means b > a", (a, b) => sign(a, b) + sign(b, a) === 0);
property("transitive: a <= b <= c means a <= c", (a, b, c) => {
  const [first, second, third] = [a, b, c].sort((a, b) => compareExpressions(a, b));
  if (first === undefined || second === undefined || third === undefined) return false;
  return sign(first, second) <= 0 && sign(second, third) <= 0 && sign(first, third) <= 0;
});
property(
  "a number comes before all that is none",
  (a, b) => a.kind !== "constant" || b.kind === "constant" || sign(a, b) < 0,
);

/** In order, from the least. */
const ascends = (...texts: readonly string[]): void =>
  test(`${texts.join(" < ")}`, () => {
    const list = texts.map(text => parse(text));
    assert.equal(
      [...list]
        .reverse()
        .sort((a, b) => compareExpressions(a, b))
        .map(String),
      list.map(String),
    );
  });

ascends("-2", "0", "1.5", "pi", "a", "b", "sin(a)", "a + b");
ascends("x", "x1", "x2", "x10", "y");
ascends("x[0]", "x[i] + 1");
ascends("cos(x)", "sin(x)", "cos(x + y)");

test("what differs only deep down is told apart, in one way", () => {
  let [left, right]: [Expr, Expr] = [variable("x"), variable("y")];
  for (let i = 0; i < 50_000; i++) [left, right] = [sin(left), sin(right)];
  assert.not(sign(left, right) === 0);
  assert.is(sign(left, right) + sign(right, left), 0);
});

test("graphs whose trees exceed all numbers are told apart", () => {
  let [left, right]: [Expr, Expr] = [variable("x"), variable("y")];
  for (let i = 0; i < 1100; i++) [left, right] = [add(left, left), add(right, right)];
  assert.is(sign(left, right) + sign(right, left), 0);
  assert.not(sign(left, right) === 0);
  assert.not(sign(left, mul(left, right)) === 0);
});

/** What another process makes of the same expressions, built last to first, after others that it alone has. */
function elsewhere(list: readonly JsonExpression[]): readonly string[] {
  const program = `
    const { fromJSON } = await import("./lib/print/json.ts");
    const { toString } = await import("./lib/print/text.ts");
    const { compareExpressions } = await import("./lib/simplify/order.ts");
    const { simplify } = await import("./lib/simplify/simplify.ts");
    const { parse } = await import("./lib/syntax/parse.ts");
    const kept = ["z + y + x", "sin(y)*cos(x)", "y^2 + x", "x10*x2"].map(text => simplify(parse(text)));
    let text = "";
    for await (const chunk of process.stdin) text += chunk;
    const list = JSON.parse(text).reverse().map(value => fromJSON(value)).reverse();
    const sorted = [...list].sort((a, b) => compareExpressions(a, b)).map(e => list.indexOf(e));
    console.log(JSON.stringify([sorted, list.map(e => toString(simplify(e))), kept.length]));
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    {
      cwd: repository,
      input: JSON.stringify(list),
      encoding: "utf8",
    },
  );
  assert.is(stderr, "");
  const [order, texts] = JSON.parse(stdout) as [readonly number[], readonly string[]];
  return [JSON.stringify(order), ...texts];
}

test("another process, which makes its nodes in another order, sorts and simplifies alike", () => {
  const drawn = fc.sample(arbitraryExpression({ variables: ["x", "y", "x2", "x10", "__proto__"] }), {
    numRuns: 60,
    seed: 5,
  });
  const list = [...new Set(drawn)];
  const order = [...list].sort((a, b) => compareExpressions(a, b)).map(e => list.indexOf(e));
  const texts = list.map(e => textOf(simplify(e)));
  assert.equal(elsewhere(list.map(e => toJSON(e))), [JSON.stringify(order), ...texts]);
  for (const e of list) assert.is(fromJSON(structuredClone(toJSON(e))), e);
});

test.run();
