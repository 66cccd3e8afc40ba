import type { Body, Variable } from "./body.ts";
import { createModule } from "./encoder.ts";
import type { Memory as LinearMemory } from "./engine.ts";
import { pagesOf, scratchStart } from "./linear.ts";
import { type PanelShape, writePanel, writeStrip, writeStrips } from "./panels.ts";
import { i32 } from "./scalars.ts";
import { type Callee, choose, type Floating, load, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** Rows of the square that is kept in registers while the inner index runs. */
export const rowsAtOnce = 4;

/** Rows that are brought into strips together: a cache line of the left factor, where they lie side by side. */
export const rowsTogether = 16;

/** Columns of that square: two vectors. */
export const columnsAtOnce = (bytes: number): number => 32 / bytes;

/**
 * A module that exports `multiply`: `c = scale * a b`, or that added to `c`, where rows, columns and the inner index have each
 * a stride of its own, in bytes. The right factor is brought into panels of two vectors of columns; the left is read where it
 * lies, and brought into strips of four rows only where the inner index leaps, or many panels read the strip.
 */
export function productModule<F extends Floating>(v: FloatVectors<F>, linear: LinearMemory): Uint8Array {
  const shape = shapeOf(v);
  const { bytes, columns: across } = shape;
  const module = createModule();
  module.importMemory("memory", pagesOf(linear));
  const squareOf = (isPacked: boolean) =>
    module.addFunction(
      ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "f64"],
      "none",
      (body, a, aRow, b, k, c, cRow, cColumn, rows, columns, isFirst, scale) =>
        writeSquare(body, { a, aRow, b, k, c, cRow, cColumn, rows, columns, isFirst, scale }, isPacked, shape),
    );
  const [direct, packed] = [squareOf(false), squareOf(true)];
  const packPanel = module.addFunction(["i32", "i32", "i32", "i32", "i32", "i32"], "none", (body, ...given) =>
    writePanel(body, given, shape),
  );
  const packStrip = module.addFunction(["i32", "i32", "i32", "i32", "i32", "i32"], "none", (body, ...given) =>
    writeStrip(body, given, shape),
  );
  const packStrips = module.addFunction(["i32", "i32", "i32", "i32"], "none", (body, ...given) =>
    writeStrips(body, given, shape, rowsTogether / rowsAtOnce),
  );
  module.exportFunction(
    "multiply",
    // biome-ignore format: one name a type would not be clearer
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "f64"],
    "none",
    (body, a, b, c, m, n, k, aRow, aInner, bInner, bColumn, cRow, cColumn, isFirst, strip, stripRows, panel, scale) => {
      const panelBytes = body.keep(i32.mul(k, i32.constant(32)));
      const stripBytes = body.keep(i32.mul(k, i32.constant(bytes)));
      const isWide = i32.ge(n, i32.constant(across * panelsThatPay));
      const isPacked = body.keep(i32.or(i32.ne(aInner, i32.constant(bytes)), isWide));
      forEachPanel((j, to, columns) =>
        body.run(packPanel, i32.add(b, i32.mul(j, bColumn)), to, k, columns, bInner, bColumn),
      );
      body.count(i32.constant(0), m, rowsAtOnce, i => {
        const from = body.keep(i32.add(a, i32.mul(i, aRow)));
        const rows = body.keep(least(i32.sub(m, i), rowsAtOnce));
        const target = body.keep(i32.add(c, i32.mul(i, cRow)));
        const squares = (square: Callee, left: Value<"i32">): void =>
          forEachPanel((j, right, columns) => {
            const at = i32.add(target, i32.mul(j, cColumn));
            body.run(square, left, aRow, right, k, at, cRow, cColumn, rows, columns, isFirst, scale);
          });
        body.if(
          isPacked,
          () => {
            const within = body.keep(i32.and(i, i32.sub(stripRows, i32.constant(1))));
            body.if(i32.eq(within, i32.constant(0)), () => packRows(from, i32.sub(m, i)));
            squares(packed, i32.add(strip, i32.mul(within, stripBytes)));
          },
          () => squares(direct, from),
        );
      });

      function packRows(from: Value<"i32">, rest: Value<"i32">): void {
        const count = body.keep(choose(i32.lt(rest, stripRows), rest, stripRows));
        const areTogether = i32.eq(aRow, i32.constant(bytes));
        body.if(
          i32.and(areTogether, i32.eq(count, i32.constant(rowsTogether))),
          () => body.run(packStrips, from, strip, k, aInner),
          () =>
            body.count(i32.constant(0), count, rowsAtOnce, r => {
              const [source, to] = [i32.add(from, i32.mul(r, aRow)), i32.add(strip, i32.mul(r, stripBytes))];
              body.run(packStrip, source, to, k, least(i32.sub(count, r), rowsAtOnce), aInner, aRow);
            }),
        );
      }

      function forEachPanel(visit: (j: Value<"i32">, panel: Value<"i32">, columns: Value<"i32">) => void): void {
        const at = body.variable(panel);
        body.count(i32.constant(0), n, across, j => {
          visit(j, at.value, least(i32.sub(n, j), across));
          body.set(at, i32.add(at.value, panelBytes));
        });
        body.release(at);
      }
    },
  );
  return module.encode();
}

