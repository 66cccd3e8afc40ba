/** Plain functions as expressions: what they compute is what the expression is worth, or they are refused with a place. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  defineFunction,
  differentiate,
  type Expr,
  evaluate,
  FluxionError,
  functions,
  parse,
  sigmoid,
  simplify,
} from "../../lib/index.ts";
import { fromFunction } from "../../lib/syntax/arrow.ts";
import { runs } from "../support/law.ts";
import { throws } from "../support/throws.ts";

type Plain = (...values: number[]) => number;

/** The function that a text writes. */
const made = (text: string): Plain => new Function(`return (${text}\n)`)() as Plain;

const same = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

// Random functions

interface Vocabulary {
  readonly infix: readonly string[];
  readonly unary: readonly string[];
  readonly binary: readonly string[];
}

const ofMath = [...functions.values()].filter(row => row.evaluate === Math[row.name as keyof Math]);
const unary = ofMath.filter(row => row.arity === 1).map(row => row.name);

/** All whose sign of zero is kept: everything but the remainder and Math.round. */
const exact: Vocabulary = {
  infix: ["+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!=", "&&", "||"],
  unary: [...unary, "trunc"],
  binary: ["min", "max", "pow", "atan2"],
};

/** All but what tells 0 from -0. */
const signless: Vocabulary = {
  infix: ["+", "-", "*", "%", "<", "<=", ">", ">=", "==", "!=", "&&", "||"],
  unary: [...unary, "trunc", "round"],
  binary: ["min", "max"],
};

/** Random texts of values that read the names `x`, `y` and what is said besides. */
function values({ infix, unary, binary }: Vocabulary, names: readonly string[]): fc.Arbitrary<string> {
  const literals = [
    "0",
    "1",
    "2",
    ".5",
    "1e3",
    "0x1F",
    "1_000",
    "true",
    "false",
    "Math.PI",
    "Math.E",
    "Math.SQRT2",
    "Math.LN2",
  ];
  const leaf = fc.constantFrom("x", "y", "x", "y", ...names, ...literals);
  const { value } = fc.letrec<{ value: string }>(tie => {
    const [a, b, c] = [tie("value"), tie("value"), tie("value")];
    return {
      value: fc.oneof(
        { maxDepth: 5, depthSize: "small" },
        leaf,
        fc.tuple(a, fc.constantFrom(...infix), b).map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
        fc.tuple(fc.constantFrom("+", "-", "!"), a).map(([sign, inside]) => `${sign}(${inside})`),
        fc.tuple(a, fc.constantFrom("===", "!=="), b).map(([left, sign, right]) => `+(${left}) ${sign} +(${right})`),
        fc.tuple(a, b, c).map(([test, taken, other]) => `(${test}) ? (${taken}) : ${other}`),
        fc.tuple(fc.constantFrom(...unary), a).map(([name, inside]) => `Math.${name}(${inside})`),
        fc.tuple(fc.constantFrom(...binary), a, b).map(([name, left, right]) => `Math.${name}(${left}, ${right})`),
      ),
    };
  });
  return value;
}

/** Random texts of functions, in every form that they may have. */
function texts(vocabulary: Vocabulary): fc.Arbitrary<string> {
  const plain = values(vocabulary, []);
  const after = values(vocabulary, ["a", "b"]);
  const arrow = plain.map(value => `(x, y) => +(${value})`);
  const block = fc
    .tuple(plain, plain, after, after, after, fc.constantFrom("const", "let", "var"))
    .map(
      ([a, b, test, first, last, word]) =>
        `{ "use strict"; ${word} a = ${a}, b = ${b}; if (${test}) { const c = ${first}; if (c > a) return +c } else if (b) { return +(${last}) } return +(${test}); }`,
    );
  return fc.oneof(
    arrow,
    block.map(body => `(x, y) => ${body}`),
    block.map(body => `function f(x, y) ${body}`),
    block.map(body => `({ f(x, y) ${body} }).f`),
  );
}

const awkward = [0, -0, 1, -1, 2, 0.5, -0.5, 1.5, -2.5, 1e-300, 1e300, Infinity, -Infinity, Number.NaN];
const double = fc.oneof(
  fc.constantFrom(...awkward),
  fc.double(),
  fc.integer({ min: -20, max: 20 }).map(n => n / 4),
);

