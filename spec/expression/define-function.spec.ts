/** Functions of one's own: built, read, printed, differentiated, evaluated, simplified, compiled and drawn as those of the table are. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, checkGradient, laws } from "../../lib/check/index.ts";
import {
  add,
  call,
  compile,
  compileGradient,
  cos,
  defineFunction,
  differentiate,
  div,
  type Expr,
  equal,
  evaluate,
  evaluateDefinitions,
  exp,
  type FunctionRow,
  fromJSON,
  functions,
  gradient,
  math,
  mul,
  neg,
  parse,
  parseDefinitions,
  pow,
  toString as print,
  reduction,
  simplify,
  sin,
  sub,
  substitute,
  topologicalOrder,
  type Unary,
  variable,
} from "../../lib/index.ts";
import { runs, testLaw } from "../support/law.ts";
import { throws } from "../support/throws.ts";

const [x, y, z] = [variable("x"), variable("y"), variable("z")];

const cube = defineFunction({
  name: "cube",
  arity: 1,
  evaluate: value => value ** 3,
  derivatives: [x => mul(3, pow(x, 2))],
  parity: "odd",
});
/** Its derivative calls the function itself. */
const gauss: Unary = defineFunction({
  name: "gauss",
  arity: 1,
  evaluate: value => Math.exp(-(value ** 2)),
  derivatives: [(x, result) => mul(-2, mul(x, result))],
  parity: "even",
  range: "positive",
});
const blend = defineFunction({
  name: "blend",
  arity: 3,
  evaluate: (t, a, b) => a + t * (b - a),
  derivatives: [(_, a, b) => sub(b, a), t => sub(1, t), t => t],
  code: (t, a, b) => `${a} + ${t} * (${b} - ${a})`,
});
const golden = defineFunction({ name: "golden", arity: 0, evaluate: () => (1 + Math.sqrt(5)) / 2, derivatives: [] });
const own: readonly FunctionRow[] = [cube, gauss, blend, golden];

// What is made of them

test("its constructor builds its calls", () => {
  assert.is(cube(2), call(cube, [2]));
  assert.is(cube(x).fn, cube);
  assert.is(`${blend(x, cube(y), golden())}`, "blend(x, cube(y), golden)");
  throws(() => call(cube, [1, 2]), "arity", "cube");
});

test("an expression knows the functions that are none of the table", () => {
  assert.equal(sin(x).ownFunctions, []);
  assert.equal(sin(cube(x)).ownFunctions, [cube]);
  assert.equal(new Set(add(gauss(cube(x)), cube(y)).ownFunctions), new Set([cube, gauss]));
  assert.equal(reduction("sum", "j", cube(variable("x", "j"))).ownFunctions, [cube]);
  assert.equal(substitute(cube(x), { x: golden() }).ownFunctions.length, 2);
});

test("it is read where it is given", () => {
  const e = add(cube(mul(2, x)), blend(x, y, golden()));
  assert.is(parse("cube(2x) + blend(x, y, golden)", { functions: own }), e);
  assert.is(parse(String(e), { functions: e.ownFunctions }), e);
  assert.is(fromJSON(JSON.parse(JSON.stringify(e)), { functions: own }), e);
  assert.is(parseDefinitions("a = cube(x); a + 1", { functions: own })[0]?.expression, cube(x));
  assert.equal(evaluateDefinitions(parseDefinitions("cube(2)", { functions: own })).get("result"), 8);
  throws(() => parse("cube(x)"), "unknown-function", "cube");
  throws(() => parse("cubee(x)", { functions: own }), "unknown-function", "did you mean cube");
});

test("a template calls what is put in", () => {
  assert.is(math`2${cube}(x + ${y})^2`, mul(2, pow(cube(add(x, y)), 2)));
  assert.is(math`${blend}(x, ${cube}(y), ${golden}) + ${sin} (x)`, add(blend(x, cube(y), golden()), sin(x)));
  throws(() => math`${cube} + 1`, "syntax", "cube is a function");
});

