import type { Body } from "./body.ts";
import { i32 } from "./scalars.ts";
import { type Callee, type Floating, load, type Value } from "./values.ts";
import { type FloatVectors, unpacked } from "./vectors.ts";

/** Where numbers come from and go: a matrix, with what lies how far apart, in bytes. */
export type Arrangement = readonly [
  from: Value<"i32">,
  to: Value<"i32">,
  rows: Value<"i32">,
  columns: Value<"i32">,
  rowFrom: Value<"i32">,
  columnFrom: Value<"i32">,
  rowTo: Value<"i32">,
];

/** The types of the parameters of code that arranges. */
export const arrangementTypes = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;

/**
 * The code that brings a matrix in order, so that the numbers of each of its rows lie next to each other: by vectors where
 * they do already, and where those of its columns do, in small squares; what is left over one by one, by `single`.
 */
export function writeArrange<F extends Floating>(
  body: Body,
  [from, to, rows, columns, rowFrom, columnFrom, rowTo]: Arrangement,
  v: FloatVectors<F>,
  single: Callee,
): void {
  const bytes = i32.constant(16 / v.lanes);
  const whole = (count: Value<"i32">): Value<"i32"> => body.keep(i32.and(count, i32.constant(-v.lanes)));
  const isPlain = i32.eq(columnFrom, bytes);
  const isTurned = i32.eq(rowFrom, bytes);
  // How much of it vectors do.
  const [wide, high] = [body.variable(i32.constant(0)), body.variable(i32.constant(0))];
  body.if(
    isPlain,
    () => {
      body.set(wide, whole(columns));
      body.set(high, rows);
      writeLines(body, [from, to, rows, wide.value, rowFrom, columnFrom, rowTo], v);
    },
    () =>
      body.if(isTurned, () => {
        body.set(wide, whole(columns));
        body.set(high, whole(rows));
        writeSquares(body, [from, to, high.value, wide.value, rowFrom, columnFrom, rowTo], v);
      }),
  );
  // To the right of the vectors, and below.
  const right = i32.add(from, i32.mul(wide.value, columnFrom));
  const below = i32.add(from, i32.mul(high.value, rowFrom));
  const [toRight, toBelow] = [i32.mul(wide.value, bytes), i32.mul(high.value, rowTo)];
  const rest = i32.sub(columns, wide.value);
  body.run(single, right, i32.add(to, toRight), high.value, rest, rowFrom, columnFrom, rowTo);
  body.run(single, below, i32.add(to, toBelow), i32.sub(rows, high.value), columns, rowFrom, columnFrom, rowTo);
}

/** The same, number by number. */
export function writeArrangeSingly<F extends Floating>(
  body: Body,
  [from, to, rows, columns, rowFrom, columnFrom, rowTo]: Arrangement,
  v: FloatVectors<F>,
): void {
  const [source, target] = [body.variable(from), body.variable(to)];
  const width = body.keep(i32.mul(columns, i32.constant(16 / v.lanes)));
  body.count(i32.constant(0), rows, 1, () => {
    const element = body.variable(source.value);
    body.count(target.value, i32.add(target.value, width), 16 / v.lanes, at => {
      body.storeLane({ base: at }, v.loadFirst({ base: element.value }), 0);
      body.set(element, i32.add(element.value, columnFrom));
    });
    body.set(source, i32.add(source.value, rowFrom));
    body.set(target, i32.add(target.value, rowTo));
  });
}

/**
 * The code that brings numbers that lie next to each other into several panels at once, so many bytes to each: a cache line is
 * read once.
 */
export function writePanels<F extends Floating>(
  body: Body,
  [from, to, steps, along]: readonly [from: Value<"i32">, to: Value<"i32">, steps: Value<"i32">, along: Value<"i32">],
  v: FloatVectors<F>,
  { bytes: leap, panels }: { readonly bytes: number; readonly panels: number },
): void {
  const alignment = 16 / v.lanes;
  const length = body.keep(i32.mul(steps, i32.constant(leap)));
  const source = body.variable(from);
  body.count(to, i32.add(to, length), leap, at => {
    const target = body.variable(at);
    for (let panel = 0; panel < panels; panel++) {
      let offset = 0;
      for (; offset + 16 <= leap; offset += 16) {
        const x = load(v.type, { base: source.value, offset: panel * leap + offset, alignment });
        body.store({ base: target.value, offset, alignment }, x);
      }
      for (; offset < leap; offset += alignment)
        body.storeLane(
          { base: target.value, offset },
          v.loadFirst({ base: source.value, offset: panel * leap + offset }),
          0,
        );
      if (panel + 1 < panels) body.set(target, i32.add(target.value, length));
    }
    body.set(source, i32.add(source.value, along));
  });
}

function writeLines<F extends Floating>(
  body: Body,
  [from, to, rows, columns, rowFrom, , rowTo]: Arrangement,
  v: FloatVectors<F>,
): void {
  const alignment = 16 / v.lanes;
  const [source, target] = [body.variable(from), body.variable(to)];
  const width = body.keep(i32.mul(columns, i32.constant(alignment)));
  body.count(i32.constant(0), rows, 1, () => {
    const element = body.variable(source.value);
    body.count(target.value, i32.add(target.value, width), 16, at => {
      body.store({ base: at, alignment }, load(v.type, { base: element.value, alignment }));
      body.set(element, i32.add(element.value, i32.constant(16)));
    });
    body.set(source, i32.add(source.value, rowFrom));
    body.set(target, i32.add(target.value, rowTo));
  });
}

// Square by square down the rows: what is read of a column is a cache line where there are enough rows.
function writeSquares<F extends Floating>(
  body: Body,
  [from, to, rows, columns, , columnFrom, rowTo]: Arrangement,
  v: FloatVectors<F>,
): void {
  const alignment = 16 / v.lanes;
  const bytes = i32.constant(alignment);
  const [source, target] = [body.variable(from), body.variable(to)];
  const lanes = Array.from({ length: v.lanes }, (_, lane) => lane);
  const height = body.keep(i32.mul(rows, bytes));
  body.count(i32.constant(0), columns, v.lanes, () => {
    const place = body.variable(target.value);
    body.count(source.value, i32.add(source.value, height), 16, at => {
      let base = at;
      const read = lanes.map(lane => {
        if (lane > 0) base = body.keep(i32.add(base, columnFrom));
        return body.keep(load(v.type, { base, alignment }));
      });
      for (const row of turned(read, body)) {
        body.store({ base: place.value, alignment }, row);
        body.set(place, i32.add(place.value, rowTo));
      }
    });
    body.set(source, i32.add(source.value, i32.mul(columnFrom, i32.constant(v.lanes))));
    body.set(target, i32.add(target.value, i32.constant(16)));
  });
}

/** A square of as many vectors as each has lanes, rows and columns exchanged. */
function turned<F extends Floating>(lines: readonly Value<F>[], body: Body): readonly Value<F>[] {
  const [a, b, c, d] = lines;
  if (a === undefined || b === undefined) return lines;
  const pair = (x: Value<F>, y: Value<F>, bytes: 4 | 8): readonly [Value<F>, Value<F>] => [
    body.keep(unpacked(x, y, bytes, "low")),
    body.keep(unpacked(x, y, bytes, "high")),
  ];
  if (c === undefined || d === undefined) return pair(a, b, 8);
  const [[ab, AB], [cd, CD]] = [pair(a, b, 4), pair(c, d, 4)];
  return [...pair(ab, cd, 8), ...pair(AB, CD, 8)];
}
