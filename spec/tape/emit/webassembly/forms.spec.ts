import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defineFunction } from "../../../../lib/expression/define-function.ts";
import type { FunctionRow } from "../../../../lib/expression/expression.ts";
import * as rows from "../../../../lib/expression/functions.ts";
import { createModule } from "../../../../lib/tape/emit/webassembly/encoder.ts";
import { hasFusedVectors, isValid } from "../../../../lib/tape/emit/webassembly/engine.ts";
import { vectorFormOf, vectorForms } from "../../../../lib/tape/emit/webassembly/forms.ts";
import { importRows } from "../../../../lib/tape/emit/webassembly/functions/form.ts";
import type { Floating } from "../../../../lib/tape/emit/webassembly/values.ts";
import { f32x4, f64x2, fused } from "../../../../lib/tape/emit/webassembly/vectors.ts";
import { numRuns } from "../../../support/runs.ts";
import { randomNumbers, trials, worstError } from "../../../support/vector-accuracy.ts";
import { vectorKernel } from "../../../support/vector-kernel.ts";

const types: readonly Floating[] = ["f64x2", "f32x4"];
const approximated: ReadonlySet<FunctionRow> = new Set(trials.map(({ row }) => row));
const isApproximated = (row: FunctionRow): boolean => approximated.has(row);

/** The function of numbers that a kernel computes, with the same arguments in all lanes. */
function evaluator(row: FunctionRow, type: Floating): (...args: readonly number[]) => number {
  const lanes = type === "f64x2" ? 2 : 4;
  const { columns, result, run } = vectorKernel(row, type, lanes);
  return (...args) => {
    for (const [i, x] of args.entries()) columns[i]?.fill(x);
    run(0, lanes);
    return result[0] ?? Number.NaN;
  };
}

// Accuracy. The random arguments are few here; spec/bench/accuracy-table.ts takes as many as it is told.

for (const trial of trials) {
  for (const type of types) {
    test(`${trial.row.name} of ${type} is within 1.5 units in the last place`, () => {
      const { ulps, at, tried } = worstError(trial, type, 3 * numRuns, randomNumbers(7));
      assert.ok(tried >= 3 * numRuns);
      assert.ok(ulps <= 1.5, `${ulps} at ${at.join(", ")}`);
    });
  }
}

// Special values.

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  Infinity,
  -Infinity,
  Number.NaN,
  5e-324,
  -5e-324,
  1e-40,
  -1e-40,
];
const large = [Number.MAX_VALUE, -Number.MAX_VALUE, 3.4e38, -3.4e38, 2 ** 53, 2 ** 24];

// Where the table's own value is exact, so that rounding is no excuse.
const isSpecial = (x: number): boolean => Number.isNaN(x) || !Number.isFinite(x) || x === 0;

for (const row of vectorForms.keys()) {
  for (const type of types) {
    test(`${row.name} of ${type} has the table's value at special arguments`, () => {
      const f = evaluator(row, type);
      const single = (x: number): number => (type === "f32x4" ? Math.fround(x) : x);
      for (const args of tuples([...special, ...large].map(single), row.arity)) {
        const value = f(...args);
        const expected = single(row.evaluate(...args));
        // What is neither 0 nor infinite is the concern of the tests of accuracy.
        const agrees =
          isApproximated(row) && !isSpecial(expected)
            ? Math.abs(value - expected) <= 1e-6 * Math.abs(expected) + 1e-44
            : Object.is(value, expected);
        assert.ok(agrees, `${row.name}(${args.join(", ")}) is ${value}, not ${expected}`);
      }
    });
  }
}

const tiny = [5e-324, -5e-324, 2 ** -1060, -(2 ** -1030), 2 ** -60, -(2 ** -60), 2 ** -149, -(2 ** -140)];

for (const row of [rows.sin, rows.tanh, rows.expm1, rows.log1p]) {
  test(`${row.name} of a tiny number is the number`, () => {
    for (const type of types) {
      const f = evaluator(row, type);
      for (const x of tiny) {
        const single = type === "f32x4" ? Math.fround(x) : x;
        assert.ok(Object.is(f(single), single), `${row.name}(${single}) is ${f(single)} in ${type}`);
      }
    }
  });
}

test("exp is 0 and infinite from the same argument on as the true value rounded", () => {
  const f = evaluator(rows.exp, "f64x2");
  assert.equal([f(709.782712893384) < Infinity, f(709.7827128933841)], [true, Infinity]);
  assert.equal([f(-745.1332191019411), f(-745.1332191019412)], [5e-324, 0]);
  const g = evaluator(rows.exp, "f32x4");
  assert.equal([g(Math.fround(88.72283)), g(Math.fround(88.72284))], [3.4027985e38, Infinity].map(Math.fround));
  assert.equal([g(Math.fround(-103.97207)), g(Math.fround(-103.97209))], [2 ** -149, 0]);
});

