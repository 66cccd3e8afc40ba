import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Body } from "../../../../lib/tape/emit/webassembly/body.ts";
import { createModule } from "../../../../lib/tape/emit/webassembly/encoder.ts";
import {
  createMemory,
  type Exported,
  hasFusedVectors,
  hasVectors,
  instantiate,
  isValid,
} from "../../../../lib/tape/emit/webassembly/engine.ts";
import { demote, f32, f64, i32, promote } from "../../../../lib/tape/emit/webassembly/scalars.ts";
import { call, choose, load, type Value } from "../../../../lib/tape/emit/webassembly/values.ts";
import { f32x4, f64x2, fused, i32x4, i64x2, shuffle } from "../../../../lib/tape/emit/webassembly/vectors.ts";
import { numRuns } from "../../../support/runs.ts";
import { throws } from "../../../support/throws.ts";

const missing: Exported = () => {
  throw new Error("nothing is exported under that name");
};

/** A function of doubles. */
const ofDoubles = (build: (body: Body, x: Value<"f64">, y: Value<"f64">) => Value<"f64">): Exported => {
  const module = createModule();
  module.exportFunction("f", ["f64", "f64"], "f64", build);
  return instantiate(module.encode()).get("f") ?? missing;
};

const ofIntegers = (build: (body: Body, x: Value<"i32">, y: Value<"i32">) => Value<"i32">): Exported => {
  const module = createModule();
  module.exportFunction("f", ["i32", "i32"], "i32", build);
  return instantiate(module.encode()).get("f") ?? missing;
};

test("a module without anything in it is one", () => {
  assert.ok(isValid(createModule().encode()));
});

test("the engine that runs this has vectors", () => {
  assert.is(hasVectors(), true);
  assert.type(hasFusedVectors(), "boolean");
});

const twoDoubles = [fc.double(), fc.double()] as const;

const doubleOperations: Readonly<Record<string, readonly [typeof f64.add, (x: number, y: number) => number]>> = {
  add: [f64.add, (x, y) => x + y],
  sub: [f64.sub, (x, y) => x - y],
  mul: [f64.mul, (x, y) => x * y],
  div: [f64.div, (x, y) => x / y],
  min: [f64.min, Math.min],
  max: [f64.max, Math.max],
  copysign: [f64.copysign, (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x))],
  abs: [f64.abs, Math.abs],
  neg: [f64.neg, x => -x],
  sqrt: [f64.sqrt, Math.sqrt],
  floor: [f64.floor, Math.floor],
  ceil: [f64.ceil, Math.ceil],
  trunc: [f64.trunc, Math.trunc],
  eq: [asDouble(f64.eq), (x, y) => Number(x === y)],
  ne: [asDouble(f64.ne), (x, y) => Number(x !== y)],
  lt: [asDouble(f64.lt), (x, y) => Number(x < y)],
  gt: [asDouble(f64.gt), (x, y) => Number(x > y)],
  le: [asDouble(f64.le), (x, y) => Number(x <= y)],
  ge: [asDouble(f64.ge), (x, y) => Number(x >= y)],
};

for (const [name, [operation, expected]] of Object.entries(doubleOperations)) {
  test(`f64.${name} is what JavaScript has, alone and in a lane`, () => {
    const f = ofDoubles((_, x, y) => operation(x, y));
    fc.assert(
      // The sign of a NaN cannot be seen in JavaScript.
      fc.property(...twoDoubles, (x, y) => Number.isNaN(y) || same(f(x, y), expected(x, y))),
      { numRuns },
    );
  });
}

const vectorOperations = [
  "add",
  "sub",
  "mul",
  "div",
  "min",
  "max",
  "abs",
  "neg",
  "sqrt",
  "floor",
  "ceil",
  "trunc",
] as const;

for (const name of vectorOperations) {
  test(`${name} of vectors is that of scalars, lane by lane`, () => {
    const scalar = ofDoubles((_, x, y) => f64[name](x, y));
    const double = ofDoubles((_, x, y) => f64x2.extract(f64x2[name](f64x2.splat(x), f64x2.splat(y)), 1));
    const single = ofDoubles((_, x, y) => promote(f32[name](demote(x), demote(y))));
    const lanes = ofDoubles((_, x, y) =>
      promote(f32x4.extract(f32x4[name](f32x4.splat(demote(x)), f32x4.splat(demote(y))), 3)),
    );
    fc.assert(
      fc.property(...twoDoubles, (x, y) => same(scalar(x, y), double(x, y)) && same(single(x, y), lanes(x, y))),
      { numRuns },
    );
  });
}