test("it differentiates, to any order", () => {
  assert.is(String(simplify(differentiate(cube(mul(2, x)), "x"))), "24 * x^2");
  assert.is(simplify(differentiate(cube(x), "x", 4)), simplify(parse("0")));
  const third = (at: number) => (12 * at - 8 * at ** 3) * Math.exp(-(at ** 2));
  // Third derivatives of size 10 and some forty operations: 1e-13 is above what rounding can do.
  for (const at of [-1.5, 0, 0.25, 2]) {
    const value = evaluate(differentiate(gauss(x), "x", 3), { x: at });
    assert.ok(Math.abs(value - third(at)) < 1e-13, `${value} is not ${third(at)}`);
  }
  assert.is(String(simplify(gradient(blend(x, y, z), ["x", "y", "z"]).y)), "1 - x");
});

test("checkGradient finds a wrong derivative", () => {
  const wrong = defineFunction({ name: "wrong", arity: 1, evaluate: Math.sin, derivatives: [x => neg(cos(x))] });
  assert.is(checkGradient(wrong(x), { x: 1 }).agrees, false);
  for (const e of [cube(x), gauss(x), blend(x, y, golden())])
    assert.ok(checkGradient(e, { x: 0.7, y: 2 }).agrees, String(e));
});

test("it compiles, with its text and without, on each back-end", () => {
  const e = add(cube(x), blend(x, gauss(y), mul(golden(), y)));
  const values = { x: 0.5, y: -1.25 };
  const expected = evaluate(e, values);
  for (const backend of ["javascript", "interpreter"] as const) {
    const options = { backend, simplify: false };
    assert.is(compile(e, ["x", "y"], options)(values.x, values.y), expected);
    const slope = new Float64Array(2);
    assert.is(compileGradient(e, ["x", "y"], [], options)([values.x, values.y], slope), expected);
    assert.is(slope[0], evaluate(gradient(e, ["x", "y"]).x, values));
  }
});

test("simplify uses what its columns say", () => {
  assert.is(simplify(add(cube(x), cube(neg(x)))), simplify(parse("0")));
  assert.is(simplify(gauss(neg(x))), gauss(x));
  const half = defineFunction({
    name: "half",
    arity: 1,
    evaluate: value => value / 2,
    derivatives: [() => 0.5],
    // Not in lowest terms, as a user may well write it.
    exact: ({ numerator, denominator }) => ({ numerator: 2n * numerator, denominator: 4n * denominator }),
  });
  assert.is(String(simplify(half(3))), "1.5");
  assert.is(simplify(equal(add(half(1), half(1)), 1)), simplify(parse("1")));
});

test("nothing global changes", () => {
  assert.not(functions.has("cube"));
  const other = defineFunction({ name: "cube", arity: 2, evaluate: Math.max, derivatives: [() => 1, () => 0] });
  assert.is(parse("cube(x, y)", { functions: [other] }), other(x, y));
  assert.is(parse("cube(x)", { functions: [cube] }), cube(x));
  assert.is(String(parse("cube + 1")), "cube + 1");
});

const table = [...functions.values()];

const engine = { differentiate, evaluate, parse: (text: string) => parse(text, { functions: own }), print };
for (const law of laws(engine, { functions: [...table, ...own, ...own, ...own] }))
  if (/^(?:product|chain|symmetry|limit|text) /.test(law.name))
    testLaw({ ...law, name: `with functions of one's own: ${law.name}` });

test("random expressions are drawn over them", () => {
  const drawn = fc.sample(arbitraryExpression({ functions: own }), { numRuns: runs, seed: 1 });
  const rows = new Set(drawn.flatMap(e => [...e.ownFunctions]));
  assert.equal(rows, new Set(own));
  for (const e of drawn) assert.is(parse(String(e), { functions: own }), e);
});

// One name, one function

const otherCube: Unary = defineFunction({ name: "cube", arity: 1, evaluate: x => x, derivatives: [() => 1] });

test("two functions of one name do not meet in one expression", () => {
  const [left, right] = [cube(x), otherCube(x)];
  assert.is.not(left, right);
  throws(() => add(left, right), "ambiguous-function", "cube");
  throws(() => otherCube(left), "ambiguous-function", "cube");
  throws(() => otherCube(sin(left)), "ambiguous-function", "cube");
  throws(() => blend(1, left, sin(right)), "ambiguous-function", "cube");
  throws(() => substitute(add(left, y), { y: right }), "ambiguous-function", "cube");
  throws(() => math`${left} * ${right}`, "ambiguous-function", "cube");
  throws(() => math`${cube}(${otherCube}(x))`, "ambiguous-function", "cube");
  throws(() => parse("x", { functions: [cube, otherCube] }), "ambiguous-function", "cube");
  throws(() => gradient(add(add(left, y), reduction("sum", "j", right)), ["x"]), "ambiguous-function", "cube");
});