for (const [name, vocabulary] of Object.entries({ exact, signless }))
  test(`evaluate(fromFunction(f)) is f, for all doubles: ${name}`, () => {
    let numbers = 0;
    fc.assert(
      fc.property(
        texts(vocabulary),
        fc.array(fc.tuple(double, double), { minLength: 5, maxLength: 5 }),
        (text, points) => {
          const f = made(text);
          const e = fromFunction(f);
          for (const [x, y] of points) {
            const [value, expected] = [evaluate(e, { x, y }), f(x, y)];
            if (!Number.isNaN(expected)) numbers++;
            assert.ok(same(value, expected), `at ${x}, ${y}: ${value} is not ${expected}`);
          }
        },
      ),
      { numRuns: runs },
    );
    // A law about NaN alone would prove little.
    assert.ok(numbers > 2 * runs, `${numbers} numbers in ${runs} runs`);
  });

test("Math.hypot is that of the table", () => {
  const e = fromFunction((x, y, z) => Math.hypot(x, y, z) + Math.hypot(x) + Math.hypot());
  fc.assert(
    fc.property(double, double, double, (x, y, z) => {
      const [value, expected] = [evaluate(e, { x, y, z }), Math.hypot(x, y, z) + Math.hypot(x) + Math.hypot()];
      // Two nested roots and a sum, each within two units in the last place.
      assert.ok(same(value, expected) || Math.abs(value - expected) <= 1e-15 * expected, `${value}, ${expected}`);
    }),
    { numRuns: runs },
  );
});

// What a function becomes

const becomes = (text: string, expected: string): void =>
  test(`${text} becomes ${expected}`, () => {
    const names = parse(expected);
    assert.is(fromFunction(text), names);
    assert.is(fromFunction(made(text)), names);
  });

becomes("(x, y) => 4 * x * y + Math.exp(-y)", "4 * x * y + exp(-y)");
becomes("x=>-2*x**2", "-2 * x^2");
becomes("x => -(2 ** x)", "-(2^x)");
becomes("x => +x - -x", "x - -x");
becomes("function (x) { return Math.log1p(x) }", "log1p(x)");
becomes("function f(a, b) { const c = a + b; const d = c * c; return d / c }", "(a + b) * (a + b) / (a + b)");
becomes("(e, pi) => Math.E * e + pi / Math.PI", "e * `e` + `pi` / pi");
becomes("(__proto__, constructor) => __proto__ * constructor", "__proto__ * constructor");
becomes("(größe, $_1) => größe - $_1", "größe - $_1");
becomes("\\u0061 => a", "a");
becomes("(x, y) => Math.max(x, y, 1) + Math.min(x)", "max(max(x, y), 1) + x");
becomes("() => 0xff + 1_000 + .5e1", "255 + 1000 + 5");
becomes("x => x > 0 && x <= 1 ? x : 0", "x > 0 and x <= 1 ? x : 0");
becomes("x => x ? 1 : 2", "abs(x) > 0 ? 1 : 2");
becomes("x => { if (x > 0) return 1; return 2 }", "x > 0 ? 1 : 2");
becomes("x => { if (!(x > 0)) { return 1 } else return 2 }", "not (x > 0) ? 1 : 2");
becomes("x => x % 2", "x < 0 ? -mod(-x, 2) : mod(x, 2)");
becomes("(x) /* one */ => // two\n x /* three */", "x");
becomes("x => { { const y = 2 * x; { return y; } } }", "2 * x");
becomes("x => { const y = x; { const x = 3; return x * y } }", "3 * x");

test("the text of a method is one of a function", () => {
  const shapes = {
    area(r: number) {
      return Math.PI * r * r;
    },
    "odd name"(r: number) {
      return r + 1;
    },
  };
  assert.is(fromFunction(shapes.area), parse("pi * r * r"));
  assert.is(fromFunction(shapes["odd name"]), parse("r + 1"));
  assert.is(fromFunction("f(x) { return x }"), parse("x"));
});

test("what several ways through come to is shared, not written out again", () => {
  const lines = Array.from({ length: 200 }, (_, i) => `if (x > ${i}) { if (x > ${i}.5) return ${i}; }`);
  const e = fromFunction(`x => { ${lines.join("\n")} return -1; }`);
  assert.is(evaluate(e, { x: 0.75 }), 0);
  assert.is(evaluate(e, { x: 0.25 }), -1);
});

test("a long function takes no stack", () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `const a${i + 1} = Math.tanh(a${i} + a${i});`);
  assert.is(fromFunction(`a0 => { ${lines.join("\n")} return a2000; }`).depth, 4001);
});