const comparisons = ["eq", "ne", "lt", "gt", "le", "ge"] as const;

for (const name of comparisons) {
  test(`${name} of vectors chooses what that of scalars chooses`, () => {
    const scalar = ofDoubles((_, x, y) => choose(f64[name](x, y), f64.constant(1), f64.constant(2)));
    const double = ofDoubles((_, x, y) => {
      const mask = f64x2[name](f64x2.splat(x), f64x2.splat(y));
      return f64x2.extract(f64x2.select(mask, f64x2.constant(1), f64x2.constant(2)), 0);
    });
    const single = ofDoubles((_, x, y) => {
      const mask = f32x4[name](f32x4.splat(demote(x)), f32x4.splat(demote(y)));
      return promote(f32x4.extract(f32x4.select(mask, f32x4.constant(1), f32x4.constant(2)), 2));
    });
    const small = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(small, small, (x, y) => scalar(x, y) === double(x, y) && double(x, y) === single(x, y)),
      { numRuns },
    );
    assert.is(scalar(Number.NaN, 1), double(Number.NaN, 1));
    assert.is(scalar(Number.NaN, 1), single(Number.NaN, 1));
  });
}

const integerOperations: Readonly<Record<string, readonly [typeof i32.add, (x: number, y: number) => number]>> = {
  add: [i32.add, (x, y) => (x + y) | 0],
  sub: [i32.sub, (x, y) => (x - y) | 0],
  mul: [i32.mul, Math.imul],
  and: [i32.and, (x, y) => x & y],
  or: [i32.or, (x, y) => x | y],
  shl: [i32.shl, (x, y) => x << y],
  shr: [i32.shr, (x, y) => x >> y],
  eq: [i32.eq, (x, y) => Number(x === y)],
  ne: [i32.ne, (x, y) => Number(x !== y)],
  lt: [i32.lt, (x, y) => Number(x < y)],
  gt: [i32.gt, (x, y) => Number(x > y)],
  le: [i32.le, (x, y) => Number(x <= y)],
  ge: [i32.ge, (x, y) => Number(x >= y)],
  not: [i32.not, x => Number(x === 0)],
};

for (const [name, [operation, expected]] of Object.entries(integerOperations)) {
  test(`i32.${name} is what JavaScript has`, () => {
    const f = ofIntegers((_, x, y) => operation(x, y));
    const integer = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(integer, integer, (x, y) => f(x, y) === expected(x, y)),
      { numRuns },
    );
  });
}

test("a constant is the number that it is made of", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ noNaN: true }), (n, x) => {
      assert.is(ofIntegers(() => i32.constant(n))(0, 0), n);
      assert.ok(same(ofDoubles(() => f64.constant(x))(0, 0), x));
      assert.ok(same(ofDoubles(() => promote(f32.constant(x)))(0, 0), Math.fround(x)));
      assert.ok(same(ofDoubles(() => f64x2.extract(f64x2.constant(x), 1))(0, 0), x));
    }),
    { numRuns: Math.min(numRuns, 100) },
  );
});

test("whole numbers of a vector are added, shifted and masked lane by lane", () => {
  const bitsOf = (x: number): bigint => new BigInt64Array(new Float64Array([x]).buffer)[0] ?? 0n;
  const exponent = ofDoubles((_, x) => {
    const field = i64x2.shr(i64x2.shl(f64x2.bits(f64x2.splat(x)), 1), 53);
    const whole = i64x2.or(field, i64x2.constant(bitsOf(2 ** 52)));
    return f64.sub(f64x2.extract(f64x2.fromBits(whole), 1), f64.constant(2 ** 52));
  });
  fc.assert(
    fc.property(fc.double({ noNaN: true }), x => exponent(x, 0) === Number((bitsOf(x) >> 52n) & 0x7ffn)),
    { numRuns },
  );
  const power = ofDoubles((_, x) => {
    const field = i32x4.shl(f32x4.bits(f32x4.splat(demote(x))), 23);
    return promote(f32x4.extract(f32x4.fromBits(field), 2));
  });
  // The bits of the smallest singles count from 0.
  assert.is(power(127 * 2 ** -149, 0), 1);
  assert.is(power(130 * 2 ** -149, 0), 8);
});

test("a mask knows whether any lane is set, and whether all are", () => {
  const anyAndAll = ofDoubles((_, x, y) => {
    const mask = f64x2.lt(f64x2.replace(f64x2.splat(x), 1, y), f64x2.constant(0));
    return f64.fromInteger(i32.add(i64x2.any(mask), i64x2.all(mask)));
  });
  assert.equal([anyAndAll(1, 1), anyAndAll(-1, 1), anyAndAll(1, -1), anyAndAll(-1, -1)], [0, 1, 1, 2]);
});

