import type { Body, Variable } from "./body.ts";
import { i32 } from "./scalars.ts";
import { choose, type Floating, load, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** Rows of the square that is kept in registers while the inner index runs. */
export const rowsAtOnce = 4;

/** Its columns, in vectors. */
export const vectorsAtOnce = 2;

/** Its columns. */
export const columnsAtOnce = (bytes: number): number => (16 * vectorsAtOnce) / bytes;

/** The types of the parameters of the code of a square. */
// biome-ignore format: one line is clearer
export const squareTypes = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "f64", "i32"] as const;

/** What a square is made from; strides are in bytes. */
export interface SquareParameters {
  /** The left factor: its first row, whose numbers lie next to each other, and how far apart rows are. */
  readonly a: Value<"i32">;
  readonly aRow: Value<"i32">;
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
 * Two steps of the inner index at a time, row by row: what of the factors is in registers meanwhile, beside the sums, is just
 * what there is room for on machines with sixteen. Sums are added to in the order of the inner index.
 */
function addUp<F extends Floating>(
  body: Body,
  { a, aRow, b, k, rows }: SquareParameters,
  sums: readonly (readonly Variable<F>[])[],
  v: FloatVectors<F>,
): void {
  const bytes = 16 / v.lanes;
  const leap = 16 * vectorsAtOnce;
  // A row that is not there is read as the last one that is, and not written.
  const last = body.keep(i32.sub(rows, i32.constant(1)));
  const pointers = eachRow(r => {
    const row = choose(i32.lt(i32.constant(r), rows), i32.constant(r), last);
    return body.variable(i32.add(i32.sub(a, i32.constant(2 * bytes)), i32.mul(row, aRow)));
  });
  const at = body.variable(i32.sub(b, i32.constant(2 * leap)));
  const step = (times: number): void => {
    const right = Array.from({ length: times }, (_, u) =>
      eachVector(h => body.keep(load(v.type, { base: at.value, offset: leap * u + 16 * h }))),
    );
    for (const [r, parts] of [...sums.entries()].reverse()) {
      const { value: base } = pointers[r] as Variable<"i32">;
      const left = right.map((_, u) => body.keep(v.loadSplat({ base, offset: u * bytes })));
      for (const [h, part] of parts.entries())
        for (const [u, x] of left.entries()) body.set(part, v.multiplyAdd(x, right[u]?.[h] as Value<F>, part.value));
    }
  };
  // Pointers are moved before they are read from, which saves the engine to widen them.
  const move = (): void => {
    body.set(at, i32.add(at.value, i32.constant(2 * leap)));
    for (const pointer of pointers) body.set(pointer, i32.add(pointer.value, i32.constant(2 * bytes)));
  };
  const end = body.keep(i32.add(at.value, i32.mul(i32.and(k, i32.constant(-2)), i32.constant(leap))));
  body.block(leave => {
    body.branch(leave, i32.ge(at.value, end));
    body.loop(again => {
      move();
      step(2);
      body.branch(again, i32.lt(at.value, end));
    });
  });
  body.if(i32.and(k, i32.constant(1)), () => {
    move();
    step(1);
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