// One pointer less a step is worth a strip from that many panels on.
const panelsThatPay = 6;

const shapeOf = <F extends Floating>(v: FloatVectors<F>): PanelShape<F> => ({
  v,
  bytes: 16 / v.lanes,
  rows: rowsAtOnce,
  columns: columnsAtOnce(16 / v.lanes),
});

const least = (x: Value<"i32">, most: number): Value<"i32"> =>
  choose(i32.lt(x, i32.constant(most)), x, i32.constant(most));

/** What a square is made from. */
interface SquareParameters {
  /** The left factor: its first row, and how far apart rows are where it is no strip. */
  readonly a: Value<"i32">;
  readonly aRow: Value<"i32">;
  /** A panel of the right factor. */
  readonly b: Value<"i32">;
  readonly k: Value<"i32">;
  readonly c: Value<"i32">;
  readonly cRow: Value<"i32">;
  readonly cColumn: Value<"i32">;
  /** How many of its rows and columns there are in the target. */
  readonly rows: Value<"i32">;
  readonly columns: Value<"i32">;
  readonly isFirst: Value<"i32">;
  readonly scale: Value<"f64">;
}

function writeSquare<F extends Floating>(
  body: Body,
  given: SquareParameters,
  isPacked: boolean,
  shape: PanelShape<F>,
): void {
  const { v, bytes } = shape;
  const { a, aRow, b, k, rows } = given;
  const sums = fourTimes(() => [0, 1].map(() => body.variable(v.constant(0))));
  // A row that is not there is read as the last one that is, and not written.
  const row = (r: number): Value<"i32"> => {
    const last = i32.sub(rows, i32.constant(1));
    return i32.add(a, i32.mul(choose(i32.lt(i32.constant(r), rows), i32.constant(r), last), aRow));
  };
  const pointers = isPacked ? [body.variable(a)] : fourTimes(r => body.variable(row(r)));
  const leap = isPacked ? rowsAtOnce * bytes : bytes;
  body.count(b, i32.add(b, i32.mul(k, i32.constant(32))), 32, at => {
    const right = [0, 16].map(offset => body.keep(load(v.type, { base: at, offset })));
    for (const [r, sum] of sums.entries()) {
      const [pointer, offset] = isPacked ? [pointers[0], r * bytes] : [pointers[r], 0];
      const x = body.keep(v.loadSplat({ base: (pointer as Variable<"i32">).value, offset }));
      for (const [h, part] of sum.entries()) body.set(part, v.multiplyAdd(x, right[h] as Value<F>, part.value));
    }
    for (const pointer of pointers) body.set(pointer, i32.add(pointer.value, i32.constant(leap)));
  });
  const scale = body.keep(v.splat(v.fromDouble(given.scale)));
  const scaled = sums.map(sum => sum.map(part => body.keep(v.mul(scale, part.value))));
  const { c, cRow, cColumn, columns, isFirst } = given;
  const isWhole = i32.and(
    i32.and(i32.eq(rows, i32.constant(rowsAtOnce)), i32.eq(columns, i32.constant(shape.columns))),
    i32.eq(cColumn, i32.constant(bytes)),
  );
  const put = (to: Value<"i32">, offset: number, x: Value<F>): void => {
    const old = load(v.type, { base: to, offset, alignment: bytes });
    body.store({ base: to, offset, alignment: bytes }, v.add(x, old));
  };
  body.if(
    isWhole,
    () => {
      const to = body.variable(c);
      for (const parts of scaled) {
        body.if(
          isFirst,
          () => {
            for (const [h, x] of parts.entries()) body.store({ base: to.value, offset: 16 * h, alignment: bytes }, x);
          },
          () => {
            for (const [h, x] of parts.entries()) put(to.value, 16 * h, x);
          },
        );
        body.set(to, i32.add(to.value, cRow));
      }
    },
    () => writeElements(body, given, scaled.flat(), shape),
  );
}

/** What is at the edge of the target, or does not lie together, element by element. */
function writeElements<F extends Floating>(
  body: Body,
  { c, cRow, cColumn, rows, columns, isFirst }: SquareParameters,
  vectors: readonly Value<F>[],
  { v, bytes, columns: across }: PanelShape<F>,
): void {
  for (const [i, x] of vectors.entries()) body.store({ base: i32.constant(scratchStart), offset: 16 * i }, x);
  const wanted = body.keep(columns);
  const [from, to] = [body.variable(i32.constant(scratchStart)), body.variable(c)];
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
    body.set(from, i32.add(from.value, i32.constant(bytes * across)));
  });
}

const fourTimes = <T>(make: (r: number) => T): readonly T[] => Array.from({ length: rowsAtOnce }, (_, r) => make(r));
