import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate } from "../../lib/evaluate.ts";
import {
  call,
  constant,
  delta,
  type Expr,
  extent,
  type FunctionRow,
  linearIndex,
  reduction,
  shift,
  variable,
} from "../../lib/expression/expression.ts";
import { countDistinctNodes } from "../../lib/expression/fold.ts";
import { add, functions, mul, neg, pi, pow, sin, sub, tanh } from "../../lib/expression/functions.ts";
import { fromJSON, type JsonExpression, toJSON } from "../../lib/print/json.ts";

const runs = Number(process.env.FC_RUNS ?? 200);
const [x, y] = [variable("x"), variable("y")];

const swish = own("swish");
const [window, token] = [shift("i", "p"), variable("token", "n")];

/** One expression of each shape and kind of index. */
const shapes: readonly Expr[] = [
  constant(-2.5),
  constant(5e-324),
  x,
  variable("__proto__"),
  variable("constructor", "toString", "__proto__"),
  variable("\ud800\n", "`"),
  variable("x", 0, -1, window, linearIndex(-3, [{ coefficient: 2, of: "i" }])),
  variable("E", token, "k"),
  variable("E", shift(shift(token, variable("at", variable("where", "m"))), 1), token),
  pi,
  pow(add(x, 1), neg(y)),
  reduction("sum", "j", mul(variable("W", "j"), variable("x", "j"))),
  reduction("logsumexp", "constructor", variable("a", "constructor")),
  delta("i", window),
  delta(token, variable("label", "n")),
  extent("n"),
];

const carried: Readonly<Record<string, (json: JsonExpression) => unknown>> = {
  "as it is": json => json,
  "through a text": json => JSON.parse(JSON.stringify(json)),
  "through a structured clone": json => structuredClone(json),
};

for (const [way, carry] of Object.entries(carried)) {
  test(`every shape comes back ${way}`, () => {
    for (const shape of shapes) assert.is(fromJSON(carry(toJSON(shape))), shape);
  });
}

test("every row of the table comes back", () => {
  for (const row of functions.values()) {
    const built = call(row, [x, y, sub(x, y)].slice(0, row.arity));
    assert.is(fromJSON(JSON.parse(JSON.stringify(built))), built);
  }
});

test("random expressions come back, each distinct node once", () => {
  let shared = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1000), fc.nat(), fc.nat(), fc.nat()), { maxLength: 20 }), choices => {
      const rows = [...functions.values()];
      const made: Expr[] = [...shapes];
      const pick = (i: number): Expr => made[(i * 7) % made.length] ?? x;
      for (const [row, i, j, k] of choices) {
        const fn = rows[row % rows.length] ?? tanh;
        made.push(
          row % 5 === 0 ? reduction("maximum", "j", pick(i)) : call(fn, [i, j, k].map(pick).slice(0, fn.arity)),
        );
      }
      const expression = made.at(-1) ?? x;
      const json = toJSON(expression);
      assert.is(fromJSON(JSON.parse(JSON.stringify(json))), expression);
      assert.is(json.nodes.length, countDistinctNodes(expression));
      if (json.nodes.length < expression.size) shared++;
    }),
    { numRuns: runs },
  );
  assert.ok(shared > 0, "no run had a shared part");
});

test("the data is a list of nodes that name earlier ones by position", () =>
  assert.equal(toJSON(add(mul(2, x), pow(x, 2))), {
    version: 1,
    nodes: [
      { kind: "constant", value: 2 },
      { kind: "variable", name: "x" },
      { kind: "call", function: "mul", args: [0, 1] },
      { kind: "call", function: "pow", args: [1, 0] },
      { kind: "call", function: "add", args: [2, 3] },
    ],
  }));

test("indices are names, integers, or an offset and terms", () =>
  assert.equal(toJSON(reduction("sum", "p", variable("x", "n", 0, window, shift(token, -1)))).nodes, [
    { kind: "variable", name: "token", indices: ["n"] },
    {
      kind: "variable",
      name: "x",
      indices: [
        "n",
        0,
        {
          offset: 0,
          terms: [
            { coefficient: 1, of: "i" },
            { coefficient: 1, of: "p" },
          ],
        },
        { offset: -1, terms: [{ coefficient: 1, of: 0 }] },
      ],
    },
    { kind: "reduction", operation: "sum", index: "p", body: 1 },
  ]));

