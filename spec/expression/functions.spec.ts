/** THE TABLE, walked row by row: what its columns say of a function is true of its values. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate } from "../../lib/evaluate.ts";
import { asExpr, call, type Expr, type FunctionRow, variable } from "../../lib/expression/expression.ts";
import { abs, clip, equal, functions, max, min, polygamma, relu, sign, step } from "../../lib/expression/functions.ts";
import * as exact from "../../lib/expression/rational.ts";
import { measured } from "../support/measured.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const rows: readonly FunctionRow[] = [...functions.values()];
const letters = ["x", "y", "z"].map(name => variable(name));

const sizes = fc.tuple(fc.constantFrom(-1, 1), fc.double({ min: -3, max: 3, noNaN: true }));
/** Small integers, thousandths up to one and up to ten, and both signs of magnitudes from a thousandth to a thousand. */
const numbers = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: -1000, max: 1000 }).map(n => n / 1000),
  fc.integer({ min: -10_000, max: 10_000 }).map(n => n / 1000),
  sizes.map(([sign, power]) => sign * 10 ** power),
);
const wild = fc.oneof(numbers, fc.double(), fc.constantFrom(0, -0, Infinity, -Infinity, Number.NaN, 1e300, -1e300));
/** Whole numbers over powers of two: doubles without rounding. */
const dyadic = fc.tuple(fc.integer({ min: -64, max: 64 }), fc.constantFrom(1, 1, 2, 4, 8)).map(([n, d]) => n / d);
const squares = fc.constantFrom(0.25, 4, 8, 9, 16, 27, -8, -27, 81, 0.125);
const powersOfTen: fc.Arbitrary<number> = fc.constantFrom(1, 10, 100, 1000);
// Of right triangles with whole sides.
const legs: fc.Arbitrary<number> = fc.constantFrom(0, 3, 4, 5, 12);
const orders = fc.integer({ min: 1, max: 4 });

/** Arguments for a row; an order is a natural number. */
const argumentsOf = (row: FunctionRow, coordinate: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.tuple(...Array.from({ length: row.arity }, (_, i) => (i === row.order ? orders : coordinate)));

/**
 * Asserts that `judge` is false of no arguments, and that it was true, not undefined, in at least the share `least` of
 * the runs: a column that is hardly ever judged is not proved.
 */
function walk<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  judge: (value: T) => boolean | undefined,
  least = 0.2,
): void {
  test(name, () => {
    let [runs, judged] = [0, 0];
    const property = fc.property(arbitrary, value => {
      const verdict = judge(value);
      runs++;
      if (verdict !== undefined) judged++;
      return verdict !== false;
    });
    fc.assert(property, { numRuns });
    assert.ok(judged >= least * runs, `only ${judged} of ${runs} runs could be judged`);
  });
}

const close = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

const pointOf = (args: readonly number[]): Map<string, number> =>
  new Map(letters.flatMap((letter, i) => (i < args.length ? [[letter.name, args[i] ?? 0] as const] : [])));

const callOf = (row: FunctionRow): Expr => call(row, letters.slice(0, row.arity));