for (const [what, text] of Object.entries({
  parentheses: `x => ${"(".repeat(1e5)}x${")".repeat(1e5)}`,
  "a sum": `x => ${"x + ".repeat(1e5)}x`,
  signs: `x => ${"- ".repeat(1e5)}x`,
  blocks: `x => ${"{ ".repeat(1e5)}return x;${" }".repeat(1e5)}`,
  "else if": `x => { ${"if (x > 1) return 1; else ".repeat(1e5)}return x; }`,
  choices: `x => ${"x > 1 ? 2 : ".repeat(1e5)}x`,
}))
  test(`${what} deeper than the parser's stack is an error of its own`, () =>
    throws(() => fromFunction(text), "too-long"));

test("some hundred parentheses are safe, and some thousand terms", () => {
  assert.is(fromFunction(`x => ${"(".repeat(300)}x${")".repeat(300)}`), parse("x"));
  assert.is(fromFunction(`x => ${"x + ".repeat(2000)}x`).depth, 2001);
});

// Functions that are given

const swish = defineFunction({
  name: "swish",
  arity: 1,
  evaluate: x => x / (1 + Math.exp(-x)),
  derivatives: [x => sigmoid(x)],
});

test("functions that are given are called by their names", () => {
  const given = { functions: [swish, sigmoid] };
  assert.is(fromFunction("x => swish(2 * x) - sigmoid(x)", given), parse("swish(2 * x) - sigmoid(x)", given));
  throws(() => fromFunction("x => swish(x)"), "unknown-function", "swish", "{ functions }");
  throws(() => fromFunction("x => swsh(x)", given), "unknown-function", "did you mean swish?");
  throws(() => fromFunction("x => swish(x, 1)", given), "arity", "swish takes 1 argument, got 2");
  throws(() => fromFunction("x => swish", given), "unsupported", "swish(…)");
  throws(
    () => fromFunction("x => x", { functions: [swish, swish, { ...swish, name: "swish" }] }),
    "ambiguous-function",
  );
  throws(() => fromFunction("x => x", { functions: swish as never }), "bad-option");
  // A name of the function's own hides them.
  throws(() => fromFunction("swish => swish(1)", given), "unsupported");
  throws(() => fromFunction("function swish(x) { return swish(x) }", given), "unsupported");
  throws(() => fromFunction("x => { return swish(x); function swish(y) { return y } }", given), "unsupported");
});

test("it is differentiated like any other expression", () => {
  const e = fromFunction((x, y) => 4 * x * y + Math.exp(-y));
  assert.is(String(simplify(differentiate(e, "x"))), "4 * y");
  const truncated = differentiate(fromFunction("x => x % 2"), "x");
  for (const x of [-2.5, -1, 0, 0.5, 3.5]) assert.is(evaluate(truncated, { x }), 1);
});

// What is refused, each with its place

/** A text that is refused, its place between « and ». */
function refuses(marked: string, code: FluxionError["code"], ...words: readonly string[]): void {
  const text = marked.replace("«", "").replace("»", "");
  test(`${text} is refused: ${code}`, () => {
    throws(() => fromFunction(text), code, ...words);
    const span = spanOf(() => fromFunction(text));
    assert.equal(span, { start: marked.indexOf("«"), end: marked.indexOf("»") - 1 });
  });
}

function spanOf(action: () => Expr): FluxionError["span"] {
  try {
    action();
  } catch (error) {
    if (error instanceof FluxionError) return error.span;
  }
  return undefined;
}

