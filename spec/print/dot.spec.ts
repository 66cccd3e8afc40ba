import { instance } from "@viz-js/viz";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { arbitraryExpression, awkwardNames } from "../../lib/check/index.ts";
import { define } from "../../lib/expression/definition.ts";
import { type Expr, type Operand, variable } from "../../lib/expression/expression.ts";
import { countDistinctNodes, topologicalOrder } from "../../lib/expression/fold.ts";
import { add, mul, sin } from "../../lib/expression/functions.ts";
import { type DotOptions, toDot } from "../../lib/print/dot.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const graphviz = await instance();

/** The nodes, what they say and the edges, without their looks; `a` is the first node and so on. */
const outline = (dot: string): readonly string[] =>
  dot
    .split("\n")
    .filter(line => /^\s*(n\d|subgraph|label|\})/.test(line))
    .slice(0, -1)
    .map(line => line.trim().replace(/ \[label=("(?:[^"\\]|\\.)*"), shape=.*\]/, " $1"));

/** The graph of the text has these lines. */
const draws = (what: Operand | string, expected: readonly string[], options: DotOptions = {}): void =>
  test(`the graph of ${what}`, () =>
    assert.equal(outline(toDot(typeof what === "string" ? parse(what) : what, options)), expected));

draws("4", ['n1 "4"']);
draws("x + y", ['n1 "x"', 'n2 "y"', 'n3 "+"', "n3 -> n1", "n3 -> n2"]);
draws("x - y", ['n1 "x"', 'n2 "y"', 'n3 "-"', 'n3 -> n1 [taillabel="1"]', 'n3 -> n2 [taillabel="2"]']);
draws("x / x", ['n1 "x"', 'n2 "/"', "n2 -> n1", "n2 -> n1"]);
draws("atan2(2, 3)", ['n1 "2"', 'n2 "3"', 'n3 "atan2"', 'n3 -> n1 [taillabel="1"]', 'n3 -> n2 [taillabel="2"]']);
draws("sin(x) * sin(x)", ['n1 "x"', 'n2 "sin"', "n2 -> n1", 'n3 "*"', "n3 -> n2", "n3 -> n2"]);
draws("x < 0 ? -x : pi", [
  ...['n1 "x"', 'n2 "0"', 'n3 "<"', 'n3 -> n1 [taillabel="1"]', 'n3 -> n2 [taillabel="2"]'],
  ...['n4 "-"', "n4 -> n1", 'n5 "pi"', 'n6 "? :"'],
  ...['n6 -> n3 [taillabel="if"]', 'n6 -> n4 [taillabel="then"]', 'n6 -> n5 [taillabel="else"]'],
]);
draws("sum(j, W[i,j] * delta(i, j))", [
  ...['n1 "W[i,j]"', 'n2 "delta(i, j)"', 'n3 "*"', "n3 -> n1", "n3 -> n2", 'n4 "sum over j"', "n4 -> n3"],
]);
draws("E[token[n],k] + extent(k)", [
  ...['n1 "token[n]"', 'n2 "E[token[n],k]"', "n2 -> n1 [style=dashed]", 'n3 "extent(k)"', 'n4 "+"'],
  ...["n4 -> n2", "n4 -> n3"],
]);

test("at each use, constants and variables are drawn again, and nothing else is", () => {
  assert.equal(outline(toDot(parse("x + sin(x) + sin(x)"), { leaves: "each use" })), [
    ...['n1 "sin"', 'n2 "x"', "n1 -> n2", 'n3 "+"', 'n4 "x"', "n3 -> n4", "n3 -> n1"],
    ...['n5 "+"', "n5 -> n3", "n5 -> n1"],
  ]);
});

test("a definition has a box with nodes of its own, and what reads it points at it", () => {
  const [layer, ...rest] = parseDefinitions("h[k] = x * W[k]\ny = sum(k, h[k] * W[k])");
  assert.equal(outline(toDot(layer === undefined ? [] : [layer, ...rest], { inside: true })), [
    ...["subgraph cluster_1 {", 'label="h[k] ="', 'n1 "x"', 'n2 "W[k]"', 'n3 "*"', "n3 -> n1", "n3 -> n2", "}"],
    ...["subgraph cluster_2 {", 'label="y ="', 'n4 "h[k]"', 'n5 "W[k]"', 'n6 "*"', "n6 -> n4", "n6 -> n5"],
    ...['n7 "sum over k"', "n7 -> n6", "}", "n4 -> n3 [style=dashed, lhead=cluster_1]"],
  ]);
  if (layer !== undefined) assert.is(toDot(layer), toDot([layer], { inside: true }));
});

/** The lines of boxes, each without its looks, and those of arrows, forward `->` and backward `=>`. */
const boxed = (text: string): readonly string[] =>
  text
    .split("\n")
    .filter(line => /^ {2}n\d/.test(line))
    .map(line =>
      line
        .trim()
        .replace(/^(n\d+) -> (n\d+) \[.*constraint=false\]$/, "$1 => $2")
        .replace(/ \[label=<(.*)>, shape.*/, " $1")
        .replaceAll(/<[^>]*>/g, mark => (mark === "<BR/>" ? " | " : "")),
    );

test("a list is a box for each definition and each array, with arrows for values", () => {
  const list = parseDefinitions("h[k] = x * W[k,0] + h0[k]\ny = sum(k, h[k] * W[k,1] * v[k+1])");
  assert.equal(boxed(toDot(list, { extents: { k: 4 } })), [
    ...["n1 x", "n2 W[k,…]", "n3 h0[k] | 4", "n4 h[k] | 4", "n5 v[…]", "n6 y"],
    ...["n1 -> n4", "n2 -> n4", "n3 -> n4", "n4 -> n6", "n2 -> n6", "n5 -> n6"],
  ]);
  assert.ok(boxed(toDot(list)).includes("n4 h[k] | k"));
});

test("adjoints stand in the boxes of their arrays, and their arrows go backwards", () => {
  const list = parseDefinitions("a[n] = x[n] * w\nh[n] = tanh(a[n])\ny = sum(n, h[n]^2)");
  const whole = [...list, ...gradient(list, ["w"])];
  const lines = boxed(toDot([...whole, define("next", parse("w - 0.1 * dw"))]));
  assert.equal(lines, [
    ...["n1 x[n] | n", "n2 w | dw", "n3 a[n] | n | da[n]", "n4 h[n] | n | dh[n]", "n5 y", "n6 next"],
    ...["n1 -> n3", "n2 -> n3", "n3 -> n4", "n4 -> n5", "n5 => n4", "n4 => n3", "n3 => n2", "n2 -> n6", "n2 => n6"],
  ]);
  const given = boxed(toDot(parseDefinitions("g = 2 * x\nf = x^2"), { adjoints: { g: "x" } }));
  assert.equal(given, ["n1 x | g", "n2 f", "n2 => n1", "n1 -> n2"]);
});

test("boxes of any name are drawn as text has it", () => {
  const names = [...awkwardNames, "<b>", "&lt;", '"', "\\N", "\ud800"];
  const svg = graphviz.renderString(
    toDot(names.map((name, i) => ({ name: `v${i}`, axes: [], expression: variable(name) }))),
    { format: "svg" },
  );
  const shown = new Set(readIn(svg));
  const drawn = (text: string): string => text.replaceAll("\ud800", "\ufffd").replaceAll("\n", "\u240a");
  for (const name of names) assert.ok(shown.has(drawn(String(variable(name)))), JSON.stringify(name));
});

test("a definition of any name is read by that name only", () => {
  const definitions = ["__proto__", "constructor"].map(name => ({ name, axes: [], expression: parse("x + toString") }));
  const reader = { name: "r", axes: [], expression: add(variable("__proto__"), variable("hasOwnProperty")) };
  const links = outline(toDot([...definitions, reader], { inside: true })).filter(line => line.includes("lhead"));
  assert.equal(links, ["n7 -> n3 [style=dashed, lhead=cluster_1]"]);
});

test("each distinct node is drawn once, with an edge for each argument", () => {
  fc.assert(
    fc.property(arbitraryExpression({ variables: awkwardNames }), e => {
      const lines = outline(toDot(e));
      const edges = topologicalOrder(e).reduce((total, node) => total + node.args.length, 0);
      assert.is(lines.filter(line => / "/.test(line) && !line.includes(" -> ")).length, countDistinctNodes(e));
      assert.is(lines.filter(line => line.includes(" -> ")).length, edges);
    }),
    { numRuns },
  );
});

test("the text depends on nothing but the structure, whatever was made before", () => {
  const make = (a: string, b: string): string => toDot(parse(`(${a} - ${b}) / sin(${b}) + ${a}`));
  const first = make("one1", "one2");
  parse("two2 + sin(two2)");
  assert.is(make("two1", "two2").replaceAll("two", "one"), first);
});

// What a viewer of the picture reads: the text elements, with XML's entities resolved.
const readIn = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, text]) =>
    String(text)
      .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replaceAll("\u00a0", " ")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&"),
  );

test("every name is drawn as text has it; what a picture cannot hold has a sign of its own", () => {
  const awkward = ['"', "\\N", "a\\n", "&lt;", "&amp;", "<b>", "a]", "-->", "]]>", "<script>", '"]; x [', "%0"];
  const signs = [
    ["\n", "\u240a"],
    ["\0", "\u2400"],
    ["\u0085", "\ufffd"],
    ["\ud800", "\ufffd"],
    ["\ufffe", "\ufffd"],
  ] as const;
  for (const name of [...awkward, ...awkwardNames, ...signs.map(([character]) => `a${character}`)]) {
    const svg = graphviz.renderString(toDot(variable(name)), { format: "svg" });
    const shown = signs.reduce((text, [character, sign]) => text.replaceAll(character, sign), String(variable(name)));
    assert.equal(readIn(svg), [shown], JSON.stringify(name));
  }
});

test("a graph is as long as its distinct nodes, and too long beyond the limit", () => {
  let shared: Expr = variable("x");
  for (let i = 0; i < 60; i++) shared = mul(shared, shared);
  assert.is(outline(toDot(shared)).length, 181);
  let deep: Expr = variable("x");
  for (let i = 0; i < 100_000; i++) deep = sin(deep);
  throws(() => toDot(deep), "too-long", "maxLength", "1,000,000");
  const text = toDot(parse("x + 1"));
  assert.is(toDot(parse("x + 1"), { maxLength: text.length }), text);
  throws(() => toDot(parse("x + 1"), { maxLength: text.length - 1 }), "too-long");
});

test("gathers within gathers are named in short", () => {
  let reading = variable("i", "n");
  for (let i = 0; i < 20_000; i++) reading = variable("i", reading);
  throws(() => toDot(reading), "too-long");
  assert.match(toDot(reading, { maxLength: 1e9 }), '[label="i[…]"');
});

test("what is neither an expression nor a definition is an error", () => {
  throws(() => toDot("x" as unknown as Expr), "not-an-expression");
  throws(() => toDot(null as unknown as Expr), "not-an-expression");
  throws(() => toDot(parse("x"), { leaves: "twice" as "once" }), "bad-option", "twice");
  throws(() => toDot(parse("x"), { maxLength: Number.NaN }), "bad-option", "NaN");
});

test.run();
