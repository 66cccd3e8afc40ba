/** What is compiled is what is evaluated, on every back-end; and all that is wrong is said at the door. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { arbitraryExpression, awkwardNames } from "../../lib/check/arbitrary.ts";
import { isNear } from "../../lib/check/law.ts";
import { isRegular, measure, type Point } from "../../lib/check/regular.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { call, constant, type Expr, type FunctionRow, reduction, variable } from "../../lib/expression/expression.ts";
import {
  add,
  addAll,
  conditional,
  exp,
  functions,
  log,
  mul,
  neg,
  pow,
  sin,
  sub,
  tanh,
} from "../../lib/expression/functions.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { type CompileOptions, compile, compileGradient } from "../../lib/tape/compile.ts";
import { javascript, javascriptOf, javascriptWithin } from "../../lib/tape/emit/javascript.ts";
import { calledInLanes } from "../../lib/tape/emit/webassembly/straight-line/forms.ts";
import "../../lib/print/text.ts";
import { recordStraightLine } from "../../lib/tape/straight-line.ts";
import { law } from "../support/law.ts";
import { repository } from "../support/repository.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const backends = ["javascript", "interpreter", "webassembly"] as const;
const names = ["x", "y", "z"] as const;
const [x, y] = [variable("x"), variable("y")];

const at = (point: Point): [number, number, number] => [point.x ?? 0, point.y ?? 0, point.z ?? 0];

for (const backend of backends) {
  const raw: CompileOptions = { simplify: false, backend };

  const agrees = (e: Expr, value: number, point: Point): boolean | undefined =>
    isRegular(e, point) ? isNear(value, evaluate(e, point), measure(e, point).largest) : undefined;

  law(`compiled is evaluated, ${backend}`, (f, _, point) => agrees(f, compile(f, names, raw)(...at(point)), point));

  law(`compiled is simplified first, ${backend}`, (f, _, point) =>
    agrees(simplify(f), compile(f, names, { backend })(...at(point)), point),
  );

  law(`the compiled gradient is the gradient, evaluated, ${backend}`, (f, _, point) => {
    const filled = new Float64Array(3);
    const value = compileGradient(f, names, [], raw)(at(point), filled);
    const roots = [f, ...Object.values(gradient(f, names))];
    const verdicts = roots.map((e, i) => agrees(e, [value, ...filled][i] ?? Number.NaN, point));
    return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
  });

  // Powers aside, whose small whole exponents become products, text and row are the same arithmetic; in WebAssembly also
  // aside what it computes in ways of its own.
  test(`without powers, compiled is evaluated to the last bit, whatever the numbers, ${backend}`, () => {
    const isOther = (row: FunctionRow): boolean => row === pow || (backend === "webassembly" && calledInLanes.has(row));
    const rows = [...functions.values()].filter(row => !isOther(row));
    const property = fc.property(
      arbitraryExpression({ operations: 20, functions: rows }),
      fc.tuple(fc.double(), fc.double(), fc.double()),
      (f, [x, y, z]) => assert.ok(isSame(compile(f, names, raw)(x, y, z), evaluate(f, { x, y, z }))),
    );
    fc.assert(property, { numRuns });
  });

  test(`every row has its value at special numbers, ${backend}`, () => {
    const special = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 1e-310, 1e300, -1e300];
    for (const row of functions.values()) {
      const parameters = ["a", "b", "c"].slice(0, row.arity);
      const f = compile(
        call(
          row,
          parameters.map(name => variable(name)),
        ),
        parameters,
        raw,
      );
      for (const values of tuples(special, row.arity)) {
        sameNumber(f(...values), row.evaluate(...values), `${row.name}(${values.join(", ")})`);
      }
    }
  });

  test(`powers with a constant exponent have their value at special numbers, ${backend}`, () => {
    for (const exponent of [-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 4, 5, 1e300]) {
      const f = compile(pow(x, exponent), ["x"], raw);
      for (const value of [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, -2.5, 1e-150, 1e150]) {
        sameNumber(f(value), value ** exponent, `(${value})^(${exponent})`);
      }
    }
  });

  test(`names are only names, ${backend}`, () => {
    const e = addAll(awkwardNames.map((name, i) => mul(i + 1, pow(variable(name), 2))));
    const values = awkwardNames.map((_, i) => i + 0.5);
    const expected = values.reduce((sum, value, i) => sum + (i + 1) * value ** 2, 0);
    assert.ok(isNear(compile(e, awkwardNames, { backend })(...values), expected, expected));
    const filled = new Float64Array(values.length);
    assert.ok(isNear(compileGradient(e, awkwardNames, [], { backend })(values, filled), expected, expected));
    assert.equal(
      [...filled],
      values.map((value, i) => 2 * (i + 1) * value),
    );
  });

  test(`the gradient may be the array of the parameters, ${backend}`, () => {
    const f = compileGradient(mul(mul(x, y), variable("z")), names, [], { backend });
    const both = Float64Array.of(2, 3, 5);
    assert.is(f(both, both), 30);
    assert.equal([...both], [15, 10, 6]);
  });

  test(`data are not differentiated by, ${backend}`, () => {
    const f = compileGradient(mul(pow(x, 2), y), ["x"], ["y"], { backend });
    const filled = new Float64Array(1);
    assert.is(f([3], filled, [5]), 45);
    assert.equal([...filled], [30]);
  });

  test(`a call with too few numbers is refused at the door, ${backend}`, () => {
    const f = compile(add(x, y), ["x", "y"] as readonly string[], { backend });
    throws(() => f(1), "bad-value", "2 arguments", "got 1");
    const g = compileGradient(mul(x, y), ["x"], ["y"], { backend });
    throws(() => g([], new Float64Array(1), [1]), "bad-value", "parameters", "got 0");
    throws(() => g([1], new Float64Array(0), [1]), "bad-value", "gradient", "got 0");
    throws(() => g([1], new Float64Array(1)), "bad-value", "data", "got 0");
  });

  test(`a chain 100,000 deep, and a sum of 5,000 variables, are compiled and called, ${backend}`, () => {
    let e: Expr = x;
    let expected = 1;
    for (let i = 0; i < 100_000; i++) {
      e = sin(e);
      expected = Math.sin(expected);
    }
    assert.is(compile(e, ["x"], raw)(1), expected);
    const many = Array.from({ length: 5000 }, (_, i) => `x${i}`);
    const sum = addAll(many.map(name => variable(name)));
    const filled = new Float64Array(many.length);
    const values = many.map((_, i) => i);
    assert.is(compile(sum, many, raw)(...values), 12_497_500);
    assert.is(compileGradient(sum, many, [], raw)(values, filled), 12_497_500);
    assert.ok(filled.every(partial => partial === 1));
  });
}

test("a function may have more arguments than three", () => {
  const row = {
    name: "mean4",
    arity: 4,
    evaluate: (a = 0, b = 0, c = 0, d = 0) => (a + b + c + d) / 4,
    derivatives: [],
  };
  const e = call(row, [x, y, 3, 4]);
  for (const backend of backends) assert.is(compile(e, ["x", "y"], { simplify: false, backend })(1, 2), 2.5);
});

test("two compilations agree to the last bit, in parts or whole, with text inlined or not", () => {
  const property = fc.property(arbitraryExpression({ operations: 30 }), f => {
    const tape = recordStraightLine([f, ...Object.values(gradient(f, names))], names);
    const run = (bounds: object): readonly number[] => {
      const filled = new Float64Array(3);
      return [javascriptWithin(bounds).toGradient(tape, 3)([0.7, -1.3, 2.1], filled), ...filled];
    };
    const whole = run({});
    for (const bounds of [{}, { operations: 1 }, { operations: 7 }, { inlined: 0 }, { inlined: 20, operations: 3 }]) {
      assert.equal(run(bounds), whole);
    }
  });
  fc.assert(property, { numRuns });
});

test("the generated text depends on the structure alone, not on the order in which its parts were made", () => {
  const text = (a: string, b: string, makeFirst: (a: Expr, b: Expr) => Expr): string => {
    const [u, v] = [variable(a), variable(b)];
    makeFirst(u, v);
    const e = mul(add(exp(u), tanh(v)), sub(exp(u), tanh(v)));
    return javascriptOf(recordStraightLine([e], [a, b]), "positional").text;
  };
  assert.is(
    text("u1", "v1", u => exp(u)),
    text("u2", "v2", (_, v) => tanh(v)),
  );
});

test("no name reaches the generated text", () => {
  const hostile = ["x;process.exit()", "heap", "*/", "\u2028", "refuse", "`$"];
  const tape = recordStraightLine([addAll(hostile.map(name => sin(variable(name))))], hostile);
  const plain = recordStraightLine(
    [addAll(["a", "b", "c", "d", "e1", "f"].map(name => sin(variable(name))))],
    [..."abcd", "e1", "f"],
  );
  assert.is(javascriptOf(tape, "positional").text, javascriptOf(plain, "positional").text);
});

test("value and gradient of the five-point loss take two tanh, one exp and one log", () => {
  const v = (name: string): Expr => variable(name);
  const neuron = (b: string, w1: string, w2: string): Expr =>
    tanh(addAll([v(b), mul(v("x1"), v(w1)), mul(v("x2"), v(w2))]));
  const fin = addAll([v("c"), mul(v("u1"), neuron("b1", "w11", "w21")), mul(v("u2"), neuron("b2", "w12", "w22"))]);
  const loss = add(sub(fin, mul(fin, v("y"))), log(add(1, exp(neg(fin)))));
  const parameters = ["b1", "w11", "w12", "b2", "w21", "w22", "c", "u1", "u2"];
  const data = ["x1", "x2", "y"];
  const tape = recordStraightLine([loss, ...Object.values(gradient(loss, parameters))], [...parameters, ...data]);
  const { text } = javascriptOf(tape, { parameters: 9 });
  const count = (word: string): number => text.split(word).length - 1;
  assert.equal(["Math.tanh", "Math.exp", "Math.log", "Math."].map(count), [2, 1, 1, 4]);
});

test("a function of 1,500 operations is one function, and a longer one is several", () => {
  const chain = (length: number) => {
    let e: Expr = x;
    for (let i = 0; i < length; i++) e = sin(e);
    return javascriptOf(recordStraightLine([e], ["x"]), "positional");
  };
  // Besides the operations, the result counts as one.
  assert.is(chain(1499).heap, 0);
  assert.is(chain(1500).text.split("function part").length - 1, 2);
});

test("a row that repeats its argument in its text computes it once", () => {
  const { text } = javascriptOf(recordStraightLine([pow(exp(add(x, y)), 3)], ["x", "y"]), "positional");
  assert.is(text.split("Math.exp").length - 1, 1);
});

test("a branch that is used nowhere else is computed only where it is taken", () => {
  let calls = 0;
  const evaluateCounted = (a = 0): number => {
    calls++;
    return a;
  };
  const counted = { name: "counted", arity: 1, evaluate: evaluateCounted, derivatives: [] };
  const long = addAll(Array.from({ length: 40 }, (_, i) => call(counted, [mul(y, i)])));
  const f = compile(conditional(x, long, 0), ["x", "y"], { simplify: false });
  assert.is(f(0, 1), 0);
  assert.is(calls, 0);
  assert.is(f(1, 1), 780);
  assert.is(calls, 40);
});

test("negative constants stand where a minus could follow a minus", () => {
  const row = { name: "minus", arity: 1, evaluate: (a = 0) => -a, derivatives: [], code: (a = "") => `-${a}` };
  assert.is(compile(call(row, [-2]), [], { simplify: false })(), 2);
  assert.is(compile(sub(x, -2), ["x"], { simplify: false })(1), 3);
});

test("a call of a compiled gradient allocates nothing but the number that it returns", () => {
  const many = Array.from({ length: 65 }, (_, i) => `x${i}`);
  const e = addAll(many.map((name, i) => sin(mul(i, variable(name)))));
  for (const backend of [javascript, javascriptWithin({ operations: 50 })]) {
    const tape = recordStraightLine([e, ...Object.values(gradient(e, many))], many);
    const f = backend.toGradient(tape, many.length);
    const [p, g] = [new Float64Array(65).fill(0.3), new Float64Array(65)];
    for (let i = 0; i < 20_000; i++) f(p, g);
    const growths = Array.from({ length: 51 }, () => {
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 2000; i++) f(p, g);
      return (process.memoryUsage().heapUsed - before) / 2000;
    });
    const median = growths.sort((a, b) => a - b)[25] ?? Infinity;
    // A boxed double is 12 or 16 bytes; the smallest array of 65 doubles is 520.
    assert.ok(median < 50, `${median} bytes a call`);
  }
});

test("the type tells how many arguments there are", () => {
  const f = compile(add(x, y), ["x", "y"]);
  const count: 2 = 2 satisfies Parameters<typeof f>["length"];
  const exactly: 2 = f.length as Parameters<typeof f>["length"];
  assert.is(exactly, count);
});

test("a constant needs no argument", () => {
  assert.is(compile(constant(3), [])(), 3);
  assert.is(compileGradient(constant(3), [])([], new Float64Array(0)), 3);
});

test("names that are no list of distinct strings are refused", () => {
  throws(() => compile(x, ["x", "y", "x"]), "bad-option", "x");
  throws(() => compileGradient(x, ["x"], ["x"]), "bad-option", "x");
  throws(() => compile(x, [3] as unknown as string[]), "bad-option", "3");
  throws(() => compile(x, "x" as unknown as string[]), "bad-option", '"x"');
  throws(() => compile(x, ["x"], { backend: "wasm" } as unknown as CompileOptions), "bad-option", "wasm");
});

test("a variable without a value is named, even where simplification would drop it", () => {
  throws(() => compile(mul(0, variable("gone")), []), "unbound-variable", "gone");
  throws(() => compileGradient(mul(x, y), ["x"]), "unbound-variable", "y");
});

test("expressions with indices are refused, and named", () => {
  const e = reduction("sum", "j", variable("a", "j"));
  throws(() => compile(e, ["a"]), "unsupported", "a[j]");
  throws(() => compileGradient(variable("a", "j"), ["a"]), "unsupported", "a[j]");
  throws(() => compile("x" as unknown as Expr, []), "not-an-expression");
});

for (const [forbidden, ...flags] of [["strings"], ["WebAssembly and strings", "--noexpose-wasm"]] as const)
  test(`where code from ${forbidden} is forbidden, another back-end stands in`, () => {
    const fixture = fileURLToPath(new URL("fixtures/no-eval.fixture.ts", import.meta.url));
    const output = execFileSync(
      process.execPath,
      ["--disallow-code-generation-from-strings", ...flags, "--import", "tsx", fixture],
      { cwd: repository, encoding: "utf8" },
    );
    assert.equal(JSON.parse(output), {
      forbidden: true,
      value: 24.049787068367863,
      gradientValue: 24.049787068367863,
      gradient: [12, 7.950212931632136],
      insisted: "unsupported",
      webassembly: flags.length === 0 ? "24.049787068367863" : "unsupported",
    });
  });

test.run();

function* tuples(values: readonly number[], length: number): Generator<readonly number[]> {
  if (length === 0) yield [];
  else for (const rest of tuples(values, length - 1)) for (const value of values) yield [value, ...rest];
}

// The same number; both zeros are one, and all that is not a number is.
const isSame = (a: number, b: number): boolean => a === b || Object.is(a, b);

// To a few units in the last place; both zeros are one.
function sameNumber(actual: number, expected: number, what: string): void {
  const near = isSame(actual, expected) || Math.abs(actual - expected) <= 1e-14 * Math.abs(expected);
  assert.ok(near, `${what} is ${expected}, compiled ${actual}`);
}