test("lanes are put in another order", () => {
  const memory = createMemory(1);
  const module = createModule();
  module.importMemory("memory", 1);
  module.exportFunction("f", ["i32"], "none", (body, at) => {
    const x = load("f32x4", { base: at });
    const y = load("f32x4", { base: at, offset: 16 });
    body.store({ base: at, offset: 32 }, shuffle(x, y, [6, 0, 7, 3]));
  });
  const numbers = new Float32Array(memory.buffer);
  numbers.set([10, 11, 12, 13, 14, 15, 16, 17], 2);
  instantiate(module.encode(), { memory }).get("f")?.(8);
  assert.equal([...numbers.subarray(10, 14)], [16, 10, 17, 13]);
});

test("one lane is read and written alone", () => {
  const memory = createMemory(1);
  const module = createModule();
  module.importMemory("memory", 1);
  module.exportFunction("f", ["i32"], "none", (body, at) => {
    const x = f64x2.loadFirst({ base: at });
    body.storeLane({ base: at, offset: 8 }, f64x2.add(x, f64x2.constant(1)), 1);
    const y = f32x4.loadSplat({ base: at, offset: 24 });
    body.storeLane({ base: at, offset: 28 }, f32x4.add(y, y), 3);
  });
  const numbers = new Float64Array(memory.buffer);
  const singles = new Float32Array(memory.buffer);
  numbers.set([5, 6, 7]);
  singles.set([3, 4, 5], 6);
  instantiate(module.encode(), { memory }).get("f")?.(0);
  assert.equal([...numbers.subarray(0, 3)], [5, 1, 7]);
  assert.equal([...singles.subarray(6, 9)], [3, 6, 5]);
});

test("a loop counts, and does not run where there is nothing to count", () => {
  const total = ofIntegers((body, from, to) => {
    const sum = body.variable(i32.constant(0));
    body.count(from, to, 3, i => body.set(sum, i32.add(sum.value, i)));
    return sum.value;
  });
  assert.is(total(0, 10), 0 + 3 + 6 + 9);
  assert.is(total(0, 9), 0 + 3 + 6);
  assert.is(total(5, 5), 0);
  assert.is(total(5, -5), 0);
});

test("loops within loops, and a branch out of both", () => {
  const search = ofIntegers((body, limit, product) => {
    const found = body.variable(i32.constant(-1));
    body.block(end => {
      body.count(i32.constant(1), limit, 1, i =>
        body.count(i, limit, 1, j => {
          body.if(i32.eq(i32.mul(i, j), product), () => {
            body.set(found, i32.add(i32.mul(i, i32.constant(100)), j));
            body.branch(end);
          });
        }),
      );
    });
    return found.value;
  });
  assert.is(search(20, 15), 115);
  assert.is(search(10, 15), 305);
  assert.is(search(10, 97), -1);
});

test("only the branch taken runs, and a function may return early", () => {
  const f = ofDoubles((body, x, y) => {
    const result = body.variable(f64.constant(0));
    body.if(
      f64.lt(x, y),
      () => body.set(result, f64.sub(y, x)),
      () => {
        body.if(f64.eq(x, y), () => body.return(f64.constant(-1)));
        body.set(result, f64.mul(body.keep(x), body.keep(y)));
      },
    );
    return result.value;
  });
  assert.equal([f(1, 3), f(3, 2), f(2, 2)], [2, 6, -1]);
});

test("functions call each other and what is imported, in whichever order they are made", () => {
  const module = createModule();
  const half = module.addFunction(["f64"], "f64", (_, x) => f64.mul(x, f64.constant(0.5)));
  module.exportFunction("f", ["f64"], "f64", (body, x) => {
    const log = module.importFunction("log", ["f64"], "f64");
    const note = module.importFunction("note", ["f64", "f64"], "none");
    body.run(note, x, f64.constant(2));
    return call(log, call(half, x));
  });
  const notes: number[][] = [];
  const f = instantiate(module.encode(), { log: Math.log, note: (...args: number[]) => notes.push(args) }).get("f");
  assert.is(f?.(6), Math.log(3));
  assert.equal(notes, [[6, 2]]);
});

test("a value that occurs twice in a statement is computed once", () => {
  let calls = 0;
  const module = createModule();
  const next = module.importFunction("next", [], "f64");
  module.exportFunction("f", [], "f64", () => {
    const x = call(next);
    return f64.sub(f64.mul(x, x), f64.add(x, x));
  });
  const f = instantiate(module.encode(), { next: () => ++calls + 4 }).get("f");
  assert.is(f?.(), 5 * 5 - (5 + 5));
  assert.is(calls, 1);
});

