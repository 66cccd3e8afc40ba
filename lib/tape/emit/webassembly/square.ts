import type { Body, Variable } from "./body.ts";
import { i32 } from "./scalars.ts";
import { type Floating, load, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** Rows of the square that is kept in registers while the inner index runs. */
export const rowsAtOnce = 5;

/** Its columns, in vectors. */
export const vectorsAtOnce = 2;

/** Its columns. */
export const columnsAtOnce = (bytes: number): number => (16 * vectorsAtOnce) / bytes;

/** The types of the parameters of the code of a square. */
// biome-ignore format: one line is clearer
export const squareTypes = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "f64", "i32"] as const;

/** What a square is made from; strides are in bytes. */
export interface SquareParameters {
  /** A strip of the left factor: the numbers of its rows at each step of the inner index lie next to each other. */
  readonly a: Value<"i32">;
  /** A panel of the right factor. */
  readonly b: Value<"i32">;
  /** How many steps the inner index takes. */
  readonly k: Value<"i32">;
  /** The target. */
  readonly c: Value<"i32">;
  readonly cRow: Value<"i32">;
  readonly cColumn: Value<"i32">;
  /** How many of the square's rows and columns there are. */
  readonly rows: Value<"i32">;
  readonly columns: Value<"i32">;
  /** Whether the target is set, or added to. */
  readonly isFirst: Value<"i32">;
  readonly scale: Value<"f64">;
  /** Room for one square. */
  readonly scratch: Value<"i32">;
}

/** The code that adds up a square of the product, and puts so many times that into the target. */
export function writeSquare<F extends Floating>(body: Body, given: SquareParameters, v: FloatVectors<F>): void {
  const sums = eachRow(() => eachVector(() => body.variable(v.constant(0))));
  addUp(body, given, sums, v);
  const scale = body.keep(v.splat(v.fromDouble(given.scale)));
  const scaled = sums.map(parts => parts.map(part => body.keep(v.mul(scale, part.value))));
  const { c, cRow, cColumn, rows, columns, isFirst } = given;
  const bytes = 16 / v.lanes;
  const isWhole = i32.and(
    i32.and(i32.eq(rows, i32.constant(rowsAtOnce)), i32.eq(columns, i32.constant(columnsAtOnce(bytes)))),
    i32.eq(cColumn, i32.constant(bytes)),
  );
  const putAll = (put: (to: Value<"i32">, offset: number, x: Value<F>) => void): void => {
    const to = body.variable(c);
    for (const [r, parts] of scaled.entries()) {
      for (const [h, x] of parts.entries()) put(to.value, 16 * h, x);
      if (r + 1 < rowsAtOnce) body.set(to, i32.add(to.value, cRow));
    }
  };
  body.if(
    isWhole,
    () =>
      body.if(
        isFirst,
        () => putAll((base, offset, x) => body.store({ base, offset, alignment: bytes }, x)),
        () =>
          putAll((base, offset, x) => {
            const old = load(v.type, { base, offset, alignment: bytes });
            body.store({ base, offset, alignment: bytes }, v.add(x, old));
          }),
      ),
    () => writeElements(body, given, scaled.flat(), v),
  );
}

/**
 * Five rows of two vectors: with a number of the left factor, two vectors of the right one and a product, just what fifteen
 * registers hold. Each number is used before the next is read: V8 keeps an order of reading that is the reverse of that of
 * the sums, and where it does not, it runs out of registers.
 */
function addUp<F extends Floating>(
  body: Body,
  { a, b, k }: SquareParameters,
  sums: readonly (readonly Variable<F>[])[],
  v: FloatVectors<F>,
): void {
  const bytes = 16 / v.lanes;
  const [leap, stride] = [i32.constant(16 * vectorsAtOnce), i32.constant(rowsAtOnce * bytes)];
  const [at, from] = [body.variable(i32.sub(b, leap)), body.variable(i32.sub(a, stride))];
  const last = body.keep(i32.add(at.value, i32.mul(k, leap)));
  body.block(leave => {
    body.branch(leave, i32.eq(k, i32.constant(0)));
    body.loop(again => {
      // Pointers are moved before they are read from, which saves the engine to widen them.
      body.set(at, i32.add(at.value, leap));
      body.set(from, i32.add(from.value, stride));
      const right = eachVector(h => body.keep(load(v.type, { base: at.value, offset: 16 * h })));
      for (const [r, parts] of [...sums.entries()].reverse()) {
        const x = body.keep(v.loadSplat({ base: from.value, offset: r * bytes }));
        for (const [h, part] of parts.entries()) body.set(part, v.multiplyAdd(x, right[h] as Value<F>, part.value));
      }
      body.branch(again, i32.lt(at.value, last));
    });
  });
}

/** What is at the edge of the target, or does not lie together, element by element. */
function writeElements<F extends Floating>(
  body: Body,
  { c, cRow, cColumn, rows, columns, isFirst, scratch }: SquareParameters,
  vectors: readonly Value<F>[],
  v: FloatVectors<F>,
): void {
  const bytes = 16 / v.lanes;
  for (const [i, x] of vectors.entries()) body.store({ base: scratch, offset: 16 * i }, x);
  const wanted = body.keep(columns);
  const [from, to] = [body.variable(scratch), body.variable(c)];
  body.count(i32.constant(0), rows, 1, () => {
    const at = body.variable(to.value);
    const element = body.variable(from.value);
    body.count(i32.constant(0), wanted, 1, () => {
      const x = body.keep(v.loadSplat({ base: element.value }));
      body.if(
        isFirst,
        () => body.storeLane({ base: at.value }, x, 0),
        () => body.storeLane({ base: at.value }, v.add(x, v.loadSplat({ base: at.value })), 0),
      );
      body.set(at, i32.add(at.value, cColumn));
      body.set(element, i32.add(element.value, i32.constant(bytes)));
    });
    body.set(to, i32.add(to.value, cRow));
    body.set(from, i32.add(from.value, i32.constant(16 * vectorsAtOnce)));
  });
}

const eachRow = <T>(make: (r: number) => T): readonly T[] => Array.from({ length: rowsAtOnce }, (_, r) => make(r));

const eachVector = <T>(make: (h: number) => T): readonly T[] =>
  Array.from({ length: vectorsAtOnce }, (_, h) => make(h));