test("of any random expression, each name is that of one function", () => {
  const mixed = arbitraryExpression({ functions: [...own, sin, add] });
  const theirs = arbitraryExpression({ functions: [otherCube, sin, add] });
  let met = 0;
  fc.assert(
    fc.property(mixed, theirs, (f, g) => {
      const clash = f.ownFunctions.includes(cube) && g.ownFunctions.includes(otherCube);
      if (clash) {
        met++;
        throws(() => mul(f, sin(g)), "ambiguous-function");
      } else {
        const rows = topologicalOrder(mul(f, sin(g))).flatMap(node => (node.kind === "call" ? [node.fn] : []));
        assert.is(new Set(rows).size, new Set(rows.map(({ name }) => name)).size);
      }
    }),
    { numRuns: runs },
  );
  assert.ok(met > runs / 20, `only ${met} of ${runs} runs met a clash`);
});

test("a function of the table keeps its name", () => {
  throws(() => defineFunction({ name: "sin", arity: 1 }), "ambiguous-function", "sin");
  throws(() => defineFunction({ name: "ln", arity: 1 }), "ambiguous-function", "log");
  const row: FunctionRow = { name: "sin", arity: 1, evaluate: Math.sin, derivatives: [x => cos(x)] };
  throws(() => call(row, [x]), "ambiguous-function", "sin");
});

test("a variable may have the name of a function: backticks tell them apart", () => {
  const e = mul(cube(variable("cube")), golden());
  assert.is(String(mul(e, variable("golden"))), "cube(`cube`) * golden * `golden`");
  assert.is(parse("cube(`cube`) * golden", { functions: own }), e);
});

test("a long chain of calls is built in time linear in its length", () => {
  let e: Expr = x;
  for (let i = 0; i < 100_000; i++) e = i % 2 === 0 ? cube(e) : add(gauss(e), e);
  assert.is(e.ownFunctions.length, 2);
});

// Symbols

const sigma = defineFunction({ name: "sigma", arity: 1 });
const f = defineFunction({ name: "f", arity: 2 });

test("a function without values differentiates to symbols", () => {
  assert.is(String(simplify(differentiate(sigma(mul(2, x)), "x"))), "2 * sigma'(2 * x)");
  assert.is(String(simplify(differentiate(sigma(x), "x", 3))), "sigma'''(x)");
  assert.is(String(differentiate(f(x, y), "y")), "f_2(x, y) * 1");
  const [xy, yx] = [differentiate(differentiate(f(x, y), "x"), "y"), differentiate(differentiate(f(x, y), "y"), "x")];
  assert.is(simplify(xy), simplify(yx));
  assert.is(String(simplify(xy)), "f_12(x, y)");
  assert.is(simplify(sub(differentiate(sigma(x), "x"), differentiate(sigma(x), "x"))), simplify(parse("0")));
});

test("the rule of a layer is derived with one", () => {
  const e = parse("sum(i, sigma(sum(j, W[i,j] * x[j])) * g[i])", { functions: [sigma] });
  const { W } = gradient(e, ["W[i,j]"]);
  const rule = parse("g[i] * sigma'(sum(j, W[i,j] * x[j])) * x[j]", { functions: [sigma] });
  assert.is(simplify(W), simplify(rule));
});

test("what is printed of one reads back with it", () => {
  const given = { functions: [sigma, f] };
  for (const e of [differentiate(sigma(sigma(x)), "x", 3), differentiate(differentiate(f(sigma(x), x), "x"), "x")]) {
    assert.is(parse(String(e), given), e);
    assert.is(fromJSON(JSON.parse(JSON.stringify(e)), given), e);
    const lines = parseDefinitions(print(e, { shared: true }), given);
    assert.ok(lines.length > 1);
  }
  for (const text of [
    "f_21(x, y)",
    "f_3(x, y)",
    "f_(x, y)",
    "f_0(x, y)",
    "f'(x, y)",
    "f_1_2(x, y)",
    "f_1e0(x, y)",
    "sigma_1(x)",
  ])
    throws(() => parse(text, given), "unknown-function");
  assert.is(String(parse("f_1' + sigma'", given)), "f_1' + sigma'");
});