test("a variable is read when its value is used", () => {
  const f = ofDoubles((body, x, y) => {
    const variable = body.variable(x);
    const later = f64.mul(variable.value, y);
    const now = body.keep(later);
    body.set(variable, f64.constant(10));
    return f64.sub(later, now);
  });
  assert.is(f(3, 2), 20 - 6);
});

test("random arithmetic is what JavaScript has, shared parts and all", () => {
  const steps = fc.array(fc.tuple(fc.constantFrom("add", "sub", "mul", "div"), fc.nat(), fc.nat()), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.boolean(), fc.double(), fc.double(), (list, isKept, x, y) => {
      const f = ofDoubles((body, a, b) => {
        const values = [a, b];
        for (const [name, i, j] of list) {
          const result = f64[name](values[i % values.length] ?? a, values[j % values.length] ?? b);
          values.push(isKept ? body.keep(result) : result);
        }
        return values.at(-1) ?? a;
      });
      const numbers = [x, y];
      for (const [name, i, j] of list) {
        const expected = doubleOperations[name]?.[1] ?? Math.pow;
        numbers.push(expected(numbers[i % numbers.length] ?? x, numbers[j % numbers.length] ?? y));
      }
      assert.ok(same(f(x, y), numbers.at(-1) ?? x));
    }),
    { numRuns },
  );
});

const depth = 200_000;

test(`a chain of ${depth} operations, to the left and to the right, is a function`, () => {
  const f = ofDoubles((_, x, y) => {
    let left = x;
    for (let i = 0; i < depth; i++) left = f64.add(left, y);
    return left;
  });
  assert.is(f(1, 2), 1 + 2 * depth);
  const g = ofDoubles((_, x, y) => {
    let right = x;
    for (let i = 0; i < 20_000; i++) right = f64.sub(y, right);
    return right;
  });
  assert.is(g(1, 2), 1);
});

test("a graph of sixty doublings costs sixty operations, in few locals", () => {
  const module = createModule();
  module.exportFunction("f", ["f64"], "f64", (_, x) => {
    let value = x;
    for (let i = 0; i < 60; i++) value = f64.add(value, value);
    return value;
  });
  const bytes = module.encode();
  assert.is(instantiate(bytes).get("f")?.(1), 2 ** 60);
  assert.ok(bytes.length < 500, `${bytes.length} bytes`);
});

test("locals are used again: after their last use, and after their block", () => {
  const module = createModule();
  module.addFunction(["i32"], "none", (body, x) => {
    for (let i = 0; i < 60_000; i++) body.release(body.variable(x));
    body.count(i32.constant(0), x, 1, () => body.keep(x));
    for (let i = 0; i < 60_000; i++) body.if(x, () => body.keep(x));
  });
  assert.ok(isValid(module.encode()));
});

test("more locals than an engine takes are an error", () => {
  const build = (count: number) => () =>
    createModule().addFunction(["i32"], "none", (body, x) => {
      for (let i = 0; i < count; i++) body.keep(x);
    });
  throws(build(50_001), "too-long", "50000 locals", "50001");
  build(50_000)();
});

test("a module of its own memory lets others have it", () => {
  const module = createModule();
  module.exportMemory("memory", 2);
  module.exportFunction("f", ["i32"], "i32", (body, at) => {
    body.store({ base: at, offset: 70_000 }, i32.constant(7));
    return load("i32", { base: at, offset: 70_000 });
  });
  const bytes = module.encode();
  assert.ok(isValid(bytes));
  assert.is(instantiate(bytes).get("f")?.(4), 7);
});

test("a memory may be shared", () => {
  const module = createModule();
  module.importMemory("memory", 1, { maximum: 3 });
  assert.ok(isValid(module.encode()));
});

test("a multiplication and addition in one instruction is taken where the engine has it", () => {
  const module = createModule();
  module.addFunction(["f32x4"], "f32x4", (_, x) => fused(f32x4).multiplyAdd(x, x, x));
  module.addFunction(["f64x2"], "f64x2", (_, x) => fused(f64x2).multiplyAdd(x, x, x));
  assert.is(isValid(module.encode()), hasFusedVectors());
});

test.run();

function asDouble(compare: (x: Value<"f64">, y: Value<"f64">) => Value<"i32">): typeof f64.add {
  return (x, y) => f64.fromInteger(compare(x, y));
}

function same(x: number, y: number): boolean {
  return Object.is(x, y);
}