for (const row of rows) {
  test(`${row.name}: the row is whole`, () => {
    assert.is(row.derivatives.length, row.arity);
    assert.is(functions.get(row.name), row);
    assert.ok(Object.isFrozen(row));
    assert.is(
      call(row, letters.slice(0, row.arity)),
      (row as unknown as (...args: Expr[]) => Expr)(...letters.slice(0, row.arity)),
    );
  });

  const { code } = row;
  if (code !== undefined) {
    // Three units in the last place, for powers that are written out as products.
    walk(`${row.name}: its code has its value`, argumentsOf(row, wild), args => {
      const names = letters.slice(0, row.arity).map(letter => letter.name);
      const run = new Function(...names, `return ${code(...names)};`) as (...args: number[]) => number;
      return close(run(...args), row.evaluate(...args), 3 * Number.EPSILON);
    });
    walk(`${row.name}: its code of literals has its value`, argumentsOf(row, numbers), args => {
      const run = new Function(`return ${code(...args.map(argument => String(argument === 0 ? 0 : argument)))};`);
      return close(run() as number, row.evaluate(...args), 3 * Number.EPSILON);
    });
  }

  for (let position = 0; position < row.arity; position++) {
    if (position === row.order) continue;
    walk(
      `${row.name}: its derivative in argument ${position} is the limit of difference quotients`,
      argumentsOf(row, numbers),
      args => {
        const quotient = differenceQuotient(row, args, position);
        if (quotient === undefined) return undefined;
        const derivative = asExpr(row.derivatives[position]?.(...letters.slice(0, row.arity), callOf(row)) ?? 0);
        // Not where it passes through an infinity: x^y in y at x = 0.
        const value = measured(derivative, pointOf(args));
        return value && Math.abs(value.value - quotient.limit) <= quotient.tolerance + value.error;
      },
      0.08,
    );
  }

  const { differential } = row;
  if (differential !== undefined) {
    const differentials = ["dx", "dy", "dz"].map(name => variable(name));
    // Rounding only; where terms cancel it is relative to the largest of them.
    walk(
      `${row.name}: its differential is the sum of its partials times those of its arguments`,
      fc.tuple(argumentsOf(row, numbers), fc.tuple(numbers, numbers, numbers)),
      ([args, ds]) => {
        const at = pointOf(args);
        for (const [i, d] of ds.entries()) at.set(differentials[i]?.name ?? "", d);
        const terms = row.derivatives.map(
          (derivative, i) =>
            evaluate(asExpr(derivative(...letters.slice(0, row.arity), callOf(row))), at) * (ds[i] ?? 0),
        );
        const total = terms.reduce((sum, term) => sum + term, 0);
        const value = evaluate(
          differential(letters.slice(0, row.arity), differentials.slice(0, row.arity), callOf(row)),
          at,
        );
        if (!Number.isFinite(total) || !Number.isFinite(value)) return undefined;
        return Math.abs(value - total) <= 1e-12 * terms.reduce((sum, term) => sum + Math.abs(term), 1e-300);
      },
      0.8,
    );
  }

  const exactly = row.exact;
  if (exactly !== undefined) {
    walk(
      `${row.name}: its exact value is its value`,
      argumentsOf(row, fc.oneof(dyadic, squares, powersOfTen, legs)),
      args => {
        const value = exactly(...args.map(exact.exactValue));
        if (value === undefined) return undefined;
        // Math.cbrt and Math.pow are not correctly rounded; gamma is computed.
        return value.denominator > 0n && close(exact.approximate(value), row.evaluate(...args), 1e-13);
      },
      0.05,
    );
    test(`${row.name}: its exact value ends in time, whatever its arguments`, () => {
      for (const a of [1e300, -1e-300, 123456789.125, 0, 1, -1])
        for (const b of [1e300, 1e-300, -1000.5, 0, 2, -3])
          exactly(...[a, b, a].slice(0, row.arity).map(exact.exactValue));
    });
  }

  if (row.parity !== undefined) {
    const factor = row.parity === "even" ? 1 : -1;
    walk(`${row.name}: it is ${row.parity}`, argumentsOf(row, wild), ([x = 0]) =>
      close(row.evaluate(-x), factor * row.evaluate(x), 4 * Number.EPSILON),
    );
  }

  if (row.commutative) {
    walk(`${row.name}: it is commutative`, argumentsOf(row, wild), ([x = 0, y = 0]) =>
      close(row.evaluate(x, y), row.evaluate(y, x), 4 * Number.EPSILON),
    );
  }

  if (row.multiplicative) {
    walk(`${row.name}: it is multiplicative`, fc.tuple(numbers, numbers), ([x, y]) =>
      close(row.evaluate(x * y), row.evaluate(x) * row.evaluate(y), 4 * Number.EPSILON),
    );
  }

  const { range } = row;
  if (range !== undefined) {
    walk(
      `${row.name}: its values are ${range === "truth" ? "0 or 1" : range}`,
      argumentsOf(row, wild),
      args => {
        const value = row.evaluate(...args);
        if (Number.isNaN(value)) return undefined;
        if (range === "truth") return value === 0 || value === 1;
        // Far out a positive value may round to 0.
        return range === "positive" && args.every(argument => Math.abs(argument) < 20) ? value > 0 : value >= 0;
      },
      0.1,
    );
  }

  if (row.bounded) {
    walk(
      `${row.name}: its values are bounded`,
      argumentsOf(row, wild),
      args => {
        const value = row.evaluate(...args);
        return Number.isNaN(value) ? undefined : Math.abs(value) <= 4;
      },
      0.1,
    );
  }

  const { whole } = row;
  if (whole !== undefined) {
    const coordinate = whole === "always" ? numbers : fc.integer({ min: -50, max: 50 });
    walk(
      `${row.name}: its values are whole${whole === "always" ? "" : " at whole arguments"}`,
      argumentsOf(row, coordinate),
      args => {
        const value = row.evaluate(...args);
        return Number.isNaN(value) ? undefined : Number.isInteger(value);
      },
      0.8,
    );
  }

  const identities = row.identities?.(...(letters as [Expr, Expr, Expr])) ?? [];
  for (const [from, to, where = {}] of identities) {
    const condition = Object.entries(where).map(([name, wanted]) => `${name} ${wanted}`);
    const title = `${row.name}: ${from} = ${asExpr(to)}${condition.length > 0 ? `, ${condition.join(", ")}` : ""}`;
    test(`${title}: it never grows`, () => assert.ok(asExpr(to).size <= from.size));
    walk(title, fc.tuple(numbers, numbers, numbers), ([x, y, z]) => {
      const values = new Map(
        [x, y, z].map((value, i) => [letters[i]?.name ?? "", adapted(value, where[letters[i]?.name ?? ""])]),
      );
      const left = measured(from, values);
      if (left === undefined || left.error > 1e-6 * Math.max(1, Math.abs(left.value))) return undefined;
      const right = measured(asExpr(to), values);
      return right !== undefined && Math.abs(left.value - right.value) <= left.error + right.error;
    });
  }
}