refuses("x => x + «)»", "syntax", "Unexpected token");
refuses("f(x) { return x + «}»", "syntax");
refuses("«x»", "syntax", "one function");
refuses("«x» => x), (y => y", "syntax");
refuses("«x» => x); (y => y", "syntax");
refuses("«c»lass A {}", "syntax");
refuses("«g»et x() { return 1 }", "syntax");
refuses("«»", "syntax");
refuses("«async x => x»", "unsupported", "asynchronous");
refuses("«function* (x) { return x }»", "unsupported", "generator");
refuses("(«[a, b]») => a", "unsupported", "plain name");
refuses("(«{ a }») => a", "unsupported", "plain name");
refuses("(«x = 1») => x", "unsupported", "plain name");
refuses("(«...x») => 1", "unsupported", "plain name");
refuses("function (x, «x») { return x }", "unsupported", "two parameters");
refuses("x => { «for (;;) {}» return x }", "unsupported", "a loop");
refuses("x => { «while (x > 0) {}» return x }", "unsupported", "a loop");
refuses("x => { let y = x; «y += 1»; return y }", "unsupported", "an assignment");
refuses("x => { «x++»; return x }", "unsupported", "an assignment");
refuses("x => { «x;» return x }", "unsupported", "without effect");
refuses("x => { const «[y]» = x; return y }", "unsupported", "destructuring");
refuses("x => { let «y»; return x }", "unsupported", "y without a value");
refuses("x => { if (x > 1) { var «y = 2»; } return x }", "unsupported", "var");
refuses("x => { var «x = 2»; return x }", "unsupported", "var");
refuses("x => { «switch (x) {}» return 1 }", "unsupported", "switch");
refuses("x => { «throw x» }", "unsupported", "throw statement");
refuses("«x => { }»", "unsupported", "without return");
refuses("x => { «return;» }", "unsupported", "return without a value");
refuses("x => { «if (x > 0) return 1» }", "unsupported", "every way");
refuses("x => «`x`»", "unsupported", "a text");
refuses("x => x + «'a'»", "unsupported");
refuses("x => x + «1n»", "unsupported", "big integer");
refuses("x => «[x]»", "unsupported", "an array");
refuses("x => «x.y»", "unsupported", "a property");
refuses("x => «Math['exp'](x)»", "unsupported");
refuses("x => «x ?? 1»", "unsupported", "??");
refuses("x => «x & 1»", "unsupported", "&");
refuses("x => «~x»", "unsupported", "~");
refuses("x => «(y => y)(x)»", "unsupported");
refuses("x => («x, 2»)", "unsupported", "comma");
refuses("x => «this»", "unsupported");
refuses("x => «new Foo(x)»", "unsupported", "a new expression");
refuses("x => «x === true» ? 1 : 2", "unsupported", "truth value");
refuses("«x => x > 0»", "unsupported", "true or false");
refuses("«x => x > 0 || x»", "unsupported", "true or false");
refuses("x => x * «w»", "unbound-variable", "w is no parameter");
refuses("rate => 2 * «rat»", "unbound-variable", "did you mean rate?");
refuses("x => «undefined»", "unbound-variable");
refuses("x => «arguments[0]»", "unsupported");
refuses("x => { const y = «y» + 1; return y }", "unbound-variable", "before it has a value");
refuses("x => { if (x > 0) { return «y» } const y = 1; return y }", "unbound-variable", "before it has a value");
refuses("x => { { const a = «x»; const x = 2; return a } }", "unbound-variable", "before");
refuses("x => x + «NaN»", "not-finite", "NaN");
refuses("x => -«Infinity»", "not-finite", "Infinity");
refuses("x => x * «1e999»", "not-finite", "1e999");
refuses("x => «Math.sinn(x)»", "unknown-function", "did you mean Math.sin?");
refuses("x => «Math.random()»", "unknown-function", "Math.random");
refuses("x => «Math.fround(x)»", "unknown-function");
refuses("x => «Math.constructor(x)»", "unknown-function");
refuses("x => «Math.add(x, x)»", "unknown-function");
refuses("x => «Math.LN3»", "unsupported", "did you mean Math.LN2?");
refuses("x => «Math.exp»", "unsupported", "without a call");
refuses("x => «Math.exp(x, 2)»", "arity");
refuses("x => «Math.max()»", "arity");
refuses("Math => «Math.exp(1)»", "unsupported");
refuses("x => Math.max(«...x»)", "unsupported");
refuses("x => «foo»(x)", "unknown-function", "foo");
refuses("x => «eval»(1)", "unknown-function");

test("a function without a text is refused", () => {
  throws(() => fromFunction(Math.sin), "unsupported", "the function sin is built in");
  throws(() => fromFunction(made("x => x").bind(null)), "unsupported", "built in or bound");
  throws(() => fromFunction(new Proxy(made("x => x"), {})), "unsupported");
  for (const value of [undefined, null, 3, {}])
    throws(() => fromFunction(value as never), "syntax", "a function or its text");
});

test("the place is shown in its line", () => {
  throws(
    () => fromFunction("x => {\n  const y = x;\n  return y.z;\n}"),
    "unsupported",
    "\n\n3 |   return y.z;\n             ^",
  );
});

test("the text is parsed, and never run", () => {
  let isRun = false;
  const f = Object.assign((x: number) => x + 1, {
    toString: () => {
      isRun = true;
      return "x => x";
    },
  });
  assert.is(fromFunction(f), parse("x + 1"));
  assert.not(isRun);
});

test("the constants of Math are the same doubles", () => {
  for (const name of ["PI", "E", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT2", "SQRT1_2"] as const)
    assert.is(evaluate(fromFunction(`() => Math.${name}`)), Math[name], name);
});

test.run();