test("the order of the nodes does not depend on when they were made", () => {
  const late = variable("made late");
  const early = variable("made early");
  const names = toJSON(add(early, late)).nodes.map(node => (node.kind === "variable" ? node.name : node.kind));
  assert.equal(names, ["made early", "made late", "call"]);
});

test("what an older release wrote is read", () => {
  const written =
    '{"version":1,"nodes":[{"kind":"variable","name":"x"},{"kind":"constant","value":-1},{"kind":"call","function":"mul","args":[1,0]},{"kind":"call","function":"exp","args":[2]}]}';
  assert.is(evaluate(fromJSON(JSON.parse(written)), { x: 2 }), Math.exp(-2));
});

test("JSON.stringify writes an expression, wherever it stands", () => {
  assert.is(JSON.stringify(x), '{"version":1,"nodes":[{"kind":"variable","name":"x"}]}');
  const { loss } = JSON.parse(JSON.stringify({ loss: add(x, y) }));
  assert.is(fromJSON(loss), add(x, y));
});

test("a number is an expression", () => assert.is(fromJSON(toJSON(3)), constant(3)));

test("a chain 100,000 deep goes through a text", () => {
  let chain: Expr = x;
  for (let i = 0; i < 100_000; i++) chain = sin(chain);
  assert.ok(fromJSON(JSON.parse(JSON.stringify(chain))) === chain);
});

test("what is shared is written once", () => {
  let power: Expr = x;
  for (let i = 0; i < 60; i++) power = mul(power, power);
  assert.is(toJSON(power).nodes.length, 61);
  assert.ok(fromJSON(JSON.parse(JSON.stringify(power))) === power);
});

// Functions of one's own

test("a function of one's own comes back where it is given", () => {
  const expression = add(call(swish, [x]), 1);
  const json = JSON.parse(JSON.stringify(expression));
  assert.is(fromJSON(json, { functions: [swish] }), expression);
  throws("unknown-function", json, /node 1 calls the unknown function "swish"/);
  throws("unknown-function", json, /did you mean swisch\?/, [own("swisch")]);
});

test("a function that the table lacks is read from those given only", () => {
  const json = {
    version: 1,
    nodes: [
      { kind: "variable", name: "x" },
      { kind: "call", function: "tanh", own: true, args: [0] },
    ],
  };
  throws("unknown-function", json, /tanh/);
  throws("ambiguous-function", json, /tanh is a function of the table/, [own("tanh")]);
});

test("two functions of one name are an error", () => {
  throws("ambiguous-function", toJSON(x), /two different functions are called swish/, [swish, own("swish")]);
});

// Bad data

const one = { kind: "constant", value: 1 };
const named = { kind: "variable", name: "x" };
const read = { kind: "variable", name: "x", indices: ["i"] };

const refuses = (code: string, value: unknown, message: RegExp) =>
  test(`${JSON.stringify(value) ?? String(value)} is ${code}`, () => throws(code, value, message));

/** Refuses the nodes of an expression, the last of which is wrong. */
const refusesNodes = (code: string, message: RegExp, ...nodes: readonly unknown[]) =>
  refuses(code, { version: 1, nodes }, message);

