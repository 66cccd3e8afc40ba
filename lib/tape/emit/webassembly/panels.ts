import type { Body } from "./body.ts";
import { i32 } from "./scalars.ts";
import { type Floating, load, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** The square that a product keeps in registers. */
export interface PanelShape<F extends Floating> {
  readonly v: FloatVectors<F>;
  /** The bytes of a number. */
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
}

/** Where numbers come from and go, how many steps of the inner index, how many side by side, and both strides in bytes. */
type Packing = readonly [
  from: Value<"i32">,
  to: Value<"i32">,
  steps: Value<"i32">,
  count: Value<"i32">,
  along: Value<"i32">,
  across: Value<"i32">,
];

/**
 * The code that brings columns of the right factor in order: those of each step of the inner index next to each other, 0
 * where there are none.
 */
export const writePanel = <F extends Floating>(body: Body, packing: Packing, shape: PanelShape<F>): void =>
  writePacked(body, packing, shape, shape.columns);

/** The same for rows of the left factor. */
export const writeStrip = <F extends Floating>(body: Body, packing: Packing, shape: PanelShape<F>): void =>
  writePacked(body, packing, shape, shape.rows);

/** The same for several strips at once, whose rows lie side by side: each cache line is read once. */
export function writeStrips<F extends Floating>(
  body: Body,
  [from, to, steps, along]: readonly [from: Value<"i32">, to: Value<"i32">, steps: Value<"i32">, along: Value<"i32">],
  { v, bytes, rows }: PanelShape<F>,
  strips: number,
): void {
  const leap = rows * bytes;
  const length = body.keep(i32.mul(steps, i32.constant(leap)));
  const source = body.variable(from);
  body.count(to, i32.add(to, length), leap, at => {
    const target = body.variable(at);
    for (let strip = 0; strip < strips; strip++) {
      for (let offset = 0; offset < leap; offset += 16) {
        const x = load(v.type, { base: source.value, offset: strip * leap + offset, alignment: bytes });
        body.store({ base: target.value, offset }, x);
      }
      if (strip + 1 < strips) body.set(target, i32.add(target.value, length));
    }
    body.set(source, i32.add(source.value, along));
  });
}

function writePacked<F extends Floating>(
  body: Body,
  [from, to, steps, count, along, across]: Packing,
  { v, bytes }: PanelShape<F>,
  side: number,
): void {
  const leap = side * bytes;
  const end = body.keep(i32.add(to, i32.mul(steps, i32.constant(leap))));
  const vectors = Array.from({ length: side / v.lanes }, (_, h) => h);
  const whole = i32.eq(count, i32.constant(side));
  const together = i32.and(whole, i32.eq(across, i32.constant(bytes)));
  body.if(
    together,
    () => {
      const source = body.variable(from);
      body.count(to, end, leap, at => {
        for (const h of vectors)
          body.store(
            { base: at, offset: 16 * h },
            load(v.type, { base: source.value, offset: 16 * h, alignment: bytes }),
          );
        body.set(source, i32.add(source.value, along));
      });
    },
    () =>
      body.if(
        whole,
        () => {
          const sources = Array.from({ length: side }, (_, r) =>
            body.variable(i32.add(from, i32.mul(i32.constant(r), across))),
          );
          const leaping = body.keep(along);
          body.count(to, end, leap, at => {
            for (const h of vectors) {
              const bases = sources.slice(h * v.lanes, (h + 1) * v.lanes).map(source => source.value);
              let x = v.loadSplat({ base: bases[0] ?? from });
              for (const [lane, base] of bases.entries()) if (lane > 0) x = v.replace(x, lane, load(v.lane, { base }));
              body.store({ base: at, offset: 16 * h }, x);
            }
            for (const source of sources) body.set(source, i32.add(source.value, leaping));
          });
        },
        () => writeSome(body, [from, to, end, count, along, across], { v, bytes }, leap),
      ),
  );
}

// Fewer than there is place for: one after another.
function writeSome<F extends Floating>(
  body: Body,
  [from, to, end, count, along, across]: Packing,
  { v, bytes }: Pick<PanelShape<F>, "v" | "bytes">,
  leap: number,
): void {
  const source = body.variable(from);
  const used = body.keep(i32.mul(count, i32.constant(bytes)));
  body.count(to, end, leap, at => {
    const element = body.variable(source.value);
    body.count(at, i32.add(at, used), bytes, place => {
      body.storeLane({ base: place }, v.loadSplat({ base: element.value }), 0);
      body.set(element, i32.add(element.value, across));
    });
    body.count(i32.add(at, used), i32.add(at, i32.constant(leap)), bytes, place =>
      body.storeLane({ base: place }, v.constant(0), 0),
    );
    body.set(source, i32.add(source.value, along));
  });
}