test("symbols of primes, and of many arguments, read back too", () => {
  const primed = defineFunction({ name: "g'", arity: 2 });
  const dPrimed = differentiate(primed(x, y), "y");
  assert.is(String(dPrimed), "g_2'(x, y) * 1");
  assert.is(parse(String(dPrimed), { functions: [primed] }), dPrimed);
  const many = defineFunction({ name: "h", arity: 11 });
  const arguments_ = Array.from({ length: 11 }, (_, i) => variable(`x${i + 1}`));
  const e = differentiate(differentiate(call(many, arguments_), "x11"), "x1");
  assert.match(String(e), /h_1_11\(x1, /);
  assert.is(parse(String(e), { functions: [many] }), e);
});

test("a symbol has no value, and says so", () => {
  throws(() => evaluate(sigma(x), { x: 1 }), "unsupported", "sigma");
  throws(() => evaluate(differentiate(sigma(x), "x"), { x: 1 }), "unsupported", "sigma'");
  throws(() => compile(sigma(x), ["x"])(1), "unsupported", "sigma");
});

test("a symbol may have derivatives that are known", () => {
  const F = defineFunction({ name: "F", arity: 1, derivatives: [x => exp(neg(mul(x, x)))] });
  assert.is(String(simplify(differentiate(F(x), "x"))), String(simplify(exp(neg(mul(x, x))))));
  throws(() => parse("F'(x)", { functions: [F] }), "unknown-function");
});

// What is refused

/** What a caller without types may hand in. */
const refuses = (what: string, columns: object, ...words: readonly string[]): void =>
  test(`${what} is refused`, () =>
    throws(() => defineFunction({ name: "g", arity: 1, ...columns } as never), "bad-option", ...words));

for (const name of ["", "a b", "2x", "x;y", "`", "x-", "'", undefined, 3])
  refuses(`the name ${name}`, { name }, "name");
for (const name of ["sum", "delta", "true", "NaN", "and", "mod", "PI"]) refuses(`the word ${name}`, { name }, name);
for (const arity of [-1, 0.5, Number.NaN, Infinity, "1", undefined]) refuses(`the arity ${arity}`, { arity }, "arity");
const one = { evaluate: (value: number) => value, derivatives: [() => 1] };
refuses("a missing derivative", { ...one, arity: 2 }, "one derivative for each argument", "2, and not 1");
refuses("one derivative too many", { ...one, arity: 0 }, "0, and not 1");
refuses("a value without derivatives", { evaluate: one.evaluate }, "needs derivatives");
refuses("a value that is no function", { ...one, evaluate: 3 }, "evaluate", "3");
refuses("a derivative that is no function", { ...one, derivatives: [1] }, "derivatives");
refuses("derivatives that are no list", { ...one, derivatives: () => 1 }, "derivatives");
refuses("an operator", { ...one, operator: { symbol: "~" } }, "operator");
refuses("a parity that is none", { ...one, parity: "both" }, "parity", '"even" or "odd"');
test("what is no definition is refused", () => {
  for (const value of [undefined, null, 3, "f"]) throws(() => defineFunction(value as never), "bad-option");
});

for (const name of ["constructor", "__proto__", "toString", "x1", "t1", "Infinity_", "größe", "valueOf", "name"])
  test(`${name} is a name like any other`, () => {
    const g = defineFunction({ name, arity: 1, evaluate: value => value + 1, derivatives: [() => 1] });
    const e = mul(g(x), g(g(variable(name))));
    assert.is(g.name, name);
    assert.is(parse(String(e), { functions: [g] }), e);
    assert.is(fromJSON(JSON.parse(JSON.stringify(e)), { functions: [g] }), e);
    assert.is(compile(e, ["x", name])(1, 2), 8);
    throws(() => parse(`${name}(x)`), "unknown-function");
  });

test("undefined columns are absent", () => {
  const g = defineFunction({ name: "g", arity: 1, ...one, parity: undefined } as never) as Unary;
  assert.is(simplify(div(g(x), g(x))), simplify(parse("1")));
  assert.not(Object.hasOwn(g, "parity"));
});

test.run();