for (const value of [undefined, null, 1, true, [], [one]]) refuses("not-an-expression", value, /is an object/);
refuses("not-an-expression", "{}", /is an object, got the string "\{\}"; read a text with JSON.parse first/);
refuses("not-an-expression", {}, /has a version and nodes/);
refuses("unsupported", { version: 2, nodes: [one] }, /version 2 .*reads version 1/);
refuses("unsupported", { version: "1", nodes: [one] }, /version the string "1"/);
refuses("not-an-expression", { version: 1 }, /nodes is a list/);
refuses("not-an-expression", { version: 1, nodes: {} }, /nodes is a list/);
refuses("not-an-expression", { version: 1, nodes: { length: 1, 0: one } }, /nodes is a list/);
refusesNodes("not-an-expression", /at least one node/);
refusesNodes("not-an-expression", /node 1 is an object/, one, null);
refusesNodes("unknown-kind", /node 1 is of the unknown kind "integral"/, one, { kind: "integral" });
refusesNodes("unknown-kind", /unknown kind undefined/, {});
refusesNodes("unknown-kind", /unknown kind "__proto__"/, { kind: "__proto__" });
refusesNodes("unknown-kind", /unknown reduction "product"/, one, {
  kind: "reduction",
  operation: "product",
  index: "i",
  body: 0,
});
refusesNodes("unknown-function", /"snh"; did you mean sinh\?/, one, { kind: "call", function: "snh", args: [0] });
refusesNodes("unknown-function", /"constructor"/, one, { kind: "call", function: "constructor", args: [0] });
refusesNodes("not-an-expression", /name of a function is a text/, { kind: "call", args: [] });
refusesNodes("arity", /tanh takes 1 argument, got 2/, one, { kind: "call", function: "tanh", args: [0, 0] });
refusesNodes("arity", /add takes 2 arguments, got 0/, { kind: "call", function: "add", args: [] });
refusesNodes("not-an-expression", /args is a list/, one, { kind: "call", function: "tanh", args: 0 });
for (const position of [1, 2, -1, 0.5, "0", null, [0]]) {
  const wrong = { kind: "call", function: "tanh", args: [position] };
  refusesNodes("not-an-expression", /node 1 refers to .*position of no earlier node/, one, wrong);
}
refusesNodes("not-an-expression", /node 0 refers to 0/, { kind: "reduction", operation: "sum", index: "i", body: 0 });
refusesNodes("not-finite", /finite/, { kind: "constant", value: Number.NaN });
refusesNodes("not-finite", /finite/, { kind: "constant", value: Number.POSITIVE_INFINITY });
refusesNodes("not-an-expression", /value of a constant is a number, got null/, { kind: "constant", value: null });
refusesNodes("not-an-expression", /value of a constant is a number/, { kind: "constant", value: "1" });
refusesNodes("not-an-expression", /name of a variable is a text, got 1/, { kind: "variable", name: 1 });
refusesNodes("not-an-expression", /indices is a list/, { kind: "variable", name: "x", indices: "i" });
refusesNodes("bad-index", /integer.*1\.5/, { kind: "variable", name: "x", indices: [1.5] });
refusesNodes("not-an-expression", /an index is an object, got null/, { kind: "variable", name: "x", indices: [null] });
for (const wrong of [1.5, "1", null, 2 ** 53]) {
  refusesNodes("bad-index", /where an integer belongs/, indexed(wrong, []));
  refusesNodes("bad-index", /where an integer belongs/, indexed(0, [{ coefficient: wrong, of: "i" }]));
}
refusesNodes("not-an-expression", /terms of an index is a list/, indexed(0, undefined));
refusesNodes("not-an-expression", /a term of an index is an object/, indexed(0, ["i"]));
refusesNodes("not-an-expression", /refers to 3/, read, indexed(0, [{ coefficient: 1, of: 3 }]));
refusesNodes("bad-index", /node 1 has node 0 in an index/, one, indexed(0, [{ coefficient: 1, of: 0 }]));
refusesNodes("bad-index", /no reading of an array/, named, indexed(0, [{ coefficient: 1, of: 0 }]));
refusesNodes("not-an-expression", /a delta has two indices/, { kind: "delta", indices: ["i"] });
refusesNodes("not-an-expression", /a delta has two indices/, { kind: "delta", indices: ["i", "j", "k"] });
refusesNodes("not-an-expression", /index of an extent is a text/, { kind: "extent", index: 1 });

test.run();

function indexed(offset: unknown, terms: unknown): unknown {
  return { kind: "variable", name: "y", indices: [{ offset, terms }] };
}

function own(name: string): FunctionRow {
  return { name, arity: 1, evaluate: value => Number(value), derivatives: [() => 1] };
}

function throws(code: string, value: unknown, message: RegExp, given: readonly FunctionRow[] = []): void {
  assert.throws(() => fromJSON(value, { functions: given }), hasCode(code, message));
}

function hasCode(code: string, message: RegExp): (error: Error & { code?: string }) => boolean {
  return error => error.name === "FluxionError" && error.code === code && message.test(error.message);
}