for (const row of [rows.sin, rows.cos]) {
  test(`${row.name} above 100,000 is the table's, lane by lane`, () => {
    const f = evaluator(row, "f64x2");
    const g = evaluator(row, "f32x4");
    const exponent = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(exponent, fc.boolean(), (power, isNegative) => {
        const x = 100_001 * 2 ** power * (isNegative ? -1 : 1);
        const single = Math.fround(x);
        return f(x) === row.evaluate(x) && g(single) === Math.fround(row.evaluate(single));
      }),
      { numRuns },
    );
  });
}

// What is exact.

for (const row of vectorForms.keys()) {
  if (isApproximated(row)) continue;
  test(`${row.name} of doubles is exactly the table's`, () => {
    const f = evaluator(row, "f64x2");
    const number = fc.oneof(
      fc.double(),
      fc.integer({ min: -6, max: 6 }).map(n => n / 2),
    );
    fc.assert(
      fc.property(fc.tuple(number, number, number), all => {
        const args = all.slice(0, row.arity);
        assert.ok(Object.is(f(...args), row.evaluate(...args)), `${row.name}(${args.join(", ")}) is ${f(...args)}`);
      }),
      { numRuns },
    );
  });
}

// Lanes.

for (const row of [...vectorForms.keys(), rows.gamma, rows.atan2]) {
  test(`${row.name}: what a lane holds does not depend on the others, nor on its place`, () => {
    for (const type of types) {
      const size = type === "f64x2" ? 2 : 4;
      const { columns, result, run } = vectorKernel(row, type, size);
      const alone = evaluator(row, type);
      const number = fc.oneof(fc.double(), fc.double({ min: -10, max: 10 }), fc.constantFrom(1e6, -1e9, 0.7));
      const points = fc.array(fc.tuple(number, number, number), { minLength: size, maxLength: size });
      fc.assert(
        fc.property(points, lanes => {
          for (const [lane, all] of lanes.entries()) {
            for (const [i, column] of columns.entries()) column[lane] = all[i] ?? 0;
          }
          run(0, size);
          for (const [lane, all] of lanes.entries()) {
            const args = all.slice(0, row.arity);
            assert.ok(Object.is(result[lane], alone(...args)), `${row.name}(${args.join(", ")}) in lane ${lane}`);
          }
        }),
        { numRuns: Math.ceil(numRuns / 4) },
      );
    }
  });
}

// Other rows.

test("a row without a form is its own function, lane by lane", () => {
  for (const row of [rows.gamma, rows.atan2, rows.mod]) {
    const f = evaluator(row, "f64x2");
    const g = evaluator(row, "f32x4");
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20 }), fc.double({ min: -20, max: 20 }), (x, y) => {
        const args = [x, y].slice(0, row.arity);
        const singles = args.map(Math.fround);
        return (
          Object.is(f(...args), row.evaluate(...args)) &&
          Object.is(g(...singles), Math.fround(row.evaluate(...singles)))
        );
      }),
      { numRuns: Math.min(numRuns, 100) },
    );
  }
});

test("a user's function is called like any other, whatever its name", () => {
  for (const name of ["run", "memory", "f0", "constructor", "__proto__"]) {
    const own = defineFunction({ name, arity: 1, evaluate: x => x + 7, derivatives: [() => 1] });
    assert.is(evaluator(own, "f64x2")(2), 9);
  }
});

test("a function of no argument is called too", () => {
  assert.is(evaluator(rows.functions.get("pi") ?? rows.exp, "f64x2")(), Math.PI);
});

test("with fused multiplication the forms are modules where the engine has it", () => {
  const module = createModule();
  const { imported } = importRows(module);
  for (const row of vectorForms.keys()) {
    const parameters = (type: Floating): readonly Floating[] => Array.from({ length: row.arity }, () => type);
    module.addFunction(parameters("f64x2") as readonly "f64x2"[], "f64x2", (body, ...args) =>
      vectorFormOf(row)({ body, imported }, fused(f64x2), ...args),
    );
    module.addFunction(parameters("f32x4") as readonly "f32x4"[], "f32x4", (body, ...args) =>
      vectorFormOf(row)({ body, imported }, fused(f32x4), ...args),
    );
  }
  assert.is(isValid(module.encode()), hasFusedVectors());
});

test.run();

function tuples(values: readonly number[], length: number): readonly (readonly number[])[] {
  let result: readonly (readonly number[])[] = [[]];
  for (let i = 0; i < length; i++) result = result.flatMap(head => values.map(x => [...head, x]));
  return result;
}