const partial = (row: FunctionRow, position: number, ...args: number[]): number =>
  evaluate(asExpr(row.derivatives[position]?.(...letters.slice(0, row.arity), callOf(row)) ?? 0), pointOf(args));

test("at a kink the derivative is the documented value", () => {
  assert.is(partial(relu, 0, 0), 0);
  assert.is(partial(abs, 0, 0), 0);
  assert.is(partial(sign, 0, 0), 0);
  assert.is(partial(step, 0, 0), 0);
  for (const name of ["floor", "ceil", "round"]) assert.is(partial(rowNamed(name), 0, 0), 0);
  for (const row of [min, max]) for (const position of [0, 1]) assert.is(partial(row, position, 3, 3), 0.5);
});

test("where clip ties, argument and bound share equally", () => {
  assert.equal(
    [0, 1, 2].map(position => partial(clip, position, 1, 1, 2)),
    [0.5, 0.5, 0],
  );
  assert.equal(
    [0, 1, 2].map(position => partial(clip, position, 2, 1, 2)),
    [0.5, 0, 0.5],
  );
  assert.equal(
    [0, 1, 2].map(position => partial(clip, position, 1.5, 1, 2)),
    [1, 0, 0],
  );
  assert.equal(
    [0, 1, 2].map(position => partial(clip, position, 0, 1, 2)),
    [0, 1, 0],
  );
  assert.equal(
    [0, 1, 2].map(position => partial(clip, position, 3, 1, 2)),
    [0, 0, 1],
  );
  assert.equal(
    [0, 1, 2].map(position => partial(clip, position, 3, 2, 1)),
    [0, 0, 1],
  );
});

test("x^0, x^1 and x^2 have derivatives at 0, and 1/3 is taken from an exponent exactly", () => {
  const power = (exponent: number): number =>
    evaluate(asExpr(rowNamed("pow").derivatives[0]?.(letters[0] ?? asExpr(0), asExpr(exponent), asExpr(0)) ?? 0), {
      x: 0,
    });
  assert.equal([0, 1, 2, 3].map(power), [0, 1, 0, 0]);
});

test("the order of polygamma has no derivative", () => {
  throws(() => polygamma.derivatives[0]?.(...letters), "unsupported", "order");
});

test("comparisons with NaN are false, except for inequality", () => {
  for (const name of ["less", "lessOrEqual", "greater", "greaterOrEqual", "equal"])
    assert.is(rowNamed(name).evaluate(Number.NaN, Number.NaN), 0, name);
  assert.is(rowNamed("notEqual").evaluate(Number.NaN, 1), 1);
  assert.is(equal.evaluate(0, -0), 1);
});

test.run();

function rowNamed(name: string): FunctionRow {
  const row = functions.get(name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
}

/** A value that meets a condition. */
function adapted(value: number, condition: string | undefined): number {
  if (condition === "integer") return Math.round(value);
  if (condition === "natural") return 1 + (Math.round(Math.abs(value)) % 6);
  if (condition === "nonnegative") return Math.abs(value);
  if (condition === "positive") return Math.abs(value) + 1e-3;
  return condition === "nonzero" && value === 0 ? 1 : value;
}

/**
 * The central difference quotient, extrapolated twice after Richardson, and what its last step says of its error. Undefined
 * where that does not settle, and where the second difference does not shrink as the square of the step: beside a kink, a
 * jump or a pole. Rounding in the quotient of the smallest step adds its part.
 */
function differenceQuotient(
  row: FunctionRow,
  args: readonly number[],
  position: number,
): { limit: number; tolerance: number } | undefined {
  const magnitudes = args.map(argument => Math.abs(argument) || 1);
  // The jumps of mod(x, y) lie as near as y^2 / x.
  const step = (0.01 * Math.min(1, ...magnitudes) ** args.length) / (args.length > 1 ? Math.max(1, ...magnitudes) : 1);
  const at = (h: number): number =>
    row.evaluate(...args.map((argument, i) => (i === position ? argument + h : argument)));
  const x = args[position] ?? 0;
  const quotient = (h: number): number => (at(h) - at(-h)) / (x + h - (x - h));
  const bend = (h: number): number => Math.abs(at(h) - 2 * at(0) + at(-h));
  const [a, b, c] = [quotient(step), quotient(step / 2), quotient(step / 4)];
  const [ab, bc] = [b + (b - a) / 3, c + (c - b) / 3];
  const limit = bc + (bc - ab) / 15;
  const scale = Math.max(Math.abs(limit), Math.abs(at(0)));
  const rounding = 1e-13 * (Math.abs(at(0)) + Math.abs(x * limit));
  const error = Math.abs(limit - bc) + (10 * rounding) / step;
  const isRegular = bend(step / 4) <= bend(step) / 8 + 10 * rounding;
  if (!Number.isFinite(limit) || !Number.isFinite(at(0)) || !isRegular || error > 1e-4 * scale + 1e-12)
    return undefined;
  return { limit, tolerance: 10 * error + 1e-9 * scale + 1e-12 };
}
